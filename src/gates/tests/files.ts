import { join } from 'node:path'
import { CannotTell } from '../../core/errors.ts'
import { printable } from '../../core/printable.ts'
import type { CommandResult, Files } from '../../core/world.ts'
import type { TestReport } from './report.ts'

/** The JUnit files of this run: one that lay there before and was not written again tells of another run. */
export function junitFiles(folder: string, globs: readonly string[], files: Pick<Files, 'glob' | 'look' | 'read'>) {
  const before = new Map<string, string>()
  const stateOf = async (path: string) => {
    const facts = await files.look(join(folder, path))
    return { size: facts?.size ?? 0, text: `${facts?.mtimeMs} ${facts?.size}` }
  }
  return {
    async remember() {
      if (globs.length === 0) return
      for (const path of await files.glob(folder, globs)) before.set(path, (await stateOf(path)).text)
    },
    /** @throws CannotTell when one cannot be read, or none was written although one must be. */
    async read(isNeeded: boolean): Promise<readonly TestReport[]> {
      if (globs.length === 0) return []
      const reports: TestReport[] = []
      for (const path of await files.glob(folder, globs)) {
        const { size, text } = await stateOf(path)
        if (before.get(path) !== text) reports.push(await readReport(join(folder, path), path, size, files))
      }
      if (reports.length === 0 && isNeeded) throw noReport(globs)
      return reports
    },
  }
}

const largestReport = 256 * 1024 * 1024

async function readReport(full: string, path: string, size: number, files: Pick<Files, 'read'>): Promise<TestReport> {
  if (size > largestReport) throw unreadable(path, 'it is larger than 256 MB')
  const [{ readJunit }, bytes] = await Promise.all([import('./junit.ts'), files.read(full)])
  try {
    return readJunit(bytes ?? new Uint8Array())
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error))
  }
}

// TAP is read from what is kept of stdout; 16 MiB are some 100,000 tests with their durations.
export const keepBytes = 16 * 1024 * 1024

/** What a command printed as TAP; undefined when it printed none and need not. */
export async function tapOf({ stdout }: CommandResult, wanted: boolean | 'auto'): Promise<TestReport | undefined> {
  if (wanted === false) return undefined
  const text = new TextDecoder().decode(stdout)
  if (wanted === 'auto' && !isTap(text)) return undefined
  const { readTap } = await import('./tap.ts')
  const report = readTap(text)
  if (report === undefined)
    throw new CannotTell(
      '`tap: true` is set, but the command printed no TAP.',
      'Let the command print TAP on stdout (for example node --test --test-reporter=tap), or take `tap` out of .shiprc.',
    )
  // The beginning of a very long stream is not kept; then its plan and count mean nothing, its failures do.
  if (report.broken !== undefined && report.failed.length === 0 && stdout.length < keepBytes)
    throw new CannotTell(
      `The TAP output is broken: ${printable(report.broken)}.`,
      'A test file probably ended before its tests did: run the command yourself and look for what stopped it.',
    )
  return report
}

/** Whether output is TAP by its own words: the version line stands alone on a line (testanything.org, versions 13 and 14). */
function isTap(text: string): boolean {
  return /^TAP version 1[34]\r?$/m.test(text)
}

function noReport(globs: readonly string[]): CannotTell {
  return new CannotTell(
    `The command wrote no JUnit file that matches ${globs.map(glob => `\`${printable(glob)}\``).join(', ')}.`,
    'See that the command writes one (a path relative to the top of the repository), or correct `junit` of the gate in .shiprc.',
  )
}

function unreadable(path: string, because: string): CannotTell {
  return new CannotTell(
    `The JUnit report ${printable(path)} cannot be read: ${printable(because.split('\n')[0]!.slice(0, 300))}.`,
    'A test runner that was killed leaves half a report: run the command yourself and look at the file.',
  )
}
