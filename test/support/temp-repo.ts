import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { shipGuardBin } from './package-root.ts'

export interface Ended {
  /** Exit code; 128 + n for a signal. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface ExecOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string | Uint8Array
  readonly timeoutMs?: number
}

/** Runs a program to its end with an environment in which nothing of the developer's own git shows. */
export function exec(program: string, args: readonly string[], options: ExecOptions = {}): Promise<Ended> {
  return new Promise((done, fail) => {
    const env: Record<string, string | undefined> = { ...process.env, ...quietGit, ...options.env }
    for (const [name, value] of Object.entries(env)) if (value === undefined) delete env[name]
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: env as NodeJS.ProcessEnv,
      timeout: options.timeoutMs ?? 50_000,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
    child.stdin.on('error', () => {})
    child.stdin.end(options.input)
    child.on('error', fail)
    child.on('close', (code, signal) => done({ code: code ?? (signal === 'SIGKILL' ? 137 : 143), stdout, stderr }))
  })
}

const quietGit = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.test',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.test',
  GIT_TERMINAL_PROMPT: '0',
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
  CI: undefined,
  GITHUB_ACTIONS: undefined,
}

export class TempRepo implements AsyncDisposable {
  /** The folder that holds everything: the work tree and the bare remotes. */
  readonly home: string
  /** The work tree. */
  readonly dir: string
  /** The bare repository behind the remote `origin`. */
  readonly origin: string

  constructor(home: string) {
    this.home = home
    this.dir = join(home, 'work')
    this.origin = join(home, 'origin.git')
  }

  /** `git …` in the work tree. Never throws: look at `code`. */
  git(...args: string[]): Promise<Ended> {
    return exec('git', args, { cwd: this.dir })
  }

  /** `git …` that must succeed; its stdout without the final newline. */
  async ok(...args: string[]): Promise<string> {
    const ended = await this.git(...args)
    if (ended.code !== 0)
      throw new Error(`git ${args.join(' ')} ended with ${ended.code}\n${ended.stdout}${ended.stderr}`)
    return ended.stdout.replace(/\n$/, '')
  }

  /** The built ship-guard, run in the work tree. */
  shipGuard(args: readonly string[], options: ExecOptions = {}): Promise<Ended> {
    return exec(process.execPath, [shipGuardBin, ...args], { cwd: this.dir, ...options })
  }

  async write(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
    const target = join(this.dir, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content)
    if (mode !== undefined) await chmod(target, mode)
  }

  read(path: string): Promise<string> {
    return readFile(join(this.dir, path), 'utf8')
  }

  /** Writes the files (undefined removes one) and commits everything; the new commit's oid. */
  async commit(files: Readonly<Record<string, string | Uint8Array | undefined>>, message = 'change'): Promise<string> {
    for (const [path, content] of Object.entries(files)) {
      if (content === undefined) await rm(join(this.dir, path), { force: true })
      else await this.write(path, content)
    }
    await this.ok('add', '-A')
    await this.ok('commit', '--allow-empty', '-q', '-m', message, '--no-verify')
    return this.ok('rev-parse', 'HEAD')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await chmodAll(this.home)
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A repository on branch `main` with these files in its first commit, and a bare `origin` that has the same commit on `main`. */
export async function tempRepo(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  options: { objectFormat?: 'sha256' } = {},
): Promise<TempRepo> {
  const repo = new TempRepo(await mkdtemp(join(tmpdir(), 'ship-guard-test-')))
  const format = options.objectFormat === undefined ? [] : [`--object-format=${options.objectFormat}`]
  await exec('git', ['init', '-q', '--bare', '-b', 'main', ...format, repo.origin])
  await exec('git', ['init', '-q', '-b', 'main', ...format, repo.dir])
  await repo.ok('remote', 'add', 'origin', repo.origin)
  await repo.commit({ 'README.md': '# app\n', ...files }, 'first')
  await repo.ok('push', '-q', '--no-verify', '-u', 'origin', 'main')
  return repo
}

// A test that made something read-only must not keep its folder from being removed.
async function chmodAll(home: string): Promise<void> {
  await exec('chmod', ['-R', 'u+rwX', home])
}
