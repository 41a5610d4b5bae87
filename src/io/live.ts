// Our own few lines rather than listr2: listr2 9 asks process.stdout whether it is a terminal and how wide it is, and under `git push` only
// stderr is ours; it hides the cursor, which `kill -9` would leave hidden; it ends the process itself on SIGINT; and it knows no "undecided".
import { type Colours, colours } from '../core/colour.ts'
import { duration } from '../core/duration.ts'
import type { Live } from '../core/live.ts'
import { printable } from '../core/printable.ts'
import { cut, pad, width } from '../core/width.ts'
import type { Terminal } from '../core/world.ts'
import { writeAll } from './terminal.ts'

/** Milliseconds since some moment, and something to be done again and again until the returned function is called. */
export interface Clock {
  now(): number
  every(ms: number, task: () => void): () => void
}

export interface LiveOptions {
  /** Whether the cursor can be moved: a terminal, and not a dumb one. */
  readonly redraws: boolean
  /** For the first line told where nothing can be redrawn: `judging with`. */
  readonly doing: string
  readonly colour: boolean
  /** To stderr, as it is: nothing of the live display may reach stdout, where `git push --porcelain` is read. */
  readonly write: (text: string) => void
  /** The size at this moment: people resize. */
  readonly size: () => { columns: number; rows: number }
  readonly clock: Clock
  readonly signal: AbortSignal
}

type Mark = Parameters<Live['done']>[1]

interface Running {
  readonly id: string
  readonly title: string
  readonly startedAt: number
  line: string
  ended?: { mark: Mark; tookMs: number }
}

const frameMs = 100
/** Gates that answer at once should not flash up. */
const patienceMs = 200
const firstWordMs = 1_000
const heartbeatMs = 15_000

/**
 * The live display: on a terminal a line a gate that is redrawn in place and gone after `stop`; elsewhere one line when it takes over a second,
 * and a heartbeat every 15 seconds, for people and for machines that end what stays silent.
 */
export function openLive(
  terminal: Pick<Terminal, 'isTty' | 'colour' | 'columns'>,
  signal: AbortSignal,
  doing = 'judging with',
): Live {
  return makeLive({
    signal,
    doing,
    redraws: terminal.isTty && process.env.TERM !== 'dumb',
    colour: terminal.colour,
    write: text => writeAll(2, text),
    size: () => ({ columns: process.stderr.columns || terminal.columns, rows: process.stderr.rows || 24 }),
    clock: realClock,
  })
}

export function makeLive(options: LiveOptions): Live {
  const { clock, signal } = options
  const gates = new Map<string, Running>()
  const display = options.redraws ? redrawn(options) : told(options)
  let cancel: (() => void) | undefined
  let stopped = false
  const onAbort = () => {
    cancel?.()
    display.freeze()
  }
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    start(started) {
      if (stopped || signal.aborted) return
      for (const { id, title } of started) gates.set(id, { id, title, startedAt: clock.now(), line: title })
      cancel ??= clock.every(display.everyMs, () => display.tick([...gates.values()]))
    },
    progress(id, line) {
      const gate = gates.get(id)
      if (gate !== undefined) gate.line = line
    },
    done(id, mark, tookMs) {
      const gate = gates.get(id)
      if (gate !== undefined) gate.ended = { mark, tookMs }
    },
    stop() {
      if (stopped) return
      stopped = true
      signal.removeEventListener('abort', onAbort)
      cancel?.()
      display.end([...gates.values()].filter(gate => gate.ended === undefined))
    },
  }
}

interface Display {
  readonly everyMs: number
  tick(gates: readonly Running[]): void
  /** Ctrl-C also ended the git that started us: the shell is back and the cursor wherever it put it. Nothing is drawn over any more. */
  freeze(): void
  /** What still ran is named and stays on the screen: someone interrupted it. */
  end(unfinished: readonly Running[]): void
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/**
 * Lines that are drawn over again. The cursor waits on the line below them and is never hidden, so that nothing has to be restored when this
 * process is killed. One write a frame. Sequences: ECMA-48, CUU (up), EL (erase line), ED (erase below).
 */
function redrawn({ write, size, clock, colour }: LiveOptions): Display {
  const paint = colours(colour)
  let drawn: number[] = []
  let frame = 0
  const back = (columns: number) => {
    // In a terminal that was made narrower, lines drawn before may take two rows by now.
    const rows = drawn.reduce((sum, wide) => sum + Math.max(1, Math.ceil(wide / columns)), 0)
    return rows === 0 ? '\r' : `\r\x1b[${rows}A`
  }
  return {
    everyMs: frameMs,
    tick(gates) {
      const now = clock.now()
      if (drawn.length === 0 && gates.every(gate => now - gate.startedAt < patienceMs)) return
      const { columns, rows } = size()
      const turn = spinner[frame++ % spinner.length]!
      const lines = fitting(gates, rows - 2).map(gate => gateLine(gate, now, turn, gates))
      const cuts = lines.map(line => cutLine(line, columns - 1))
      write(`${back(columns)}${cuts.map(line => `${tint(line, paint)}\x1b[K\n`).join('')}\x1b[J`)
      drawn = cuts.map(line => width(line.mark + line.rest))
    },
    freeze() {
      // Away from the ^C that the terminal echoed.
      if (drawn.length > 0) write('\n')
      drawn = []
    },
    end(unfinished) {
      const stopped = unfinished.map(gate => `- ${printable(gate.id)}  stopped after ${since(gate, clock.now())}\n`)
      if (drawn.length > 0) write(`${back(size().columns)}\x1b[J${stopped.join('')}`)
      drawn = []
    },
  }
}

/** Where there are more gates than rows, those that still run are shown. */
function fitting(gates: readonly Running[], rows: number): readonly Running[] {
  if (gates.length <= rows) return gates
  const running = gates.filter(gate => gate.ended === undefined)
  return (running.length > 0 ? running : gates).slice(0, Math.max(1, rows))
}

interface Line {
  readonly mark: string
  readonly rest: string
  readonly as: Mark | 'running'
}

const marks: Record<Mark, string> = { passed: '✓', refused: '✗', undecided: '?', skipped: '-' }

function gateLine(gate: Running, now: number, turn: string, all: readonly Running[]): Line {
  const name = pad(printable(gate.id), Math.min(24, Math.max(...all.map(one => width(printable(one.id))))))
  if (gate.ended !== undefined)
    return { mark: marks[gate.ended.mark], rest: ` ${name}  ${duration(gate.ended.tookMs)}`, as: gate.ended.mark }
  return { mark: turn, rest: ` ${name}  ${pad(since(gate, now), 6)}  ${lastLine(gate.line)}`.trimEnd(), as: 'running' }
}

// Programs rewrite their progress with carriage returns; what stands behind the last one is what they show now.
function lastLine(text: string): string {
  const lines = text.slice(-4_000).split(/[\r\n]+/)
  return printable(lines.findLast(line => line.trim() !== '') ?? '')
}

function since(gate: Running, now: number): string {
  return duration(now - gate.startedAt)
}

function cutLine(line: Line, columns: number): Line {
  return { ...line, rest: cut(line.rest, Math.max(1, columns - width(line.mark))) }
}

function tint({ mark, rest, as }: Line, paint: Colours): string {
  const colour = {
    passed: paint.green,
    refused: paint.red,
    undecided: paint.yellow,
    skipped: paint.dim,
    running: paint.cyan,
  }
  return colour[as](mark) + rest
}

/** For logs and pipes: nothing that moves, and little of it. */
function told({ write, clock, doing }: LiveOptions): Display {
  let beganAt: number | undefined
  let toldAt: number | undefined
  return {
    everyMs: firstWordMs,
    tick(gates) {
      const now = clock.now()
      const running = gates.filter(gate => gate.ended === undefined)
      beganAt ??= Math.min(...gates.map(gate => gate.startedAt))
      if (running.length === 0) return
      if (toldAt === undefined) {
        toldAt = now
        write(`ship-guard: ${doing} ${gates.map(gate => printable(gate.id)).join(', ')} …\n`)
      } else if (now - toldAt >= heartbeatMs) {
        toldAt = now
        const names = running.map(gate => `${printable(gate.id)} (${since(gate, now)})`)
        write(`ship-guard: still running after ${duration(now - beganAt)}: ${names.join(', ')}\n`)
      }
    },
    freeze() {},
    end(unfinished) {
      if (toldAt === undefined || unfinished.length === 0) return
      const names = unfinished.map(gate => `${printable(gate.id)} after ${since(gate, clock.now())}`)
      write(`ship-guard: stopped ${names.join(', ')}\n`)
    },
  }
}

const realClock: Clock = {
  now: () => performance.now(),
  every(ms, task) {
    const timer = setInterval(task, ms)
    timer.unref()
    return () => clearInterval(timer)
  },
}
