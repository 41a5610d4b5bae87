import { globMatcher } from '../../core/glob.ts'
import type { Blob, Change, TreeEntry } from '../../core/tree.ts'
import type { Git, World } from '../../core/world.ts'
import type { Source } from './judge.ts'

export interface WorkTreeFacts {
  readonly git: Git
  /** Absolute top of the work tree. */
  readonly top: string
  /** The commit to compare with; undefined: everything is new. */
  readonly base: string | undefined
  /** Only files that match are looked at. */
  readonly globs: readonly string[]
  readonly files: Pick<World['files'], 'read' | 'look'>
}

/**
 * The files of the work tree as they lie there, also those that are not committed yet, compared with a commit. Ignored files are left out, as
 * they would be from a commit.
 */
export function workTree({ git, top, base, globs, files }: WorkTreeFacts): Source {
  const paths = new Map<string, string>()
  const listed = once(() => entriesOf({ git, top, files, globs }, paths))
  const before = once(async () => (base === undefined ? [] : committed(git, base)))
  return {
    list: async globs => matching(await listed(), globs),
    baseList: async globs => matching(await before(), globs),
    changes: async globs => matching(between(await before(), await listed()), globs),
    async *blobs(oids, { maxBytes = Number.POSITIVE_INFINITY } = {}): AsyncIterable<Blob> {
      for (const oid of oids) {
        const path = paths.get(oid)
        if (path === undefined) yield* git.blobs([oid], { maxBytes })
        else {
          const bytes = (await files.read(`${top}/${path}`)) ?? new Uint8Array()
          yield bytes.length > maxBytes ? { oid, size: bytes.length, tooBig: true } : { oid, size: bytes.length, bytes }
        }
      }
    },
  }
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined
  return () => (kept ??= read())
}

function matching<T extends { readonly path: string }>(
  all: readonly T[],
  globs: readonly string[] = ['**'],
): readonly T[] {
  const matches = globMatcher(globs)
  return all.filter(item => matches(item.path))
}

async function entriesOf(
  { git, top, files, globs }: Omit<WorkTreeFacts, 'base'>,
  paths: Map<string, string>,
): Promise<TreeEntry[]> {
  const isWanted = globMatcher(globs)
  const names = await records(git, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], top)
  const found: { path: string; mode: string }[] = []
  for (const path of new Set(names.filter(isWanted))) {
    const facts = await files.look(`${top}/${path}`)
    if (facts?.kind === 'file') found.push({ path, mode: (facts.mode & 0o111) === 0 ? '100644' : '100755' })
    else if (facts?.kind === 'link') found.push({ path, mode: '120000' })
  }
  const plain = found.filter(({ path, mode }) => mode !== '120000' && !/["\n\\]/.test(path))
  const input = plain.map(({ path }) => `${path}\n`).join('')
  const oids = input === '' ? [] : (await git.text(['hash-object', '--stdin-paths'], { input, cwd: top })).split('\n')
  const oidOf = new Map(plain.map(({ path }, at) => [path, oids[at]!]))
  for (const [path, oid] of oidOf) paths.set(oid, path)
  return found.flatMap(({ path, mode }) => {
    const oid = oidOf.get(path) ?? (mode === '120000' ? `link ${path}` : undefined)
    return oid === undefined ? [] : [{ path, oid, mode }]
  })
}

async function committed(git: Git, base: string): Promise<TreeEntry[]> {
  const listed = await records(git, ['ls-tree', '-r', '-z', '--full-tree', base])
  return listed.flatMap(record => {
    const [, mode, oid, path] = /^(\d+) blob ([0-9a-f]+)\t([\s\S]*)$/.exec(record) ?? []
    return mode === undefined || oid === undefined || path === undefined ? [] : [{ path, oid, mode }]
  })
}

async function records(git: Git, args: readonly string[], cwd?: string): Promise<string[]> {
  const found: string[] = []
  for await (const record of git.records(args, cwd === undefined ? {} : { cwd }))
    found.push(new TextDecoder().decode(record))
  return found
}

/** A file that is gone while another one has its very content was renamed. */
function between(before: readonly TreeEntry[], now: readonly TreeEntry[]): Change[] {
  const old = new Map(before.map(entry => [entry.path, entry]))
  const present = new Set(now.map(entry => entry.path))
  const gone = before.filter(entry => !present.has(entry.path))
  const changes = now.flatMap((entry): Change[] => {
    const baseOid = old.get(entry.path)?.oid
    if (baseOid === entry.oid) return []
    if (baseOid !== undefined) return [{ kind: 'modified', ...entry, baseOid }]
    const at = gone.findIndex(({ oid }) => oid === entry.oid)
    const [from] = at < 0 ? [] : gone.splice(at, 1)
    return [
      from === undefined
        ? { kind: 'added', ...entry }
        : { kind: 'renamed', ...entry, from: from.path, baseOid: from.oid },
    ]
  })
  return [...changes, ...gone.map(({ oid, path }): Change => ({ kind: 'deleted', path, baseOid: oid }))]
}
