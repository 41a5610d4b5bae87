// A folder to play in, with a bare origin and an application, where commands are shown as a person would see them and checked.
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface Shown {
  readonly output: string
  readonly tookMs: number
}

/** What a command must end with, and texts that its output must hold or must not hold. */
export interface Expected {
  readonly code: number
  readonly says?: readonly string[]
  readonly saysNot?: readonly string[]
}

/** The demo shows something else than it should. */
export class NotAsExpected extends Error {
  override readonly name = 'NotAsExpected'
}

const colour = process.stdout.isTTY === true && process.env.NO_COLOR === undefined
const paint = (code: string) => (text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
export const bold = paint('1')
export const dim = paint('2')

export class Sandbox {
  readonly home = mkdtempSync(join(tmpdir(), 'ship-guard-demo-'))
  readonly app = join(this.home, 'shop')
  readonly origin = join(this.home, 'origin.git')
  #running: number | undefined

  /** An application on branch develop whose bare origin has the same commit. */
  async begin(application: string): Promise<void> {
    cpSync(application, this.app, { recursive: true })
    writeFileSync(
      join(this.home, 'gitconfig'),
      '[user]\n\tname = Ada\n\temail = ada@example.test\n[init]\n\tdefaultBranch = develop\n[advice]\n\tdetachedHead = false\n',
    )
    mkdirSync(join(this.home, 'home'))
    await this.quietly('git', 'init', '--quiet', '--bare', this.origin)
    await this.quietly('git', 'init', '--quiet')
    await this.quietly('git', 'remote', 'add', 'origin', '../origin.git')
    await this.quietly('git', 'add', '--all')
    await this.quietly('git', 'commit', '--quiet', '--message', 'Prices with VAT')
    await this.quietly('git', 'push', '--quiet', '--set-upstream', 'origin', 'develop')
  }

  say(title: string): void {
    console.log(`\n${bold(`── ${title} ${'─'.repeat(Math.max(3, 76 - title.length))}`)}`)
  }

  /** Writes a file of the application and shows what is in it now; `shown` is shown instead where a file is long. */
  edit(path: string, text: string, shown = text): void {
    mkdirSync(dirname(join(this.app, path)), { recursive: true })
    writeFileSync(join(this.app, path), text)
    console.log(`\n${dim(`# ${path}`)}`)
    for (const line of shown.trimEnd().split('\n')) console.log(dim(`  ${line}`))
  }

  /** Replaces one text of a file by another and shows which. */
  change(path: string, from: string, to: string, shown = `- ${from}\n+ ${to}`): void {
    const before = this.read(path)
    if (!before.includes(from)) throw new NotAsExpected(`${path} does not hold: ${from}`)
    this.edit(path, before.replace(from, to), shown)
  }

  read(path: string): string {
    return readFileSync(join(this.app, path), 'utf8')
  }

  remove(path: string): void {
    rmSync(join(this.app, path))
  }

  async commit(message: string): Promise<void> {
    console.log(`\n${bold(`$ git add --all && git commit --quiet --message "${message}"`)}`)
    await this.quietly('git', 'add', '--all')
    await this.quietly('git', 'commit', '--quiet', '--message', message)
  }

  /** A command that is no part of the show. Its stdout. */
  async quietly(...argv: [string, ...string[]]): Promise<string> {
    const { code, output } = await this.#run(argv, () => {})
    if (code !== 0) throw new NotAsExpected(`${argv.join(' ')} ended with ${code}:\n${output}`)
    return output.trimEnd()
  }

  /** Types a command, shows what it prints, and throws NotAsExpected unless it ends and says as expected. */
  async type(line: string, expected: Expected): Promise<Shown> {
    console.log(`\n${bold(`$ ${line}`)}`)
    const started = performance.now()
    const argv = (line.match(/"[^"]*"|\S+/g) ?? []).map(word => word.replace(/^"(.*)"$/, '$1'))
    const { code, output } = await this.#run(argv as [string, ...string[]], chunk => process.stdout.write(chunk))
    const tookMs = performance.now() - started
    if (code !== expected.code) throw new NotAsExpected(`${line} ended with ${code}, not ${expected.code}.`)
    for (const text of expected.says ?? [])
      if (!output.includes(text)) throw new NotAsExpected(`${line} does not say: ${text}`)
    for (const text of expected.saysNot ?? [])
      if (output.includes(text)) throw new NotAsExpected(`${line} shows what it must not show.`)
    return { output, tookMs }
  }

  #run(argv: readonly [string, ...string[]], onOutput: (chunk: Buffer) => void) {
    const [program, ...args] = argv
    return new Promise<{ code: number; output: string }>((done, fail) => {
      const child = spawn(program, args, {
        cwd: this.app,
        env: this.#environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      })
      this.#running = child.pid
      const chunks: Buffer[] = []
      const onData = (chunk: Buffer) => {
        chunks.push(chunk)
        onOutput(chunk)
      }
      child.stdout.on('data', onData)
      child.stderr.on('data', onData)
      child.on('error', fail)
      child.on('close', code => {
        this.#running = undefined
        // Colours are for the eye; texts are looked for without them.
        // biome-ignore lint/complexity/useRegexLiterals: a literal would hold a control character
        const plain = new RegExp('\u001b\\[[0-9;]*m', 'g')
        done({ code: code ?? 143, output: Buffer.concat(chunks).toString('utf8').replace(plain, '') })
      })
    })
  }

  // Nothing of the developer's own git, npm or CI settings takes part.
  #environment(): NodeJS.ProcessEnv {
    const clean = Object.entries(process.env).filter(([name]) => !/^(GIT_|npm_|CI$|GITHUB_|NODE_OPTIONS$)/.test(name))
    return {
      ...Object.fromEntries(clean),
      ...(colour ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
      HOME: join(this.home, 'home'),
      NPM_CONFIG_UPDATE_NOTIFIER: 'false',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: join(this.home, 'gitconfig'),
      COLUMNS: String(Math.min(process.stdout.columns ?? 100, 120)),
    }
  }

  /** Ends what runs and removes the folder, unless it is to be kept. */
  end({ keep }: { keep: boolean }): void {
    if (this.#running !== undefined) {
      try {
        process.kill(-this.#running, 'SIGTERM')
      } catch {}
    }
    if (!keep) rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}
