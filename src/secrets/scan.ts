import { setImmediate } from 'node:timers/promises'
import { type TextContent, textContent } from './decode.ts'
import { type EngineRule, engineRules } from './engine-rules.ts'
import { identityOf, masked } from './mask.ts'
import { type Found, matchesOf } from './match.ts'
import { prefilter } from './prefilter.ts'
import { type FileKind, type SecretRule, whoeverReads } from './rule.ts'
import { secretRules } from './rules/all.ts'
import { engineHits } from './secretlint.ts'
import { entropy, isPlaceholder } from './value.ts'
import { Placer, type TextWindow, windowsOf } from './windows.ts'

/** A secret that was found. The secret itself is not in it. */
export interface SecretHit {
  /** Rule id. */
  readonly rule: string
  readonly title: string
  readonly why: string
  /** Both from 1, in characters. */
  readonly line: number
  readonly column: number
  /** Characters of that line, from `column` on, that are the secret. */
  readonly length: number
  /** Public prefix and length. */
  readonly masked: string
  /** The name that the value is given, where it has one: `DB_PASSWORD`. */
  readonly name?: string
  /** Its name made it suspicious, not its shape. */
  readonly likely: boolean
  /** Equal for equal secrets; for `fingerprintOf`, never to be shown. */
  readonly identity: string
}

const relevant = prefilter([...secretRules, ...engineRules])

/**
 * Every secret in a text, in the order of the text. Other work gets its turn between the windows of a long one.
 * @throws the signal's reason when it is aborted.
 */
export async function scanWindows(
  windows: Iterable<TextWindow> | AsyncIterable<TextWindow>,
  file: FileKind,
  signal?: AbortSignal,
): Promise<readonly SecretHit[]> {
  const hits: SecretHit[] = []
  const placer = new Placer()
  for await (const window of windows) {
    const found = withoutOverlaps(await claimsIn(window, file))
    for (const one of found)
      if (one.start >= window.own.from && one.start < window.own.to) hits.push(hitOf(one, placer.at(window, one.start)))
    if (window.last) break
    placer.leave(window)
    await setImmediate()
    signal?.throwIfAborted()
  }
  return hits
}

/** The same of a text in memory. */
export function scanText(text: string, file: FileKind, signal?: AbortSignal): Promise<readonly SecretHit[]> {
  return scanWindows(windowsOf(textContent(text)), file, signal)
}

/** Where a text must not be shown: every place that any rule claims, also where they overlap. */
export async function secretsIn(content: TextContent, file: FileKind): Promise<readonly Found[]> {
  const found: Found[] = []
  for (const window of windowsOf(content))
    for (const hit of await claimsIn(window, file))
      found.push({ ...hit, start: window.at + hit.start, end: window.at + hit.end })
  return found
}

const ranks = new Map(secretRules.map((rule, rank) => [rule, rank]))

/** In the order in which they claim a place. */
function secretRulesOf(among: ReadonlySet<SecretRule | EngineRule>): readonly SecretRule[] {
  return [...among]
    .filter((rule): rule is SecretRule => 'pattern' in rule)
    .sort((a, b) => ranks.get(a)! - ranks.get(b)!)
}

async function claimsIn(window: TextWindow, file: FileKind): Promise<readonly Found[]> {
  const among = relevant(window)
  const rules = secretRulesOf(among).filter(({ only }) => only === undefined || only(file))
  const wanted = engineRules.filter(rule => among.has(rule))
  if (rules.length === 0 && wanted.length === 0) return []
  const text = window.text()
  const own = rules.flatMap(rule => [...matchesOf(rule, text, file)])
  const engine = (await engineHits(text, wanted, file.extension)).map(({ id, title, start, end }): Found => {
    const value = text.slice(start, end)
    const rule = secretRules.find(rule => rule.id === id)
    return {
      rule: id,
      title,
      why: rule?.why ?? whoeverReads,
      start,
      end,
      value,
      whole: value,
      shows: rule?.shows,
      likely: false,
    }
  })
  return [...own, ...engine.filter(hit => isTelling(hit.value))]
}

function isTelling(value: string): boolean {
  const start = value.slice(0, 200)
  return value.length >= 12 && entropy(start) >= 3 && (value.length > 200 || !isPlaceholder(value)) && /\d/.test(value)
}

/** One secret is told once, by the first rule that claims it: shapes come before names, ours before the preset's. */
function withoutOverlaps(found: readonly Found[]): Found[] {
  const rank = new Map(found.map((hit, index) => [hit, index]))
  const kept: Found[] = []
  for (const hit of [...found].sort((a, b) => a.start - b.start)) {
    const last = kept.at(-1)
    if (last === undefined || hit.start >= last.end) kept.push(hit)
    else if (rank.get(hit)! < rank.get(last)!) kept[kept.length - 1] = hit
  }
  return kept
}

function hitOf(
  { rule, title, why, value, whole, shows, likely, name }: Found,
  place: { line: number; column: number },
): SecretHit {
  return {
    rule,
    title,
    why,
    ...place,
    length: [...whole.split(/\r?\n/, 1)[0]!].length,
    likely,
    masked: masked(value, shows, whole.length),
    identity: identityOf(whole),
    ...(name === undefined ? {} : { name }),
  }
}
