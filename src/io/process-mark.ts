// What a process leaves behind says which process that was, so that a later one can tell whether it still runs.
import { readFile } from 'node:fs/promises'

export interface ProcessMark {
  readonly pid: number
  /** When the process began, so that another one with the same number is not taken for it; absent where it cannot be told. */
  readonly began?: string | undefined
}

export function ownMark(): Promise<ProcessMark> {
  return markOf(process.pid)
}

export async function markOf(pid: number): Promise<ProcessMark> {
  return { pid, began: await beginning(pid) }
}

/** Whether the process that made the mark still runs; its number is a positive integer. */
export async function stillRuns({ pid, began }: ProcessMark): Promise<boolean> {
  if (!lives(pid)) return false
  return began === undefined || (await beginning(pid)) === began
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

// proc_pid_stat(5), field 22; the name in field 2 may hold spaces and parentheses.
async function beginning(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
