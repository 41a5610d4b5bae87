// The one door for execa. Every command gets a process group of its own, so that it can be ended whole: by a time limit, by Ctrl-C, and,
// through the keeper, also when this process is killed and can do nothing itself.
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { execa } from 'execa'
import type { Command, CommandResult, Pipe, Run, RunOptions } from '../core/world.ts'
import { scrub } from './environment.ts'
import { overSsh } from './ssh.ts'

const defaultKeepBytes = 1024 * 1024
const graceMs = 2_000
const quietMs = 200

/** Runs a command to its end. Never throws for what the command does: not being found, failing, hanging and being aborted are results. */
export const run: Run = (asked, options = {}) => runJoined(asked, options, {})

/**
 * What the first command prints is what the second one reads, byte by byte as it comes; nothing of it is kept. `onOutput` sees the first one's
 * stdout pass. When one of them ends early, so does the other.
 */
export const pipe: Pipe = async (from, into, options = {}) => {
  const between = new PassThrough({ highWaterMark: 1024 * 1024 })
  between.on('error', () => {})
  const { onOutput, ...rest } = options
  const printed = { ...rest, keepBytes: 64 * 1024, ...(onOutput === undefined ? {} : { onOutput }) }
  const [printing, reading] = await Promise.all([
    runJoined(from, printed, { into: between }).finally(() => between.end()),
    runJoined(into, { ...rest, keepBytes: 64 * 1024 }, { from: between }).finally(() => between.destroy()),
  ])
  return { from: printing, into: reading }
}

interface Joined {
  readonly from?: Readable
  readonly into?: Writable
}

async function runJoined(asked: Command, options: RunOptions, joined: Joined): Promise<CommandResult> {
  const command = asked.on === undefined ? asked : overSsh(asked, asked.on)
  const started = performance.now()
  if (options.signal?.aborted) return { ...nothing, tookMs: 0, ended: 'aborted' }

  const kept = { stdout: tail(options.keepBytes), stderr: tail(options.keepBytes), output: tail(options.keepBytes) }
  groups.ready()
  const child = start(command, joined.from)
  const pid = child.pid
  if (pid !== undefined) groups.add(pid)
  if (waits(command, joined.from)) {
    child.stdin?.on('error', () => {})
    child.stdin?.end('go\n')
  }

  let stoppedBy: 'timeout' | 'aborted' | undefined
  const stop = (why: 'timeout' | 'aborted') => {
    if (stoppedBy !== undefined || pid === undefined) return
    stoppedBy = why
    void endGroup(pid)
  }
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => stop('timeout'), options.timeoutMs)
  const onAbort = () => stop('aborted')
  options.signal?.addEventListener('abort', onAbort, { once: true })

  let heardAt = 0
  const listen = (which: 'stdout' | 'stderr') => (chunk: Buffer) => {
    heardAt = performance.now()
    kept[which].add(chunk)
    kept.output.add(chunk)
    options.onOutput?.(chunk)
    if (which === 'stdout') options.onStdout?.(chunk)
    else options.onStderr?.(chunk)
  }
  child.stdout?.on('data', listen('stdout'))
  if (joined.into !== undefined) passOn(child.stdout, joined.into)
  child.stderr?.on('data', listen('stderr'))
  // A server that the command left behind may hold its output open: the command has ended all the same.
  child.once('exit', () => void endGroupOf(pid).then(() => letGo(child, () => heardAt)))

  try {
    const result = await child
    const ended = howItEnded(result, stoppedBy)
    return {
      stdout: kept.stdout.bytes(),
      stderr: kept.stderr.bytes(),
      output: kept.output.bytes(),
      droppedBytes: kept.output.dropped(),
      tookMs: performance.now() - started,
      ...ended,
    }
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', onAbort)
    await endGroupOf(pid)
    if (pid !== undefined) groups.delete(pid)
  }
}

/** Ends every running command at once; for the moment before this process itself ends. */
export function endAllNow(): void {
  for (const pid of groups.all()) signalGroup(pid, 'SIGKILL')
}

const nothing = { stdout: new Uint8Array(), stderr: new Uint8Array(), output: new Uint8Array(), droppedBytes: 0 }

// A command of the user may run for minutes, so its shell waits for a word that is only given when the keeper knows its group. Without it, being
// killed in the moment between the start and the entry would leave the command running.
const waitForWord = 'read -r word || exit 125; exec "$@" </dev/null'

function waits({ argv, input }: Command, from?: Readable): boolean {
  return argv[0] === 'sh' && input === undefined && from === undefined
}

/** To a reader that is gone nothing is written: the writer then learns it the way it does in a shell. */
function passOn(stdout: Readable | null, into: Writable): void {
  stdout?.pipe(into, { end: false })
  into.once('close', () => stdout?.destroy())
}

function start(command: Command, from: Readable | undefined) {
  const [program, ...args] = waits(command, from)
    ? (['sh', '-c', waitForWord, 'sh', ...command.argv] as const)
    : command.argv
  return execa(program, args, {
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    env: scrub({ ...process.env, ...command.env }),
    extendEnv: false,
    ...(from === undefined ? stdinOf(command) : { input: from }),
    detached: true,
    buffer: false,
    encoding: 'buffer',
    reject: false,
    cleanup: false,
    stripFinalNewline: false,
  })
}

function stdinOf(command: Command) {
  if (command.input !== undefined) return { input: command.input }
  return { stdin: waits(command) ? ('pipe' as const) : ('ignore' as const) }
}

type Ended =
  | { ended: 'exit'; code: number }
  | { ended: 'signal'; signal: string }
  | { ended: 'timeout' }
  | { ended: 'aborted' }
  | { ended: 'not-started'; because: string }

function howItEnded(
  result: { exitCode?: number | undefined; signal?: string | undefined; code?: string | undefined; cause?: unknown },
  stoppedBy: 'timeout' | 'aborted' | undefined,
): Ended {
  if (stoppedBy !== undefined) return { ended: stoppedBy }
  if (result.exitCode !== undefined) return { ended: 'exit', code: result.exitCode }
  if (result.signal !== undefined) return { ended: 'signal', signal: result.signal }
  return {
    ended: 'not-started',
    because: result.code ?? (result.cause instanceof Error ? result.cause.message : 'cannot be started'),
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}

function groupLives(pid: number): boolean {
  return signalGroup(pid, 0) && !onlyZombies(pid)
}

// In containers whose first process does not collect orphans, the dead stay in the group as zombies and would be waited for in vain.
// Fields: proc_pid_stat(5); the name in field 2 may hold spaces and parentheses, so the rest is read behind the last one.
function onlyZombies(group: number): boolean {
  if (process.platform !== 'linux') return false
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = statOf(name)
    const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (Number(pgrp) === group && state !== 'Z') return false
  }
  return true
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return ''
  }
}

// What the command left behind in its group (a watcher, a dev server) ends with it.
async function endGroupOf(pid: number | undefined): Promise<void> {
  if (pid !== undefined && groupLives(pid)) await endGroup(pid)
}

/** Stops listening to an ended command when nothing has come for a while: a daemon in a group of its own would be waited for without end. */
async function letGo({ stdout, stderr }: Streams, heardAt: () => number): Promise<void> {
  const started = performance.now()
  const isOpen = () => stdout?.closed === false || stderr?.closed === false
  while (
    isOpen() &&
    performance.now() - Math.max(started, heardAt()) < quietMs &&
    performance.now() - started < graceMs
  )
    await new Promise(resolve => setTimeout(resolve, 25).unref())
  stdout?.destroy()
  stderr?.destroy()
}

type Streams = Pick<ChildProcess, 'stdout' | 'stderr'>

async function endGroup(pid: number): Promise<void> {
  signalGroup(pid, 'SIGTERM')
  const until = performance.now() + graceMs
  while (groupLives(pid) && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 25))
  signalGroup(pid, 'SIGKILL')
}

/** Keeps the last bytes of a stream and forgets the rest, so that a command that prints 100 MB costs no memory. */
function tail(limit = defaultKeepBytes) {
  let chunks: Buffer[] = []
  let size = 0
  let dropped = 0
  return {
    add(chunk: Buffer) {
      chunks.push(chunk)
      size += chunk.length
      while (chunks.length > 1 && size - chunks[0]!.length >= limit) {
        size -= chunks[0]!.length
        dropped += chunks[0]!.length
        chunks.shift()
      }
      if (chunks.length > 1024) chunks = [Buffer.concat(chunks)]
    },
    bytes(): Uint8Array {
      const all = Buffer.concat(chunks)
      return all.length > limit ? all.subarray(all.length - limit) : all
    },
    dropped: () => dropped + Math.max(0, size - limit),
  }
}

/**
 * The groups that run now, known also to the keeper: a shell that waits for the end of its stdin, which comes when this process ends in
 * whatever way, and then ends the groups that are left. Without it `kill -9` would leave the user's test runners behind.
 */
const groups = (() => {
  const running = new Set<number>()
  let keeper: ChildProcess | undefined
  const script = `groups=' '
while read -r what pid; do
  case $what in
    add) groups="$groups$pid " ;;
    del) groups="\${groups%% $pid *} \${groups#* $pid }" ;;
  esac
done
set -- $groups
[ $# -gt 0 ] || exit 0
for pid; do kill -s TERM -- "-$pid" 2>/dev/null; done
sleep ${graceMs / 1000}
for pid; do kill -s KILL -- "-$pid" 2>/dev/null; done`
  const ready = () => {
    if (keeper === undefined) {
      keeper = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
      keeper.on('error', () => {})
      keeper.stdin?.on('error', () => {})
      keeper.unref()
      ;(keeper.stdin as unknown as { unref?: () => void }).unref?.()
    }
    return keeper
  }
  const tell = (line: string) => ready().stdin?.write(line)
  return {
    ready,
    add(pid: number) {
      running.add(pid)
      tell(`add ${pid}\n`)
    },
    delete(pid: number) {
      running.delete(pid)
      tell(`del ${pid}\n`)
    },
    all: () => [...running],
  }
})()
