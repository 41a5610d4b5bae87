import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import type { GateUse, Source } from '../core/gate.ts'
import type { Push } from '../core/push.ts'
import type { Tree } from '../core/tree.ts'
import type { Digest } from '../core/verdict.ts'
import { version } from '../core/version.generated.ts'
import type { FileFacts, Files, Git } from '../core/world.ts'

/** What a digest is made from; everything in it comes from git objects and from the tools' own files. */
export interface DigestFacts {
  readonly git: Pick<Git, 'text' | 'bytes'>
  readonly files: Pick<Files, 'look'>
  readonly tree: Tree
  readonly push: Push
  /** Where a program's words are looked up: the folder that commands run in and PATH. */
  readonly searchPath: readonly string[]
}

/** How long a passed verdict may be used again when it depends on more than the commit. Milliseconds. */
const shortLived: Partial<Record<Exclude<Source, object>, number>> = {
  clock: 10 * 60_000,
  network: 10 * 60_000,
  environment: 10 * 60_000,
  database: 60_000,
}

/** Milliseconds until a stored verdict is stale by time alone; undefined when only its inputs count. */
export function lifetimeMs(sources: readonly Source[]): number | undefined {
  const limits = sources.flatMap(source => (typeof source === 'string' ? (shortLived[source] ?? []) : []))
  return limits.length === 0 ? undefined : Math.min(...limits)
}

/** The name under which a gate's verdict on this push is kept: equal digests mean that the answer must be equal. */
export async function digestOf(use: GateUse, facts: DigestFacts): Promise<Digest> {
  const sources = use.gate.reads(use.options)
  const hash = createHash('sha256')
  const add = (part: unknown) => hash.update(`${JSON.stringify(part)}\n`)
  add([version, use.id, use.gate.id, use.gate.version, use.options])
  // What it leaves to others decides what it looks at, and where: a verdict of before says nothing of what was added to it.
  if (use.package !== undefined || use.except !== undefined)
    add(['within', use.package?.folder ?? '', use.except ?? []])
  for (const source of sources) add(await sourceFact(source, facts))
  if (sources.includes('network')) add(['environments', use.environments ?? {}])
  for (const tool of use.gate.tools?.(use.options) ?? []) add([tool, await toolFact(tool, facts)])
  return hash.digest('hex')
}

/** Every path at which a program of these gates is or could be: when one of them changes, another program may run. */
export function toolPaths(uses: readonly GateUse[], folder: string, path: string | undefined): readonly string[] {
  const tools = uses.flatMap(use => use.gate.tools?.(use.options) ?? [])
  const searchPath = [folder, ...(path ?? '').split(':').filter(Boolean)]
  return [...new Set(tools.flatMap(tool => placesOf(tool, searchPath)))]
}

async function sourceFact(source: Source, facts: DigestFacts): Promise<unknown> {
  const { git, tree, push } = facts
  const range = push.base === undefined ? [push.commit] : [push.commit, `^${push.base}`]
  const logged = (format: string) => {
    const args = ['log', `--format=${format}`, ...range]
    return remembered(tree, args.join(' '), async () => hashOf(await git.bytes(args)))
  }
  if (typeof source === 'object') return ['files', source.files, await filesFact(source.files, facts)]
  if (source === 'base') return ['base', push.ref, push.base === undefined ? null : await treeOid(push.base, facts)]
  if (source === 'history') return ['history', push.base ?? null, await logged('%T')]
  if (source === 'messages') return ['messages', await logged('%B%x00')]
  if (source === 'authors') return ['authors', await logged('%an <%ae>%x00')]
  if (source === 'branches')
    return ['branches', hashOf(await git.bytes(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/remotes/']))]
  return [source]
}

// What a commit holds never changes. Gates of many packages ask about the same folders, and each asks twice.
const known = new WeakMap<Tree, Map<string, Promise<unknown>>>()

function remembered<Fact>(tree: Tree, name: string, read: () => Promise<Fact>): Promise<Fact> {
  const ofTree = known.get(tree) ?? new Map<string, Promise<unknown>>()
  known.set(tree, ofTree)
  const found = (ofTree.get(name) as Promise<Fact> | undefined) ?? read()
  ofTree.set(name, found)
  return found
}

const wholeFolder = /^[^*?[\]{}()!+@|\\]+\/\*\*$/

function filesFact(globs: readonly string[], facts: DigestFacts): Promise<unknown> {
  return remembered(facts.tree, JSON.stringify(globs), async () => {
    if (globs.length < 2 || !globs.every(glob => wholeFolder.test(glob))) return filesHash(globs, facts)
    return Promise.all(globs.map(glob => filesFact([glob], facts)))
  })
}

async function filesHash(globs: readonly string[], facts: DigestFacts): Promise<unknown> {
  const { git, tree, push } = facts
  if (globs.length === 1 && globs[0] === '**') return treeOid(push.commit, facts)
  const entries = await tree.list(globs)
  const listed = entries.map(entry => `${entry.mode} ${entry.oid} ${entry.path}\0`)
  return hashOf(
    Buffer.from([...listed, ...(await remembered(tree, 'submodules', () => submodules(git, push.commit)))].join('')),
  )
}

// A tree lists no submodules, but a command reads what is in them. Which of them the globs mean is not asked: they seldom change. With `-d` git lists
// folders and submodules only.
async function submodules(git: Pick<Git, 'bytes'>, commit: string): Promise<readonly string[]> {
  const listed = await git.bytes(['ls-tree', '-r', '-d', '-z', '--full-tree', commit])
  return (
    Buffer.from(listed)
      .toString('latin1')
      .match(/(?<=^|\0)160000 [^\0]*/g) ?? []
  ).map(entry => `${entry}\0`)
}

function treeOid(commit: string, { git, tree }: DigestFacts): Promise<string> {
  return remembered(tree, `tree ${commit}`, () => git.text(['rev-parse', '--verify', `${commit}^{tree}`]))
}

function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

// Asking every tool for its version would cost more than many gates; a program that was exchanged has another size or time.
async function toolFact(tool: string, { files, searchPath }: DigestFacts): Promise<unknown> {
  for (const path of placesOf(tool, searchPath)) {
    const trail = await trailOf(path, files)
    const kind = trail[0]?.facts?.kind
    if (kind === 'file' || kind === 'link')
      return trail.map(({ path, facts }) => [path, facts?.size, facts?.mtimeMs, facts?.target])
  }
  return null
}

const mostLinks = 20

/** What is at a path, and at each place that it leads to by symbolic links: `/usr/bin/php` stays the same when another PHP is chosen. */
export async function trailOf(
  path: string,
  files: Pick<Files, 'look'>,
): Promise<readonly { path: string; facts: FileFacts | undefined }[]> {
  const trail: { path: string; facts: FileFacts | undefined }[] = []
  for (let at: string | undefined = path; at !== undefined && trail.length < mostLinks; ) {
    // A folder on PATH that we may not enter (another user's, in a container) is one the shell finds nothing in either.
    const facts: FileFacts | undefined = await files.look(at).catch(() => undefined)
    trail.push({ path: at, facts })
    at = facts?.target === undefined ? undefined : resolve(dirname(at), facts.target)
  }
  return trail
}

function placesOf(tool: string, searchPath: readonly string[]): readonly string[] {
  return tool.startsWith('/') ? [tool] : searchPath.map(folder => `${folder}/${tool}`)
}
