import type { GateContext } from '../../core/gate.ts'
import { globMatcher } from '../../core/glob.ts'
import type { Oid } from '../../core/push.ts'
import type { AddedBlob, Tree } from '../../core/tree.ts'
import { anywhere, type FileRule } from '../../secrets/file-names.ts'
import { type Inspected, inspect, inspectStream } from '../../secrets/inspect.ts'
import type { SecretHit } from '../../secrets/scan.ts'
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

type Context = Pick<GateContext<Options>, 'tree' | 'options' | 'signal' | 'progress'>

const batchSize = 2_000
const link = '120000'
// Larger ones are read in pieces.
const inMemory = 4 * 1024 * 1024

/** Looks at every blob the pushed commits bring. Only what was found is kept, so that memory stays flat however long the history is. */
export async function gather(context: Context): Promise<Gathered> {
  const collector = new Collector(context.options)
  const progress = reporter(context)
  for await (const batch of batches(context.tree.addedBlobs())) {
    context.signal.throwIfAborted()
    for await (const { oid, size, look } of contents(batch.keys(), context)) {
      const added = batch.get(oid)!
      collector.add(added, await look([...new Set(added.map(({ path }) => path))]))
      progress(size)
      context.signal.throwIfAborted()
    }
  }
  return collector.gathered()
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
  look(paths: readonly string[]): Promise<ReadonlyMap<string, Inspected>>
}

async function* contents(
  oids: Iterable<Oid>,
  { tree, options, signal }: Pick<Context, 'tree' | 'signal'> & { readonly options: Pick<Options, 'maxFileSize'> },
): AsyncIterable<Content> {
  const most = options.maxFileSize
  for await (const blob of tree.blobs(oids, { maxBytes: inMemory })) {
    const { oid, size } = blob
    const look: Content['look'] = blob.tooBig
      ? paths => inspectStream({ chunks: () => tree.stream(oid), most }, paths, signal)
      : paths => inspect({ bytes: blob.bytes.subarray(0, most), cut: size > most }, paths, signal)
    yield { oid, size, look }
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
  private readonly denied: (path: string) => boolean
  private readonly allowed: (path: string) => boolean

  constructor(options: Options) {
    this.denied = globMatcher(anywhere(options.denyNames))
    this.allowed = globMatcher(anywhere(options.allowNames))
  }

  add(added: readonly AddedBlob[], inspected: ReadonlyMap<string, Inspected>): void {
    for (const { path, oid, commit, mode } of added) {
      const { hits, file, unseen, example } = inspected.get(path)!
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
    const file = this.denied(path) ? deniedHere : found
    if (file === undefined || this.allowed(path)) return
    sight(this.files, `${path}\0${file.id}`, { path, file, example }, sighting)
  }
}

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
  const everything = { tree, signal, options: { maxFileSize: Number.POSITIVE_INFINITY } }
  for await (const { oid, look } of contents(byOid.keys(), everything)) {
    const asked = byOid.get(oid)!
    const inspected = await look([...new Set(asked.map(({ path }) => path))])
    for (const item of asked) if (same(item, inspected.get(item.path)!)) there.add(item)
  }
  return there
}

async function baseOids(tree: Tree): Promise<ReadonlyMap<string, Oid>> {
  const oids = new Map((await tree.baseList()).map(({ path, oid }) => [path, oid]))
  for (const change of await tree.changes()) if (change.kind === 'renamed') oids.set(change.path, change.baseOid)
  return oids
}
