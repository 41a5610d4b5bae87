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
  /** Milliseconds. */
  readonly median: number
  /** Half of the runs lie between these. */
  readonly quartiles: readonly [number, number]
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
  return [...times].map(([name, all]) => ({
    name,
    median: quantile(all, 0.5),
    quartiles: [quantile(all, 0.25), quantile(all, 0.75)],
  }))
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

/** A markdown table: medians, spread, and how many times the first case each one takes. */
export function table(title: string, timings: readonly Timing[], first = timings[0]!): string {
  const rows = timings.map(({ name, median, quartiles: [low, high] }) =>
    [name, ms(median), `${ms(low)} to ${ms(high)}`, `${(median / first.median).toFixed(2)} x`].join(' | '),
  )
  return [
    `| ${title} | median | half lie between | ratio |`,
    '| --- | ---: | ---: | ---: |',
    ...rows.map(row => `| ${row} |`),
  ].join('\n')
}

export function ms(value: number): string {
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`
}
