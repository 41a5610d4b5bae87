import { setImmediate } from 'node:timers/promises'
import { engineRules } from './engine-rules.ts'
import { identityOf, masked } from './mask.ts'
import { type Found, matchesOf } from './match.ts'
import { prefilter } from './prefilter.ts'
import { type FileKind, whoeverReads } from './rule.ts'
import { secretRules } from './rules/all.ts'
import { engineHits } from './secretlint.ts'
import { entropy, isPlaceholder } from './value.ts'

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

const windowSize = 1024 * 1024
// More than the longest match of any rule: the preset's private keys, 10,000 characters.
const overlap = 32 * 1024
// What a rule may look back for: word boundaries, names before a value.
const margin = 1024

const relevant = prefilter([...secretRules, ...engineRules])

/**
 * Every secret in a text, in the order of the text. Long texts are read in windows that overlap, so that no expression ever runs over more
 * than a megabyte, and other work gets its turn between them.
 * @throws the signal's reason when it is aborted.
 */
export async function scanText(text: string, file: FileKind, signal?: AbortSignal): Promise<readonly SecretHit[]> {
  return placed(text, await claimsIn(text, file, signal, withoutOverlaps))
}

/** Where a text must not be shown: every place that any rule claims, also where they overlap. */
export async function secretsIn(text: string, file: FileKind, signal?: AbortSignal): Promise<readonly Found[]> {
  return claimsIn(text, file, signal, all => all)
}

async function claimsIn(
  text: string,
  file: FileKind,
  signal: AbortSignal | undefined,
  among: (claims: readonly Found[]) => readonly Found[],
): Promise<readonly Found[]> {
  const found: Found[] = []
  const step = windowSize - overlap
  for (let from = 0; from === 0 || from + overlap < text.length; from += step) {
    const window = text.slice(from, from + windowSize)
    const last = from + windowSize >= text.length
    // Each window answers for the matches that begin in its own part only; the next one sees those at the end whole.
    const own = { from: from === 0 ? 0 : margin, to: last ? window.length : step + margin }
    for (const hit of among(await scanWindow(window, file)))
      if (hit.start >= own.from && hit.start < own.to)
        found.push({ ...hit, start: from + hit.start, end: from + hit.end })
    if (last) break
    await setImmediate()
    signal?.throwIfAborted()
  }
  return found
}

async function scanWindow(text: string, file: FileKind): Promise<readonly Found[]> {
  const among = relevant(text)
  const own = secretRules.filter(rule => among.has(rule)).flatMap(rule => [...matchesOf(rule, text, file)])
  const wanted = engineRules.filter(rule => among.has(rule))
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
function withoutOverlaps(found: readonly Found[]): readonly Found[] {
  const rank = new Map(found.map((hit, index) => [hit, index]))
  const kept: Found[] = []
  for (const hit of [...found].sort((a, b) => a.start - b.start)) {
    const last = kept.at(-1)
    if (last === undefined || hit.start >= last.end) kept.push(hit)
    else if (rank.get(hit)! < rank.get(last)!) kept[kept.length - 1] = hit
  }
  return kept
}

function placed(text: string, found: readonly Found[]): readonly SecretHit[] {
  const place = placer(text)
  return [...found]
    .sort((a, b) => a.start - b.start)
    .map(({ rule, title, why, start, value, whole, shows, likely, name }) => ({
      rule,
      title,
      why,
      ...place(start),
      length: [...whole.split(/\r?\n/, 1)[0]!].length,
      likely,
      masked: masked(value, shows, whole.length),
      identity: identityOf(whole),
      ...(name === undefined ? {} : { name }),
    }))
}

/** Line and column of places asked for in rising order: every character is looked at once, however long its line is. */
function placer(text: string): (at: number) => { line: number; column: number } {
  let line = 1
  let column = 1
  let seen = 0
  return at => {
    for (; seen < at; seen++) {
      const code = text.charCodeAt(seen)
      if (code === 0x0a) {
        line++
        column = 1
      } else if (code < 0xdc00 || code > 0xdfff) column++
    }
    return { line, column }
  }
}
