import { spawn } from 'node:child_process'
import { createInterface, emitKeypressEvents, type Key } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'
import type { Command, Keys } from '../core/world.ts'
import { scrub } from './environment.ts'
import { lendingInterrupt } from './interrupt.ts'
import { writeAll } from './terminal.ts'
import { keepTerminal, type TerminalKeeper } from './terminal-keeper.ts'

/** The person at stdin and stderr; undefined when one of them is no terminal. */
export function openKeys(signal: AbortSignal): Keys | undefined {
  const { stdin, stderr, env } = process
  if (stdin.isTTY !== true || stderr.isTTY !== true) return undefined
  return makeKeys({
    input: stdin,
    output: stderr,
    write: text => writeAll(2, text),
    draws: env.TERM !== 'dumb' && env.TERM !== '' && env.TERM !== undefined,
    signal,
    keep: keepTerminal,
    // At once, so that whoever gets the key next finds the signal aborted already.
    interrupt: () => void process.emit('SIGINT', 'SIGINT'),
    // To the whole group, as the terminal itself would: `npx` waits above us.
    suspend: () => process.kill(0, 'SIGTSTP'),
  })
}

export interface KeysParts {
  readonly input: Pick<ReadStream, 'setRawMode'> & NodeJS.ReadableStream & { unref?(): void; ref?(): void }
  readonly output: Pick<WriteStream, 'columns' | 'rows'> & NodeJS.EventEmitter
  readonly write: (text: string) => void
  readonly draws: boolean
  readonly signal: AbortSignal
  /** Watches over the terminal while it is not as we found it. */
  readonly keep: () => TerminalKeeper
  /** What Ctrl-C does outside raw mode. */
  readonly interrupt: () => void
  readonly suspend: () => void
}

// Sequences: xterm's ctlseqs. 1049 is the alternate screen, 7 the wrapping of long lines: one character whose width we do not know must not move all
// others. The cursor is never hidden, so that nobody has to bring it back.
const enterScreen = '\x1b[?1049h\x1b[?7l'
const leaveScreen = '\x1b[?7h\x1b[?1049l'

// Milliseconds until an escape that nothing follows is the key itself; over ssh the rest of a sequence may come a little later. Node wants a whole
// interface here and reads only this of it (lib/internal/readline/emitKeypressEvents.js).
const patience = { escapeCodeTimeout: 60 } as unknown as Parameters<typeof emitKeypressEvents>[1]

export function makeKeys(parts: KeysParts): Keys {
  const { input, output, write, signal } = parts
  const queue = queueOf<string>()
  const keeper = parts.keep()
  let raw = false
  let screen = false
  let lines: ReturnType<typeof openLines> | undefined

  const onKey = (text: string | undefined, key: Key) => {
    const name = keyName(text, key)
    if (name === 'ctrl-z') return suspended()
    if (name === 'ctrl-c') parts.interrupt()
    if (name !== undefined) queue.add(name)
  }
  const onResize = () => {
    if (queue.last() !== 'resize') queue.add('resize')
  }
  const onEnd = () => queue.end()
  const onContinue = () => {
    if (raw) input.setRawMode(true)
    onResize()
  }
  const onExit = () => leave()

  function takeKeys(): void {
    if (raw) return
    raw = true
    emitKeypressEvents(input, patience)
    keeper.watch(() => input.setRawMode(true))
    input.on('keypress', onKey)
    input.ref?.()
    input.resume()
  }
  function leave(): void {
    if (screen) write(leaveScreen)
    screen = false
    if (!raw) return
    raw = false
    input.off('keypress', onKey)
    input.setRawMode(false)
    input.pause()
    keeper.given()
  }
  function suspended(): void {
    leave()
    process.once('SIGCONT', () => {
      takeKeys()
      onResize()
    })
    parts.suspend()
  }

  input.on('end', onEnd)
  input.on('close', onEnd)
  input.on('error', onEnd)
  output.on('resize', onResize)
  process.on('SIGCONT', onContinue)
  process.on('exit', onExit)
  signal.addEventListener('abort', onEnd, { once: true })
  if (signal.aborted) queue.end()

  return {
    draws: parts.draws,
    async next() {
      takeKeys()
      return queue.next()
    },
    async line(question) {
      leave()
      write(question)
      lines ??= openLines(input, signal)
      return lines.next()
    },
    size: () => ({ columns: output.columns || 80, rows: output.rows || 24 }),
    draw(rows, at) {
      takeKeys()
      const shown = rows.slice(0, Math.max(1, output.rows || 24))
      const cursor = at === undefined ? '' : `\x1b[${at + 1};1H`
      write(`${screen ? '' : enterScreen}\x1b[H${shown.join('\x1b[K\r\n')}\x1b[K\x1b[J${cursor}`)
      screen = true
    },
    async lend(work) {
      leave()
      try {
        return await work()
      } finally {
        takeKeys()
      }
    },
    close() {
      leave()
      lines?.close()
      queue.end()
      input.off('end', onEnd)
      input.off('close', onEnd)
      input.off('error', onEnd)
      output.off('resize', onResize)
      process.off('SIGCONT', onContinue)
      process.off('exit', onExit)
      signal.removeEventListener('abort', onEnd)
      keeper.close()
      input.pause()
      input.unref?.()
    },
  }
}

const renamed: Readonly<Record<string, string>> = {
  return: 'enter',
  pageup: 'page-up',
  pagedown: 'page-down',
}

/** The name of a key as `Keys.next` gives it; undefined for what is no key of ours, such as a terminal's answer. */
export function keyName(text: string | undefined, key: Key): string | undefined {
  if (key.ctrl === true && key.name !== undefined) return `ctrl-${key.name}`
  if (key.meta === true && key.name !== 'escape') return undefined
  // One character, whatever it is made of, and nothing that is none.
  if (text !== undefined && text !== '' && !/[\p{Cc}\p{Cs}]/u.test(text)) return text
  if (key.name === undefined || key.name === 'undefined') return undefined
  return renamed[key.name] ?? key.name
}

/** Lines as the terminal's own driver lets people edit them. Kept between questions, because lines may come faster than we ask. */
function openLines(input: NodeJS.ReadableStream, signal: AbortSignal) {
  const queue = queueOf<string>()
  const reader = createInterface({ input, terminal: false })
  reader.on('line', line => queue.add(line))
  reader.on('close', () => queue.end())
  const onAbort = () => reader.close()
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    next: queue.next,
    close() {
      signal.removeEventListener('abort', onAbort)
      reader.close()
    },
  }
}

function queueOf<Value>() {
  const waiting: Value[] = []
  let ended = false
  let wake: (() => void) | undefined
  return {
    add(value: Value) {
      waiting.push(value)
      wake?.()
    },
    last: () => waiting.at(-1),
    end() {
      ended = true
      wake?.()
    },
    async next(): Promise<Value | undefined> {
      while (waiting.length === 0 && !ended) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
        wake = undefined
      }
      return waiting.shift()
    },
  }
}

/**
 * Runs a program on the terminal itself. Its stdout is the terminal too, because ours may lead into a file.
 */
export async function show(command: Command): Promise<boolean> {
  const [program, ...args] = command.argv
  return lendingInterrupt(
    () =>
      new Promise<boolean>(resolve => {
        const child = spawn(program, args, {
          ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
          env: scrub({ ...process.env, ...command.env }),
          stdio: [command.input === undefined ? 'inherit' : 'pipe', 2, 2],
        })
        child.once('error', () => resolve(false))
        child.once('close', code => resolve(code !== 127))
        // Who leaves the pager before its end closes the pipe; that is no failure.
        child.stdin?.on('error', () => {})
        child.stdin?.end(command.input)
      }),
  )
}
