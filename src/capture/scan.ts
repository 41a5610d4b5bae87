import type { Difference, HeldSecret, Hold } from '../core/difference.ts'
import { globMatcher } from '../core/glob.ts'
import { lossyText, type PathBytes } from '../core/path-bytes.ts'
import type { Mirror, World } from '../core/world.ts'
import { type AllowList, allowList, type SecretsPolicy } from '../secrets/allow.ts'
import { openCleanCache } from '../secrets/clean-cache.ts'
import { fileKind } from '../secrets/file-kind.ts'
import { type FileRule, fileRuleFor } from '../secrets/file-names.ts'
import { type Inspected, inspectStream } from '../secrets/inspect.ts'
import { fingerprintOf } from '../secrets/mask.ts'
import { anywhere } from '../secrets/name-matcher.ts'
import { type SecretHit, scanText } from '../secrets/scan.ts'
import { type Sought, search } from '../secrets/search.ts'

export interface DifferenceScan {
  readonly mirror: Pick<Mirror, 'read' | 'git'>
  readonly differences: readonly Difference[]
  /** The options of the gate `secrets`: what it lets pass, capture lets pass too. */
  readonly policy?: SecretsPolicy
  /** For the cache of what was clean before, and threads when there is much. */
  readonly world?: Pick<World, 'files'> & Partial<Pick<World, 'threads'>>
  readonly signal: AbortSignal
  progress(line: string): void
}

const noPolicy: SecretsPolicy = { allow: [], denyNames: [], allowNames: [] }
// A file full of secrets is held by the first of them.
const mostHeld = 100
// However long a text is, all of it is looked at.
const most = Number.POSITIVE_INFINITY
// Larger files are read in pieces.
const inMemory = 4 * 1024 * 1024
const pieceSize = 1024 * 1024

/**
 * The same differences, with what their contents hold back: secrets, personal data, and what could not be looked at. Reads the mirror's files;
 * nothing of them is written anywhere.
 * @throws the signal's reason when it is aborted.
 */
export async function scanDifferences(scan: DifferenceScan): Promise<readonly Difference[]> {
  const policy = scan.policy ?? noPolicy
  const judge: Judge = {
    scan,
    allow: allowList(policy.allow),
    isDenied: globMatcher(anywhere(policy.denyNames)),
    mayPass: globMatcher(anywhere(policy.allowNames)),
  }
  const { mirror, world, signal } = scan
  const clean = world === undefined ? undefined : await openCleanCache(world.files, mirror.git.commonDir)
  const holds = new Map<Difference, readonly Hold[]>()
  const asked = scan.differences.filter(brings)
  const sought = async function* (): AsyncIterable<Sought<Difference>> {
    for (const difference of asked) {
      const path = lossyText(difference.path)
      if (clean?.isClean(nameOf(difference), path) === true)
        holds.set(difference, fileHolds(difference, path, nothing, judge))
      else {
        const content = await contentOf(mirror, difference.path)
        if (content === undefined) holds.set(difference, unread(difference, path))
        else yield { key: difference, paths: [path], content }
      }
    }
  }
  for await (const { key, found } of search(sought(), { threads: world?.threads, signal })) {
    const [[path, inspected]] = [...found] as [[string, Inspected]]
    clean?.note(nameOf(key), path, inspected)
    const left = await notAllowed(key, path, await newHits(key, path, inspected, judge), judge)
    holds.set(key, [...fileHolds(key, path, inspected, judge), ...secretHold(left.map(heldSecret))])
    if (holds.size % 50 === 0)
      scan.progress(`${holds.size.toLocaleString('en')} of ${asked.length.toLocaleString('en')} files`)
  }
  await clean?.save()
  signal.throwIfAborted()
  for (const difference of asked) {
    const named = secretHold(await inName(difference, judge))
    if (named.length > 0) holds.set(difference, [...(holds.get(difference) ?? []), ...named])
  }
  return scan.differences.map(difference => withHolds(difference, holds.get(difference) ?? []))
}

/** Secrets in a name that git does not have yet: it would stand in a tree, and in every list. */
async function inName(difference: Difference, judge: Judge): Promise<readonly HeldSecret[]> {
  if (difference.before !== undefined && difference.from === undefined) return []
  const path = lossyText(difference.path)
  // A rule for keys takes the dot before the ending for a part of them.
  const names = path.split('/').map(name => `${name}\n${name.replace(/\.\w{1,5}$/, '')}`)
  const hits = (await scanText(names.join('\n'), fileKind(''))).filter(({ likely }) => !likely)
  const each = [...new Map(hits.map(hit => [hit.identity, hit])).values()]
  const left = await notAllowed(difference, path, each, judge)
  return left.map(({ rule, title, why, masked }) => ({ rule, title: `${title} in the name of the file`, why, masked }))
}

const nothing: Inspected = { hits: [], example: false }

function withHolds(difference: Difference, holds: readonly Hold[]): Difference {
  return holds.length === 0 ? difference : { ...difference, holds: [...difference.holds, ...holds] }
}

/** The content as it lies there: line endings may differ where git stores the same. */
function nameOf({ after }: Difference): string {
  return `${after!.oid} ${after!.size}`
}

interface Judge {
  readonly scan: DifferenceScan
  readonly allow: AllowList
  isDenied(path: string): boolean
  mayPass(path: string): boolean
}

/** Whether taking it would bring content that the base does not have. */
function brings({ change, after }: Difference): boolean {
  return after !== undefined && change !== 'mode' && change !== 'deleted' && change !== 'unread'
}

async function contentOf(
  mirror: Pick<Mirror, 'read'>,
  path: PathBytes,
): Promise<Sought<unknown>['content'] | undefined> {
  const head = await mirror.read(path, { maxBytes: inMemory + 1 })
  if (head === undefined || head.byteLength <= inMemory) return head && { bytes: head, cut: false }
  return { chunks: () => pieces(mirror, path), most }
}

async function* pieces(mirror: Pick<Mirror, 'read'>, path: PathBytes): AsyncIterable<Uint8Array> {
  for (let from = 0; ; from += pieceSize) {
    const piece = await mirror.read(path, { from, maxBytes: pieceSize })
    if (piece === undefined) throw new Error(`${path} went away while it was read`)
    yield piece
    if (piece.byteLength < pieceSize) return
  }
}

/** What cannot be looked at is not taken; why it cannot is told already where somebody knew. */
function unread({ holds }: Difference, path: string): readonly Hold[] {
  const named = fileRuleFor(path, undefined)
  const told = holds.some(({ kind }) => kind === 'unreadable' || kind === 'link' || kind === 'special')
  return [
    ...(told ? [] : [{ kind: 'unreadable', because: 'its content could not be read to look for secrets' } as const]),
    ...(named === undefined ? [] : [holdFor(named)]),
  ]
}

function fileHolds(difference: Difference, path: string, inspected: Inspected, judge: Judge): readonly Hold[] {
  const oid = difference.after!.oid
  const file = judge.isDenied(path) ? deniedHere : inspected.file
  const isAllowed = (rule: string) => judge.allow.allows({ path, rule, oids: [oid] })
  const holds: Hold[] = []
  if (file !== undefined && !judge.mayPass(path) && !isAllowed(file.id)) holds.push(holdFor(file))
  const unseen = inspected.unseen === undefined ? undefined : unseenRules[inspected.unseen]
  if (unseen !== undefined && holds.length === 0 && !isAllowed(unseen.rule))
    holds.push({ kind: 'secret', found: [unseen] })
  return holds
}

type Told = Pick<FileRule, 'id' | 'title' | 'why'> & { readonly personal?: boolean }

const deniedHere: Told = {
  id: 'denied-name',
  title: 'file that your config denies',
  why: 'The config of this repository says that files of this name are not committed (`denyNames`).',
}

const unseenRules: Readonly<Record<NonNullable<Inspected['unseen']>, HeldSecret>> = {
  archive: {
    rule: 'archive-not-searched',
    title: 'archive, which is not looked into',
    why: 'A secret inside one leaks like any other.',
  },
  'too-big': {
    rule: 'file-too-big',
    title: 'file of which only the beginning was looked at',
    why: 'What was not looked at may hold a secret.',
  },
}

function holdFor({ id, title, why, personal }: Told): Hold {
  return { kind: personal === true ? 'personal-data' : 'secret', found: [{ rule: id, title, why }] }
}

function secretHold(found: readonly HeldSecret[]): readonly Hold[] {
  return found.length === 0 ? [] : [{ kind: 'secret', found: found.slice(0, mostHeld) }]
}

/** Without what is only likely in a place for made-up values, and without what the deployed content of the file has already: that is in git. */
async function newHits(
  { before }: Difference,
  path: string,
  { hits, example }: Inspected,
  { scan: { mirror, signal } }: Judge,
): Promise<readonly SecretHit[]> {
  const certain = hits.filter(({ likely }) => !(likely && example))
  if (certain.length === 0 || before === undefined) return certain
  const chunks = () => mirror.git.stream(before.oid, { signal })
  const known = (await inspectStream({ chunks, most }, [path], signal)).get(path)!
  const identities = new Set(known.hits.map(({ identity }) => identity))
  return certain.filter(({ identity }) => !identities.has(identity))
}

async function notAllowed(
  { after }: Difference,
  path: string,
  hits: readonly SecretHit[],
  { allow }: Judge,
): Promise<readonly SecretHit[]> {
  if (!allow.concerns(path)) return hits
  const left: SecretHit[] = []
  for (const hit of hits) {
    if (left.length >= mostHeld) break
    const fingerprint = await fingerprintOf(hit.identity)
    if (!allow.allows({ path, rule: hit.rule, oids: [after!.oid], fingerprint })) left.push(hit)
  }
  return left
}

function heldSecret({ rule, title, why, line, column, length, masked, name }: SecretHit): HeldSecret {
  return { rule, title, why, line, column, length, masked, ...(name === undefined ? {} : { name }) }
}
