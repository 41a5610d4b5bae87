import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Gate, GateContext } from '../../src/core/gate.ts'
import { globMatcher } from '../../src/core/glob.ts'
import type { Push } from '../../src/core/push.ts'
import type { AddedBlob, Blob, Change, Tree, TreeEntry } from '../../src/core/tree.ts'
import { openDatabase } from '../../src/io/database/open.ts'
import { files } from '../../src/io/files.ts'
import { run } from '../../src/io/process.ts'
import { scratchFolder } from '../../src/io/scratch-folder.ts'
import { openThreads } from '../../src/io/threads.ts'
import { sourceRoot } from './package-root.ts'

export type Content = string | Uint8Array
export type FileSet = Readonly<Record<string, Content>>

export interface FakeTreeFacts {
  /** The pushed commit's files. */
  readonly files?: FileSet
  /** What the remote's branch has; absent when it has nothing yet. */
  readonly base?: FileSet
  /** Blobs that only commits in between have: added and removed again inside the push. */
  readonly passing?: FileSet
  /** Modes other than 100644, by path. */
  readonly modes?: Readonly<Record<string, string>>
}

const commit = 'c'.repeat(40)

/** A Tree in memory. `checkout()` writes its files into a temporary folder, which goes when the tree is disposed of. */
export class FakeTree implements Tree, AsyncDisposable {
  readonly commit = commit
  private readonly contents = new Map<string, Uint8Array>()
  private readonly entries: readonly TreeEntry[]
  private readonly baseEntries: readonly TreeEntry[]
  private readonly passing: readonly TreeEntry[]
  private readonly facts: FakeTreeFacts
  private folder: string | undefined

  constructor(facts: FakeTreeFacts = {}) {
    this.facts = facts
    this.entries = this.store(facts.files ?? {})
    this.baseEntries = this.store(facts.base ?? {})
    this.passing = this.store(facts.passing ?? {})
  }

  get push(): Push {
    const base = this.facts.base === undefined ? {} : { base: 'b'.repeat(40) }
    return { remote: { name: 'origin', url: '/srv/app.git' }, ref: 'refs/heads/main', commit, ...base }
  }

  async list(globs?: readonly string[]): Promise<readonly TreeEntry[]> {
    return this.matching(this.entries, globs)
  }

  async baseList(globs?: readonly string[]): Promise<readonly TreeEntry[]> {
    return this.matching(this.baseEntries, globs)
  }

  async changes(globs?: readonly string[]): Promise<readonly Change[]> {
    const before = new Map(this.baseEntries.map(entry => [entry.path, entry]))
    const after = new Set(this.entries.map(entry => entry.path))
    const changes: Change[] = []
    for (const entry of this.entries) {
      const old = before.get(entry.path)
      if (old === undefined) changes.push({ kind: 'added', ...entry })
      else if (old.oid !== entry.oid) changes.push({ kind: 'modified', ...entry, baseOid: old.oid })
    }
    for (const { path, oid } of this.baseEntries)
      if (!after.has(path)) changes.push({ kind: 'deleted', path, baseOid: oid })
    const matches = globMatcher(globs ?? ['**'])
    return changes.filter(change => matches(change.path))
  }

  async authors(_paths?: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map()
  }

  async *addedBlobs(): AsyncIterable<AddedBlob> {
    const old = new Set(this.baseEntries.map(entry => entry.oid))
    for (const { oid, path, mode } of [...this.entries, ...this.passing])
      if (!old.has(oid)) yield { oid, path, mode, commit }
  }

  async text(path: string): Promise<string | undefined> {
    return this.textOf(this.entries, path)
  }

  async baseText(path: string): Promise<string | undefined> {
    return this.textOf(this.baseEntries, path)
  }

  async *blobs(oids: Iterable<string>, { maxBytes = Number.POSITIVE_INFINITY } = {}): AsyncIterable<Blob> {
    for (const oid of oids) {
      const bytes = this.contents.get(oid)!
      yield bytes.length > maxBytes ? { oid, size: bytes.length, tooBig: true } : { oid, size: bytes.length, bytes }
    }
  }

  async *stream(oid: string): AsyncIterable<Uint8Array> {
    yield this.contents.get(oid)!
  }

  async checkout(): Promise<string> {
    if (this.folder !== undefined) return this.folder
    const folder = await mkdtemp(join(tmpdir(), 'ship-guard-tree-'))
    for (const { path, oid } of this.entries) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), this.contents.get(oid)!)
    }
    this.folder = folder
    return folder
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  private store(set: FileSet): readonly TreeEntry[] {
    return Object.entries(set).map(([path, content]) => {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      const oid = oidOf(bytes)
      this.contents.set(oid, bytes)
      return { path, oid, mode: this.facts.modes?.[path] ?? '100644' }
    })
  }

  private matching(entries: readonly TreeEntry[], globs: readonly string[] = ['**']): readonly TreeEntry[] {
    const matches = globMatcher(globs)
    return entries.filter(entry => matches(entry.path))
  }

  private textOf(entries: readonly TreeEntry[], path: string): string | undefined {
    const entry = entries.find(one => one.path === path)
    return entry === undefined ? undefined : new TextDecoder().decode(this.contents.get(entry.oid))
  }
}

/** Not git's name for it, only one that differs with the content. */
function oidOf(bytes: Uint8Array): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
  return `${hash.toString(16).padStart(16, '0')}${bytes.length.toString(16).padStart(24, '0')}`
}

export function fakeTree(facts: FakeTreeFacts = {}): FakeTree {
  return new FakeTree(facts)
}

/** A repository without history. No folder can be made there. */
const noBranches = {
  commonDir: '/dev/null/.git',
  text: async () => '',
  answer: async () => undefined,
  code: async () => 1,
}

/** What a gate is given, with the real machine behind it; options as they would be written in `.shiprc`. */
export function gateContext<Options>(
  gate: Gate<Options>,
  tree: Tree & { push?: Push },
  written: unknown = undefined,
  more: Partial<GateContext<Options>> = {},
): GateContext<Options> & { progressed: string[] } {
  const progressed: string[] = []
  return {
    push: tree.push ?? new FakeTree().push,
    tree,
    options: gate.options.parse(written),
    environments: {},
    checkoutOf: async () => {
      throw new Error('there is only the pushed commit here')
    },
    git: noBranches as unknown as GateContext<Options>['git'],
    world: {
      run,
      files,
      env: {},
      database: openDatabase,
      scratchFolder,
      mirror: () => Promise.reject(new Error('A tree in memory has no mirror.')),
      threads: () => openThreads(sourceRoot),
      now: () => new Date('2026-01-02T03:04:05Z'),
    },
    signal: new AbortController().signal,
    dependsOn: () => {},
    progress: line => progressed.push(line),
    progressed,
    ...more,
  }
}
