import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { stops } from '../core/finding.ts'
import type { Digest, Verdict } from '../core/verdict.ts'
import type { Files } from '../core/world.ts'
import { keepNewest } from './keep-newest.ts'

/** Passed verdicts, kept by digest under the git dir (0700, never pushed). Reading and writing never fail a push: at worst a gate runs again. */
export interface VerdictStore {
  find(digest: Digest, now: Date): Promise<Verdict | undefined>
  /** `lifetime` in milliseconds. Only a passed verdict is kept; anything else is asked anew each time. */
  keep(verdict: Verdict, now: Date, lifetime: number | undefined): Promise<void>
  /** Why keeping failed, when it did: a full disk, a read-only git dir. */
  problem(): string | undefined
}

interface Entry {
  readonly format: 1
  readonly keptAt: string
  readonly until: string | null
  readonly verdict: Verdict
}

const keptAtMost = 500

export function openVerdictStore(
  files: Pick<Files, 'text' | 'write' | 'list' | 'look' | 'remove' | 'makeFolder'>,
  commonDir: string,
): VerdictStore {
  const folder = join(commonDir, 'ship-guard', 'verdicts')
  const thisRun = new Map<Digest, Verdict>()
  let problem: string | undefined

  return {
    async find(digest, now) {
      const own = thisRun.get(digest)
      if (own !== undefined) return own
      const text = await files.text(join(folder, `${digest}.json`)).catch(() => undefined)
      return text === undefined ? undefined : readEntry(text, digest, now)
    },
    async keep(verdict, now, lifetime) {
      if (verdict.outcome !== 'passed') return
      const stored: Verdict = { ...verdict, stored: true }
      thisRun.set(verdict.digest, stored)
      const until = lifetime === undefined ? null : new Date(now.getTime() + lifetime).toISOString()
      try {
        await files.makeFolder(join(commonDir, 'ship-guard'), { mode: 0o700 })
        await files.makeFolder(folder, { mode: 0o700 })
        await files.write(
          join(folder, `${verdict.digest}.json`),
          writeEntry({ format: 1, keptAt: now.toISOString(), until, verdict: stored }),
          { mode: 0o600 },
        )
        await keepNewest(files, folder, keptAtMost)
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error)
      }
    },
    problem: () => problem,
  }
}

// The first line is the hash of the rest, so that a file that was cut or changed on disk is never taken for an answer.
function writeEntry(entry: Entry): string {
  const body = JSON.stringify(entry)
  return `${sum(body)}\n${body}\n`
}

function readEntry(text: string, digest: Digest, now: Date): Verdict | undefined {
  const [said, body] = text.split('\n', 2)
  if (said === undefined || body === undefined || sum(body) !== said) return undefined
  const entry = JSON.parse(body) as Entry
  if (entry.format !== 1 || entry.verdict.digest !== digest) return undefined
  if (entry.until !== null && new Date(entry.until) <= now) return undefined
  if (entry.verdict.outcome !== 'passed' || entry.verdict.findings.some(stops)) return undefined
  return entry.verdict
}

function sum(body: string): string {
  return createHash('sha256').update(body).digest('hex')
}
