// git opens the connection to the remote before it starts pre-push, through a program of its own (ssh) that is then our sibling. When the connection
// was closed meanwhile that program has ended, and git, which waits for the hook, has not noticed: it is a zombie until git does.
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import type { World } from '../core/world.ts'

export interface ProcessRow {
  readonly pid: number
  readonly parent: number
  readonly ended: boolean
  /** Of the program, without folders. */
  readonly name: string
}

/** Whether the program that carries this push to its remote still lives. `unknown` where processes cannot be looked at. */
export async function carrier(): Promise<Awaited<ReturnType<World['carrier']>>> {
  const rows = await (process.platform === 'linux' ? rowsOfProc() : rowsOfPs()).catch(() => [])
  return carrierAmong(rows, process.pid)
}

/** Pure: looks for the git that runs the hook above `own`, and at what else that git has started. */
export function carrierAmong(rows: readonly ProcessRow[], own: number): 'lives' | 'ended' | 'unknown' {
  const byPid = new Map(rows.map(row => [row.pid, row]))
  let below = own
  let at = byPid.get(byPid.get(own)?.parent ?? -1)
  for (const seen = new Set<number>(); at !== undefined && !isGit(at.name); ) {
    if (seen.has(at.pid)) return 'unknown'
    seen.add(at.pid)
    below = at.pid
    at = byPid.get(at.parent)
  }
  const git = at?.pid
  if (git === undefined) return 'unknown'
  const others = rows.filter(row => row.parent === git && row.pid !== below)
  // Hooks that are written in the config (git 2.54) may run beside us; a wrapper of ssh may have any name.
  const known = others.filter(row => carriers.test(row.name))
  const carrying = known.length > 0 ? known : others
  if (carrying.length === 0) return 'unknown'
  return carrying.every(row => row.ended) ? 'ended' : 'lives'
}

const carriers = /^\(?(ssh|plink|tortoiseplink|git-remote-\w+|git-receive-pack)(\.exe)?\)?$/

function isGit(name: string): boolean {
  return /^git(-push)?(\.exe)?$/.test(name)
}

async function rowsOfProc(): Promise<readonly ProcessRow[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const stats = await Promise.all(pids.map(pid => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')))
  return stats.flatMap(rowOfStat)
}

/** proc_pid_stat(5): `pid (name) state parent …`; the name may hold spaces and parentheses. */
export function rowOfStat(stat: string): readonly ProcessRow[] {
  const match = /^(\d+) \((.*)\) (\S) (\d+) /s.exec(stat)
  if (match === null) return []
  const [, pid, name = '', state, parent] = match
  return [{ pid: Number(pid), parent: Number(parent), ended: state === 'Z' || state === 'X', name }]
}

async function rowsOfPs(): Promise<readonly ProcessRow[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=,comm='], { timeout: 5_000 })
  return stdout.split('\n').flatMap(rowOfPs)
}

/** ps(1) of macOS and the BSDs: a program that ended stands in parentheses or as `<defunct>`. */
export function rowOfPs(line: string): readonly ProcessRow[] {
  const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*?)\s*$/.exec(line)
  if (match === null) return []
  const [, pid, parent, state = '', name = ''] = match
  return [{ pid: Number(pid), parent: Number(parent), ended: state.startsWith('Z'), name: basename(name) }]
}
