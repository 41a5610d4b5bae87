import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { oneGate } from './guarded-repo.ts'
import { sourceRoot } from './package-root.ts'
import { type Ended, exec, type TempRepo, tempRepo } from './temp-repo.ts'

const installed = join(sourceRoot, 'test', 'tools', 'managers', 'node_modules')

/** The hook managers by the commands that people type. */
export const tools = {
  lefthook: join(installed, '.bin', 'lefthook'),
  simpleGitHooks: join(installed, '.bin', 'simple-git-hooks'),
  husky: join(sourceRoot, 'node_modules', '.bin', 'husky'),
  preCommit: 'pre-commit',
} as const

/** A guarded repository in which another tool has a hook of its own, which adds a line to `theirs` beside the repository. */
export class SharedRepo implements AsyncDisposable {
  readonly repo: TempRepo
  readonly env: Readonly<Record<string, string | undefined>>

  constructor(repo: TempRepo) {
    this.repo = repo
    // Each looks for its own folders below the home, and simple-git-hooks for a switch in the environment.
    this.env = {
      HOME: repo.home,
      PATH: `${join(repo.home, 'bin')}${delimiter}${process.env.PATH}`,
      HUSKY: undefined,
      SHIP_GUARD_NODE: join(repo.home, 'bin', 'counting-node'),
    }
  }

  /** Nothing of ours is installed yet; the one gate does what `check.sh` says, which passes. */
  static async with(files: (home: string) => Readonly<Record<string, string>>): Promise<SharedRepo> {
    const repo = await tempRepo({ 'check.sh': 'exit 0\n' })
    const shared = new SharedRepo(repo)
    await mkdir(join(repo.home, 'bin'))
    await shared.program(
      'counting-node',
      `#!/bin/sh\ncase $1 in *hook.cjs) echo "$2" >>'${repo.home}/judged' ;; esac\nexec '${process.execPath}' "$@"\n`,
    )
    await repo.commit({ '.shiprc': oneGate(repo.home), ...files(repo.home) })
    return shared
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.repo[Symbol.asyncDispose]()
  }

  async run(program: string, ...args: string[]): Promise<Ended> {
    const ended = await exec(program, args, { cwd: this.repo.dir, env: this.env })
    if (ended.code !== 0)
      throw new Error(`${program} ${args.join(' ')} ended with ${ended.code}\n${ended.stdout}${ended.stderr}`)
    return ended
  }

  async guard(...args: string[]): Promise<Ended> {
    const ended = await this.repo.shipGuard(['install', ...args], { env: this.env })
    if (ended.code !== 0) throw new Error(`install ended with ${ended.code}\n${ended.stderr}`)
    return ended
  }

  async unguard(): Promise<void> {
    const ended = await this.repo.shipGuard(['uninstall'], { env: this.env })
    if (ended.code !== 0) throw new Error(`uninstall ended with ${ended.code}\n${ended.stderr}`)
  }

  /** Pushes to main, and says how often our hook judged that and how often the other tool's hook ran. */
  async push(gate: 'passes' | 'refuses' = 'passes'): Promise<{ code: number; judged: number; theirs: number }> {
    await this.repo.write('check.sh', `exit ${gate === 'passes' ? 0 : 1} # ${Math.random()}\n`)
    await this.repo.ok('commit', '-q', '-a', '--no-verify', '-m', 'more')
    return this.pushed('main')
  }

  /** The same for what is committed already. */
  async pushed(refspec: string): Promise<{ code: number; judged: number; theirs: number }> {
    const before = [await this.lines('judged'), await this.lines('theirs')] as const
    const { code } = await exec('git', ['push', '-q', 'origin', refspec], { cwd: this.repo.dir, env: this.env })
    return { code, judged: (await this.lines('judged')) - before[0], theirs: (await this.lines('theirs')) - before[1] }
  }

  private async lines(file: string): Promise<number> {
    return (await readFile(join(this.repo.home, file), 'utf8').catch(() => '')).split('\n').length - 1
  }

  /** A program of this name comes first in the PATH. */
  async program(name: string, text: string): Promise<void> {
    const path = join(this.repo.home, 'bin', name)
    await writeFile(path, text)
    await chmod(path, 0o755)
  }
}

export const both = { code: 0, judged: 1, theirs: 1 }
export const guardAlone = { code: 0, judged: 1, theirs: 0 }
export const theirsAlone = { code: 0, judged: 0, theirs: 1 }
