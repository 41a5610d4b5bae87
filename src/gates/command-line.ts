// What the gates `tests` and `command` share: the user's own command line, run in the checkout, and its end put into words.
import { stripVTControlCharacters } from 'node:util'
import { duration } from '../core/duration.ts'
import { CannotTell } from '../core/errors.ts'
import type { GateContext } from '../core/gate.ts'
import { printable } from '../core/printable.ts'
import type { CommandResult } from '../core/world.ts'

export interface CommandLine {
  /** As a person writes it in a shell. It is the user's own text: nothing of ours is ever pasted into it. */
  readonly run: string
  /** What it gets as `$1`, `$2` …; may be anything. */
  readonly args?: readonly string[]
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** Bytes of each stream that are kept, from the end. */
  readonly keepBytes?: number
}

/** Runs the line with `sh -c` in the checkout; the newest line of its output is shown as progress. */
export function runCommandLine(
  { run, args, folder, env, timeoutMs, keepBytes = 1024 * 1024 }: CommandLine,
  { world, signal, progress }: Pick<GateContext<unknown>, 'world' | 'signal' | 'progress'>,
): Promise<CommandResult> {
  progress(shown(run))
  return world.run(
    {
      argv: ['sh', '-c', run, ...(args === undefined ? [] : ['sh', ...args])],
      cwd: folder,
      // CI=true keeps test runners from watching files for ever (react-scripts, Angular, older jest set-ups) and from writing snapshots
      // that the pushed commit does not have. `env` in .shiprc has the last word.
      env: { CI: 'true', ...env },
    },
    {
      signal,
      timeoutMs,
      keepBytes,
      onOutput: chunk => {
        const line = lastLines(chunk.subarray(-4096), 1)[0]
        if (line !== undefined) progress(line)
      },
    },
  )
}

// A shell says 128 + n when its command died of signal n. Only signals that no test runner means as a number of failures.
const deaths: Readonly<Record<number, string>> = {
  130: 'SIGINT',
  134: 'SIGABRT',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  143: 'SIGTERM',
}

/**
 * The exit code of a command that came to an end of its own.
 * @throws CannotTell when it did not: not found, not executable, killed, out of time, interrupted.
 */
export function exitCodeOf(result: CommandResult, { run, timeoutMs }: Pick<CommandLine, 'run' | 'timeoutMs'>): number {
  const name = shown(run)
  const said = tail(result.output, 5)
  switch (result.ended) {
    case 'not-started':
      throw new CannotTell(
        `${name} could not be started (${printable(result.because)}).`,
        'It is run with `sh -c` in a checkout of the pushed commit: see that `sh` is on PATH and that the folder can be entered.',
      )
    case 'aborted':
      throw new CannotTell(`${name} was interrupted.`, 'Push again.')
    case 'timeout':
      throw new CannotTell(
        `${name} did not end within ${duration(timeoutMs)} and was stopped.${said}`,
        `Find out what hangs, or allow it more time with \`timeout\` in .shiprc (for example \`timeout: ${longer(timeoutMs)}\`):\n${command(run)}`,
      )
    case 'signal':
      throw killed(name, result.signal, said, run)
  }
  if (result.code === 127)
    throw new CannotTell(
      `${name} did not run: a program in it was not found (exit 127).${said}`,
      `Install what is missing, or correct \`run\` in .shiprc:\n${command(run)}`,
    )
  if (result.code === 126)
    throw new CannotTell(
      `${name} did not run: what it names may not be executed (exit 126).${said}`,
      'Commit the file as executable (git update-index --chmod=+x <file>), or start it with its interpreter in .shiprc:\n' +
        command(run),
    )
  const death = deaths[result.code]
  if (death !== undefined) throw killed(name, death, said, run)
  return result.code
}

function killed(name: string, signal: string, said: string, run: string): CannotTell {
  const memory = signal === 'SIGKILL' ? ' That is often the system, out of memory.' : ''
  return new CannotTell(
    `${name} was ended by ${signal} before it could say a result.${said}`,
    `Run it yourself and see why it dies.${memory}\n${command(run)}`,
  )
}

function longer(timeoutMs: number): string {
  return `${Math.max(1, Math.ceil((timeoutMs * 2) / 60_000))}m`
}

const longestLine = 400

/** The last lines of a program's output, made safe to show: no colours, no control characters, progress bars reduced to their last state. */
export function lastLines(output: Uint8Array, count: number): readonly string[] {
  if (count === 0) return []
  const text = stripVTControlCharacters(new TextDecoder().decode(output.subarray(-64 * 1024)))
  const lines = text.split('\n').map(line => printable(lastState(line).slice(0, longestLine)).trimEnd())
  while (lines.at(-1) === '') lines.pop()
  const kept = lines.slice(-count)
  while (kept[0] === '') kept.shift()
  return kept
}

function lastState(line: string): string {
  const plain = line.replace(/\r+$/, '')
  return plain.slice(plain.lastIndexOf('\r') + 1)
}

const lastBytes = 2 * 1024 * 1024

/** The end of a program's output as text to search in: without colours, with plain line ends. */
export function plainText(output: Uint8Array): string {
  return stripVTControlCharacters(new TextDecoder().decode(output.subarray(-lastBytes))).replaceAll('\r\n', '\n')
}

/** The end of the output as further lines of a message; nothing when there was none. */
export function tail(output: Uint8Array, count: number): string {
  return lastLines(output, count)
    .map(line => `\n${line}`)
    .join('')
}

/** A command line as a name in a sentence: `npm test`, in backticks. */
export function shown(run: string): string {
  const [first = '', ...rest] = run.trim().split('\n')
  const cut = first.length > 100 || rest.length > 0
  return `\`${printable(first.slice(0, 100))}${cut ? ' …' : ''}\``
}

/** A command line to copy: its own lines, made safe to show. */
export function command(run: string): string {
  return printable(run.trim(), { lines: true })
}

const shellWords = new Set(
  'cd export set unset test [ [[ if then elif else fi for while until do done case esac { } ! : true false exit return wait trap umask'.split(
    ' ',
  ),
)
const starters = new Set(['exec', 'env', 'time', 'nice', 'command', 'sudo', 'xvfb-run', 'npx', 'bunx'])
const runtimes: readonly (readonly [RegExp, string])[] = [
  [/^(npm|npx|pnpm|yarn|jest|mocha|vitest|ava|tsx|ts-node)$|node_modules\/\.bin\//, 'node'],
  [/^(composer|phpunit|pest|artisan|paratest)$|vendor\/bin\/|\.phar$/, 'php'],
  [/^(pytest|tox|nox)$|\.py$/, 'python3'],
  [/^(bundle|rspec|rake|rails)$|^bin\/r/, 'ruby'],
]

/**
 * The programs that command lines start, with the runtime behind the well-known ones: when one of them is exchanged, a kept verdict is stale.
 * Read by words, not as a shell would: it may name one too many, which costs a run, and misses programs that other programs start.
 */
export function programsOf(runs: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const part of runs.flatMap(run => run.split(/[\n;|&()]+/))) {
    const words = part
      .trim()
      .split(/\s+/)
      .map(word => word.replace(/^["']|["']$/g, ''))
      .filter(word => word !== '' && !/^\w+=/.test(word) && !shellWords.has(word))
    for (const word of words) {
      if (word.startsWith('-')) continue
      found.add(word)
      for (const [pattern, runtime] of runtimes) if (pattern.test(word)) found.add(runtime)
      if (!starters.has(word)) break
    }
  }
  return [...found]
}
