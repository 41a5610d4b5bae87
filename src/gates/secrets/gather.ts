import type { GateContext } from '../../core/gate.ts'
import { globMatcher } from '../../core/glob.ts'
import type { Oid } from '../../core/push.ts'
import type { AddedBlob, Tree } from '../../core/tree.ts'
import { openCleanCache } from '../../secrets/clean-cache.ts'
import type { FileRule } from '../../secrets/file-names.ts'
import type { Inspected } from '../../secrets/inspect.ts'
import { anywhere } from '../../secrets/name-matcher.ts'
import type { SecretHit } from '../../secrets/scan.ts'
import { type Sought, search } from '../../secrets/search.ts'
import type { Options } from './options.ts'

/** One secret in one file, however many versions of the file hold it. */
export interface Suspect {
  readonly path: string
  readonly hit: SecretHit
  readonly example: boolean
  /** Oldest first; never empty. */
  readonly seen: readonly Sighting[]
}

/** One file that should not be pushed at all, whatever versions of it there are. */
export interface DeniedFile {
  readonly path: string
  readonly file: Pick<FileRule, 'id' | 'title' | 'why' | 'likely'>
  readonly example: boolean
  readonly seen: readonly Sighting[]
}

export interface Sighting {
  readonly oid: Oid
  /** The first pushed commit that has this content under this path. */
  readonly commit: Oid
  readonly line?: number
  readonly column?: number
}

export interface Gathered {
  readonly suspects: readonly Suspect[]
  readonly files: readonly DeniedFile[]
  readonly unseen: readonly { readonly path: string; readonly kind: 'archive' | 'too-big'; readonly commit: Oid }[]
  /** Every path that was looked at. */
  readonly paths: ReadonlySet<string>
}

type Context = Pick<GateContext<Options>, 'tree' | 'git' | 'world' | 'options' | 'signal' | 'progress'>

const batchSize = 2_000
const link = '120000'
// Larger ones are read in pieces.
const inMemory = 4 * 1024 * 1024

/** Looks at every blob the pushed commits bring. Only what was found is kept, so that memory stays flat however long the history is. */
export async function gather(context: Context): Promise<Gathered> {
  const { tree, git, world, options, signal } = context
  const collector = new Collector(options)
  const progress = reporter(context)
  const clean = await openCleanCache(world.files, git.commonDir)

  const sought = async function* (): AsyncIterable<Sought<{ added: readonly AddedBlob[]; size: number }>> {
    for await (const batch of batches(tree.addedBlobs())) {
      for (const [oid, added] of batch)
        if (added.every(({ path }) => clean.isClean(oid, path) && !collector.denies(path))) {
          collector.add(added, undefined)
          progress(0)
          batch.delete(oid)
        }
      for await (const { oid, size, content } of contents(batch.keys(), tree, options.maxFileSize)) {
        const added = batch.get(oid)!
        yield { key: { added, size }, paths: pathsOf(added), content }
      }
    }
  }
  for await (const { key, found } of search(sought(), { threads: world.threads, signal })) {
    collector.add(key.added, found)
    for (const [path, inspected] of found) clean.note(key.added[0]!.oid, path, inspected)
    progress(key.size)
  }
  await clean.save()
  return collector.gathered()
}

function pathsOf(items: readonly { readonly path: string }[]): readonly string[] {
  return [...new Set(items.map(({ path }) => path))]
}

async function* batches(blobs: AsyncIterable<AddedBlob>): AsyncIterable<Map<Oid, AddedBlob[]>> {
  let batch = new Map<Oid, AddedBlob[]>()
  for await (const blob of blobs) {
    const same = batch.get(blob.oid)
    if (same === undefined) batch.set(blob.oid, [blob])
    else same.push(blob)
    if (batch.size < batchSize) continue
    yield batch
    batch = new Map()
  }
  if (batch.size > 0) yield batch
}

interface Content {
  readonly oid: Oid
  readonly size: number
  readonly content: Sought<unknown>['content']
}

async function* contents(
  oids: Iterable<Oid>,
  tree: Pick<Tree, 'blobs' | 'stream'>,
  most: number,
): AsyncIterable<Content> {
  for await (const blob of tree.blobs(oids, { maxBytes: inMemory })) {
    const { oid, size } = blob
    const content = blob.tooBig
      ? { chunks: () => tree.stream(oid), most }
      : { bytes: blob.bytes.subarray(0, most), cut: size > most }
    yield { oid, size, content }
  }
}

function reporter({ progress }: Context): (bytes: number) => void {
  let files = 0
  let total = 0
  return bytes => {
    files++
    total += bytes
    if (files % 100 === 0 || bytes > 1_000_000)
      progress(`${files.toLocaleString('en')} file versions, ${(total / 1e6).toFixed(1)} MB`)
  }
}

class Collector {
  private readonly suspects = new Map<string, Suspect>()
  private readonly files = new Map<string, DeniedFile>()
  private readonly unseen = new Map<string, Gathered['unseen'][number]>()
  private readonly paths = new Set<string>()
  /** By the config's own list. */
  readonly denies: (path: string) => boolean
  private readonly allowed: (path: string) => boolean

  constructor(options: Options) {
    this.denies = globMatcher(anywhere(options.denyNames))
    this.allowed = globMatcher(anywhere(options.allowNames))
  }

  /** Without `inspected` it is known that there is nothing in it. */
  add(added: readonly AddedBlob[], inspected: ReadonlyMap<string, Inspected> | undefined): void {
    for (const { path, oid, commit, mode } of added) {
      const { hits, file, unseen, example } = inspected?.get(path) ?? nothing
      this.paths.add(path)
      for (const hit of hits) {
        const sighting = { oid, commit, line: hit.line, column: hit.column }
        sight(this.suspects, `${path}\0${hit.rule}\0${hit.identity}`, { path, hit, example }, sighting)
      }
      if (mode !== link) this.judgeName(path, file, example, { oid, commit })
      if (unseen !== undefined) this.unseen.set(path, { path, kind: unseen, commit })
    }
  }

  gathered(): Gathered {
    return {
      suspects: [...this.suspects.values()],
      files: [...this.files.values()],
      unseen: [...this.unseen.values()],
      paths: this.paths,
    }
  }

  private judgeName(path: string, found: FileRule | undefined, example: boolean, sighting: Sighting): void {
    const file = this.denies(path) ? deniedHere : found
    if (file === undefined || this.allowed(path)) return
    sight(this.files, `${path}\0${file.id}`, { path, file, example }, sighting)
  }
}

const nothing: Inspected = { hits: [], example: false }

export const deniedHere = {
  id: 'denied-name',
  title: 'file that your config denies',
  why: 'The config of this repository says that files of this name are not pushed (`denyNames`).',
  likely: false,
} as const

function sight<Known extends { readonly seen: readonly Sighting[] }>(
  all: Map<string, Known>,
  key: string,
  what: Omit<Known, 'seen'>,
  sighting: Sighting,
): void {
  const before = all.get(key)?.seen ?? []
  if (before.some(({ oid }) => oid === sighting.oid)) return
  all.set(key, { ...what, seen: [...before, sighting] } as unknown as Known)
}

/**
 * Which of these the remote's branch already has in the same file: they are out, and this push does not bring them. `same` says whether what is
 * in the remote's version is the thing itself.
 */
export async function alreadyThere<Item extends { readonly path: string }>(
  { tree, signal }: Pick<Context, 'tree' | 'signal'>,
  items: readonly Item[],
  same: (item: Item, before: Inspected) => boolean,
): Promise<ReadonlySet<Item>> {
  const there = new Set<Item>()
  if (items.length === 0) return there
  const before = await baseOids(tree)
  const byOid = new Map<Oid, Item[]>()
  for (const item of items) {
    const oid = before.get(item.path)
    if (oid !== undefined) byOid.set(oid, [...(byOid.get(oid) ?? []), item])
  }
  const sought = async function* (): AsyncIterable<Sought<readonly Item[]>> {
    for await (const { oid, content } of contents(byOid.keys(), tree, Number.POSITIVE_INFINITY)) {
      const asked = byOid.get(oid)!
      yield { key: asked, paths: pathsOf(asked), content }
    }
  }
  for await (const { key, found } of search(sought(), { signal }))
    for (const item of key) if (same(item, found.get(item.path)!)) there.add(item)
  return there
}

async function baseOids(tree: Tree): Promise<ReadonlyMap<string, Oid>> {
  const oids = new Map((await tree.baseList()).map(({ path, oid }) => [path, oid]))
  for (const change of await tree.changes()) if (change.kind === 'renamed') oids.set(change.path, change.baseOid)
  return oids
}
