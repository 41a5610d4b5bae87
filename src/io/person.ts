import { execFileSync } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { ReadStream } from 'node:tty'
import { writeAll } from './terminal.ts'

/**
 * One line from the person at the controlling terminal (tty(4)), also where stdin is taken, as in a hook. Undefined when nobody can be asked: no
 * terminal, stderr leads elsewhere, or this runs in the background, where reading would stop the whole push.
 */
export async function askPerson(question: string, signal: AbortSignal): Promise<string | undefined> {
  if (process.stderr.isTTY !== true || signal.aborted || !isForeground()) return undefined
  const input = openTerminalInput()
  if (input === undefined) return undefined
  writeAll(2, question)
  const lines = createInterface({ input, terminal: false })
  try {
    return await new Promise<string | undefined>(done => {
      const nobody = () => done(undefined)
      lines.once('line', done)
      lines.once('close', nobody)
      input.once('error', nobody)
      signal.addEventListener('abort', nobody, { once: true })
    })
  } finally {
    lines.close()
    input.destroy()
  }
}

function openTerminalInput(): ReadStream | undefined {
  let fd: number | undefined
  try {
    fd = openSync('/dev/tty', 'r')
    return new ReadStream(fd)
  } catch {
    if (fd !== undefined) closeSync(fd)
    return undefined
  }
}

// proc_pid_stat(5): fields 5 and 8, the process group and the one that the terminal listens to; elsewhere ps(1) marks the latter with a `+`.
function isForeground(): boolean {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'stat=', '-p', String(process.pid)], { encoding: 'utf8' }).includes('+')
    const stat = readFileSync('/proc/self/stat', 'latin1')
    const [, , group, , , listening] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return group === listening
  } catch {
    return false
  }
}
