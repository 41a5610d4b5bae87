import { spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Background, BackgroundCommand, BackgroundPlace, BackgroundRun } from '../core/background.ts'
import { scrub } from './environment.ts'
import { files } from './files.ts'
import { takeLock } from './lock.ts'
import { markOf, type ProcessMark, stillRuns } from './process-mark.ts'

interface Kept extends ProcessMark {
  readonly since: string
  readonly note: Readonly<Record<string, string>>
}

const graceMs = 3_000

export const background: Background = {
  async start(place, command, note) {
    await files.makeFolder(place.folder, { mode: 0o700 })
    const lock = await takeLock(join(place.folder, 'lock'))
    // Another merge of the same moment starts its own.
    if (!lock.taken) return
    try {
      await end(place)
      const pid = await begin(place, command)
      const record: Kept = { ...(await markOf(pid)), since: new Date().toISOString(), note }
      await files.write(recordPath(place), `${JSON.stringify(record)}\n`, { mode: 0o600 })
    } finally {
      await lock.release()
    }
  },
  async look(place) {
    const record = await recordAt(place)
    if (record === undefined) return undefined
    const { since, note } = record
    return { since, note, running: await stillRuns(record) } satisfies BackgroundRun
  },
  stop: end,
}

// The shell stays as the parent of what it starts: a program of ours ends when its parent is gone, and the hook that started this is gone in a moment.
const gently = `command -v ionice >/dev/null 2>&1 && set -- ionice -c 3 "$@"
command -v nice >/dev/null 2>&1 && set -- nice -n 19 "$@"
"$@"
exit $?`

async function begin({ log }: BackgroundPlace, { argv, cwd, env }: BackgroundCommand): Promise<number> {
  await files.makeFolder(dirname(log), { mode: 0o700 })
  const output = await open(log, 'w', 0o600)
  try {
    const child = spawn('sh', ['-c', gently, 'sh', ...argv], {
      ...(cwd === undefined ? {} : { cwd }),
      env: scrub({ ...process.env, ...env }),
      stdio: ['ignore', output.fd, output.fd],
      detached: true,
    })
    await new Promise<void>((done, fail) => {
      child.once('spawn', done)
      child.once('error', fail)
    })
    child.unref()
    return child.pid!
  } finally {
    await output.close()
  }
}

async function end(place: BackgroundPlace): Promise<boolean> {
  const record = await recordAt(place)
  if (record === undefined || !(await stillRuns(record))) return false
  signalGroup(record.pid, 'SIGTERM')
  for (const until = performance.now() + graceMs; (await stillRuns(record)) && performance.now() < until; )
    await sleep(25)
  signalGroup(record.pid, 'SIGKILL')
  return true
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {}
}

function recordPath({ folder }: BackgroundPlace): string {
  return join(folder, 'run.json')
}

async function recordAt(place: BackgroundPlace): Promise<Kept | undefined> {
  try {
    const record = JSON.parse((await files.text(recordPath(place))) ?? '') as Kept
    const isWhole = Number.isInteger(record.pid) && record.pid > 1 && typeof record.since === 'string'
    return isWhole && typeof record.note === 'object' && record.note !== null ? record : undefined
  } catch {
    return undefined
  }
}
