// The one door for simple-git. It carries the calls whose answer is text; contents and `-z` lists, which are bytes, go through the process door
// because simple-git decodes what it reads.
import { spawn } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { simpleGit } from 'simple-git'
import { GitError, UsageError } from '../core/errors.ts'
import type { Blob } from '../core/tree.ts'
import type { Git, GitOptions } from '../core/world.ts'
import { gitEnvironment } from './environment.ts'
import { SmallBlobs } from './small-blobs.ts'

/**
 * The repository around `cwd`.
 * @throws UsageError when git is missing, `cwd` is in no repository, or git does not trust the folder's owner.
 */
export async function openGit(cwd: string, env: Readonly<Record<string, string | undefined>>): Promise<Git> {
  const elsewhere = gitEnvironment(env)
  const { facts, here } = await discover(cwd, env, elsewhere)
  const { top, dir, commonDir } = facts
  const base = top ?? dir
  const environmentAt = (at = base) => (at === base ? here : elsewhere)
  return gitIn({ top, dir, commonDir }, environmentAt)
}

/**
 * git for a repository that is known, in the environment that it needs at a folder.
 * @param settings put before every command: `-c name=value`.
 */
export function gitIn(
  { top, dir, commonDir }: Pick<Git, 'top' | 'dir' | 'commonDir'>,
  environmentAt: (folder?: string) => Record<string, string>,
  settings: readonly string[] = [],
): Git {
  const base = top ?? dir
  const ask = <Result>(how: (args: readonly string[], options: GitOptions, env: Record<string, string>) => Result) => {
    return (args: readonly string[], options: GitOptions = {}) =>
      how([...settings, ...args], { cwd: base, ...options }, environmentAt(options.cwd))
  }
  const small = new SmallBlobs()
  const textOf = ask(text)
  const bytesOf = ask(bytes)
  return {
    top,
    dir,
    commonDir,
    text: textOf,
    answer: async (args, options) =>
      textOf(args, options).catch((error: unknown) => {
        if (error instanceof GitError) return undefined
        throw error
      }),
    bytes: bytesOf,
    code: async (args, options) =>
      bytesOf(args, options).then(
        () => 0,
        (error: unknown) => {
          if (error instanceof GitError) return error.code
          throw error
        },
      ),
    records: ask(records),
    blobs: (oids, options = {}) => small.blobs(oids, options, rest => blobs(rest, base, environmentAt(), options)),
    stream: (oid, options) => ask(stream)(['cat-file', 'blob', oid], options),
  }
}

type RepositoryFacts = Pick<Git, 'top' | 'dir' | 'commonDir'>

/**
 * The repository, and the environment in which git finds it. For `git --git-dir=… --work-tree=… push` there may be none around the work tree, or
 * another one: then git has to be told, as it was told itself.
 */
async function discover(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  clean: Record<string, string>,
): Promise<{ facts: RepositoryFacts; here: Record<string, string> }> {
  const named = env.SHIP_GUARD_GIT_DIR
  const ask = async (here: Record<string, string>) => ({ here, facts: await factsAt(cwd, here) })
  const found = await ask(clean).catch((error: unknown) => {
    if (named === undefined) throw notARepository(error, cwd)
  })
  if (found !== undefined && (named === undefined || (await isSame(found.facts.dir, named)))) return found
  const workTree = env.SHIP_GUARD_WORK_TREE
  const told = { ...clean, GIT_DIR: named!, ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }) }
  return ask(told).catch((error: unknown) => {
    throw notARepository(error, cwd)
  })
}

async function factsAt(cwd: string, env: Record<string, string>): Promise<RepositoryFacts> {
  const args = ['rev-parse', '--path-format=absolute', '--git-dir', '--git-common-dir', '--is-inside-work-tree']
  const ask = async (...more: string[]) => decode(await bytes([...args, ...more], { cwd }, env)).replace(/\n$/, '')
  // In a bare repository, and inside of a git dir, there is no top level, and asking for one is an error.
  const answer = await ask('--show-toplevel').catch((error: unknown) => {
    if (error instanceof GitError) return ask()
    throw error
  })
  const [dir, commonDir, inside, ...top] = answer.split('\n') as [string, string, string, ...string[]]
  return { dir, commonDir, top: inside === 'true' ? top.join('\n') : undefined }
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map(path => realpath(path).catch(() => path)))
  return a === b
}

function notARepository(error: unknown, cwd: string): unknown {
  if (error instanceof UsageError) return error
  if (!(error instanceof GitError)) return error
  if (error.stderr.includes('dubious ownership'))
    return new UsageError(
      `git does not trust ${cwd}: it belongs to another user.`,
      `git config --global --add safe.directory ${resolve(cwd)}`,
      { cause: error },
    )
  return new UsageError(
    `${cwd} is not in a git repository.`,
    'Run this inside your repository, or start one: git init',
    { cause: error },
  )
}

// simple-git refuses to run when the environment holds names that an attacker could use. Ours holds only what gitEnvironment lets through, which
// comes from git itself or from the user's own shell; no argument of ours is taken from outside.
const environmentIsScrubbed = {
  allowUnsafeAskPass: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeExec: true,
  allowUnsafeFilter: true,
  allowUnsafeGitProxy: true,
  allowUnsafeGpgProgram: true,
  allowUnsafeHooksPath: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeTemplateDir: true,
  allowUnsafeUrlRewrite: true,
}

async function text(args: readonly string[], options: GitOptions, env: Record<string, string>): Promise<string> {
  if (options.input !== undefined) return decode(await bytes(args, options, env)).replace(/\n$/, '')
  // simple-git wraps an error that is not of its own class and keeps only the message, so ours is held here.
  let failed: GitError | undefined
  const git = simpleGit({
    baseDir: options.cwd!,
    unsafe: environmentIsScrubbed,
    allowEnvironment: Object.keys(env),
    ...(options.signal === undefined ? {} : { abort: options.signal }),
    errors(error, result) {
      if (result.exitCode === 0) return error
      failed = new GitError(args, result.exitCode, Buffer.concat(result.stdErr).toString('utf8'))
      return failed
    },
  }).env(env)
  try {
    return (await git.raw([...args])).replace(/\n$/, '')
  } catch (error) {
    throw failed ?? error
  }
}

function bytes(args: readonly string[], options: GitOptions, env: Record<string, string>): Promise<Uint8Array> {
  return new Promise((done, fail) => {
    const child = spawn('git', args, {
      cwd: options.cwd,
      env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout!.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr!.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', error => fail(gitMissing(error)))
    child.on('close', (code, signal) => {
      if (code === 0) done(Buffer.concat(out))
      else
        fail(
          new GitError(args, code ?? 128, signal === null ? Buffer.concat(err).toString('utf8') : `ended by ${signal}`),
        )
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.input)
  })
}

async function* stream(
  args: readonly string[],
  options: GitOptions,
  env: Record<string, string>,
): AsyncIterable<Buffer> {
  const child = spawn('git', args, {
    cwd: options.cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  const err: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin.on('error', () => {})
  child.stdin.end(options.input)
  const ended = new Promise<void>((done, fail) => {
    child.on('error', error => fail(gitMissing(error)))
    child.on('close', (code, signal) => {
      if (code === 0) done()
      else
        fail(
          new GitError(args, code ?? 128, signal === null ? Buffer.concat(err).toString('utf8') : `ended by ${signal}`),
        )
    })
  })
  ended.catch(() => {})
  try {
    yield* child.stdout as AsyncIterable<Buffer>
    await ended
  } finally {
    child.kill()
  }
}

async function* records(
  args: readonly string[],
  options: GitOptions,
  env: Record<string, string>,
): AsyncIterable<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of stream(args, options, env)) {
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    for (let end = all.indexOf(0); end !== -1; end = all.indexOf(0, at)) {
      yield all.subarray(at, end)
      at = end + 1
    }
    rest = all.subarray(at)
  }
  if (rest.length > 0) yield rest
}

function gitMissing(error: Error): Error {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error
  return new UsageError('git was not found.', 'Install git (https://git-scm.com/downloads) and try again.', {
    cause: error,
  })
}

// Protocol: git-cat-file(1), BATCH OUTPUT. `--batch-command` would let us ask for sizes first, but is newer (2.36) than the git that old
// servers still carry; sizes come first through `--batch-check` instead.
async function* blobs(
  oids: Iterable<string>,
  cwd: string,
  env: Record<string, string>,
  options: { maxBytes?: number; signal?: AbortSignal },
): AsyncIterable<Blob> {
  const wanted = [...oids]
  if (wanted.length === 0) return
  const call: GitOptions = options.signal === undefined ? { cwd } : { cwd, signal: options.signal }
  // One that may be of any size needs no plan.
  if (wanted.length === 1 && options.maxBytes === undefined) return yield* contents(wanted, call, env)
  const sizes = await sizesOf(wanted, call, env)
  const maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY

  for (const batch of batches(wanted, sizes, maxBytes)) yield* contents(batch, call, env)
  for (const oid of wanted) if (sizes.get(oid)! > maxBytes) yield { oid, size: sizes.get(oid)!, tooBig: true }
}

async function* contents(oids: readonly string[], call: GitOptions, env: Record<string, string>): AsyncIterable<Blob> {
  const args = ['cat-file', '--batch']
  const raw = await bytes(args, { ...call, input: `${oids.join('\n')}\n` }, env)
  const content = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  let at = 0
  const found = new Map<string, Blob>()
  while (at < content.length) {
    const lineEnd = content.indexOf(10, at)
    const [oid, type, length] = content.toString('latin1', at, lineEnd).split(' ') as [string, string, string?]
    if (length === undefined) throw new GitError(args, 128, `${oid} is ${type}`)
    const [start, size] = [lineEnd + 1, Number(length)]
    found.set(oid, { oid, size, bytes: content.subarray(start, start + size) })
    at = start + size + 1
  }
  for (const oid of oids) yield found.get(oid)!
}

async function sizesOf(
  oids: readonly string[],
  call: GitOptions,
  env: Record<string, string>,
): Promise<Map<string, number>> {
  const args = ['cat-file', '--batch-check=%(objectname) %(objectsize)']
  const answer = decode(await bytes(args, { ...call, input: `${oids.join('\n')}\n` }, env))
  const sizes = new Map<string, number>()
  for (const line of answer.split('\n')) {
    if (line === '') continue
    const [oid, size] = line.split(' ') as [string, string]
    if (!/^\d+$/.test(size)) throw new GitError(args, 128, `${oid} is ${size}`)
    sizes.set(oid, Number(size))
  }
  return sizes
}

const batchBytes = 8 * 1024 * 1024

/** Groups objects so that no answer is much larger than 8 MiB: memory stays flat however large the push is. */
function* batches(oids: readonly string[], sizes: ReadonlyMap<string, number>, maxBytes: number): Iterable<string[]> {
  let batch: string[] = []
  let total = 0
  for (const oid of oids) {
    const size = sizes.get(oid)!
    if (size > maxBytes) continue
    if (batch.length > 0 && (total + size > batchBytes || batch.length >= 5_000)) {
      yield batch
      batch = []
      total = 0
    }
    batch.push(oid)
    total += size
  }
  if (batch.length > 0) yield batch
}

function decode(raw: Uint8Array): string {
  return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('utf8')
}
