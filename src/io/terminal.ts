import { writeSync } from 'node:fs'
import type { Terminal } from '../core/world.ts'
import type { Environment } from './environment.ts'

/** The terminal behind stderr. Colours only there, and none with NO_COLOR (no-color.org) or TERM=dumb; FORCE_COLOR asks for them anyway. */
export function openTerminal(env: Environment): Terminal {
  const isTty = process.stderr.isTTY === true
  return {
    isTty,
    colour: wantsColour(env, isTty),
    // Asked anew each time: people resize.
    get columns() {
      return Number(env.COLUMNS) || process.stderr.columns || 80
    },
    error: text => writeAll(2, asLines(text)),
    print: text => writeAll(1, asLines(text)),
  }
}

export function wantsColour(env: Environment, isTty: boolean): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') return true
  return isTty && env.TERM !== 'dumb'
}

function asLines(text: string): string {
  return text.endsWith('\n') || text === '' ? text : `${text}\n`
}

// Synchronous, because what is written last must be seen even when the process ends at once; a reader that went away is no error of ours.
export function writeAll(fd: 1 | 2, text: string): void {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EAGAIN') continue
      return
    }
  }
}
