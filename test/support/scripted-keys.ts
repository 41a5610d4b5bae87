// A person at the terminal who presses the keys of a list, and what stood on the screen before each of them.
import type { Command, Keys, Terminal } from '../../src/core/world.ts'
import type { SurfaceWorld } from '../../src/review/surface.ts'

export interface Scripted {
  readonly world: SurfaceWorld
  /** Each screen that was drawn, its lines joined. */
  readonly screens: readonly string[]
  /** What was printed line by line. */
  readonly printed: readonly string[]
  /** What the pager was given. */
  readonly paged: readonly string[]
  readonly closed: () => boolean
}

export interface ScriptOptions {
  readonly columns?: number
  readonly rows?: number
  readonly colour?: boolean
  /** A dumb terminal: the script's entries are lines. */
  readonly draws?: boolean
  /** What `git var GIT_PAGER` says. */
  readonly pager?: string
}

/** After the last key the terminal is gone. Words of several characters are typed one by one when they begin with a quote: `'abc`. */
export function scriptedKeys(script: readonly string[], options: ScriptOptions = {}): Scripted {
  const { columns = 80, rows = 24, colour = false, draws = true, pager = 'less' } = options
  const waiting = draws ? script.flatMap(typed) : [...script]
  const [screens, printed, paged]: [string[], string[], string[]] = [[], [], []]
  let closed = false
  const keys: Keys = {
    draws,
    next: async () => waiting.shift(),
    async line(question) {
      printed.push(question)
      return waiting.shift()
    },
    size: () => ({ columns, rows }),
    draw: lines => void screens.push(lines.join('\n')),
    lend: work => work(),
    close() {
      closed = true
    },
  }
  const say = (text: string) => void printed.push(text)
  const terminal: Terminal = { isTty: true, colour, columns, error: say, print: say }
  return {
    screens,
    printed,
    paged,
    closed: () => closed,
    world: {
      terminal,
      keys: () => keys,
      async show(command: Command) {
        // A real one takes longer than a glance.
        await new Promise(resolve => setTimeout(resolve, 510))
        paged.push(String(command.input))
        return command.argv[0] !== 'absent'
      },
      run: async () => ({
        stdout: Buffer.from(`${pager}\n`),
        stderr: new Uint8Array(),
        output: new Uint8Array(),
        droppedBytes: 0,
        tookMs: 1,
        ended: 'exit',
        code: 0,
      }),
      signal: new AbortController().signal,
      env: {},
      packageFolder: '/nowhere',
      files: undefined as never,
      serve: undefined as never,
    },
  }
}

function typed(entry: string): string[] {
  return entry.startsWith("'") ? [...entry.slice(1)] : [entry]
}
