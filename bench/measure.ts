// Times whole processes side by side: every round runs every case once, so that what else the machine does meets all of them alike.
import { spawn } from 'node:child_process'

export interface Case {
  readonly name: string
  /** Untimed, before each run: gives `run` something to do. */
  prepare?(): Promise<void>
  /** What is timed. */
  run(): Promise<void>
}

export interface Timing {
  readonly name: string
  /** Milliseconds, one a round. */
  readonly times: readonly number[]
}

/** One warming round, then `rounds` that count. Cases take turns in going first. */
export async function interleave(cases: readonly Case[], rounds: number): Promise<readonly Timing[]> {
  const times = new Map<string, number[]>(cases.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round += 1) {
    const turn = round % cases.length
    for (const one of [...cases.slice(turn), ...cases.slice(0, turn)]) {
      await one.prepare?.()
      const started = performance.now()
      await one.run()
      if (round > 0) times.get(one.name)!.push(performance.now() - started)
    }
    if (process.stderr.isTTY === true) process.stderr.write(`\r  round ${round} of ${rounds}   \r`)
  }
  return [...times].map(([name, all]) => ({ name, times: all }))
}

/** The median over rounds of what `compare` makes of that round's times: what slowed one round down slowed all its cases down. */
export function overRounds(timings: readonly Timing[], compare: (...times: number[]) => number): number {
  const rounds = timings[0]!.times.map((_, round) => timings.map(({ times }) => times[round]!))
  return quantile(
    rounds.map(times => compare(...times)),
    0.5,
  )
}

function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = (sorted.length - 1) * at
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!]
  return below + (above - below) * (place - Math.floor(place))
}

/** Runs a program to its end and throws unless it ends with `code`; a push that failed must not count as a fast one. */
export function execute(argv: readonly string[], options: { cwd: string; code?: number }): Promise<string> {
  const [program = '', ...args] = argv
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd: options.cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', fail)
    child.on('close', code => {
      const output = Buffer.concat(chunks).toString('utf8')
      if (code === (options.code ?? 0)) done(output)
      else fail(new Error(`${argv.join(' ')} ended with ${code}:\n${output}`))
    })
  })
}

// NODE_EXTRA_CA_CERTS makes Node 20 parse certificates at every start, which would be counted for whoever starts Node.
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(GIT_|npm_|NODE_|CI$|HUSKY$|LEFTHOOK)/.test(name)),
  ),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.test',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.test',
  NO_COLOR: '1',
}

/** A markdown table: medians, spread, and how many times the first case of the same round each one takes. */
export function table(title: string, timings: readonly Timing[]): string {
  const rows = timings.map(timing => {
    const [low, middle, high] = [0.25, 0.5, 0.75].map(at => ms(quantile(timing.times, at)))
    const ratio = overRounds([timing, timings[0]!], (own = 0, first = 1) => own / first)
    return `| ${[timing.name, middle, `${low} to ${high}`, `${ratio.toFixed(2)} x`].join(' | ')} |`
  })
  return [`| ${title} | median | half lie between | ratio |`, '| --- | ---: | ---: | ---: |', ...rows].join('\n')
}

export function ms(value: number): string {
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`
}
