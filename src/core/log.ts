import type { Oid } from './push.ts'
import type { Verdict } from './verdict.ts'
import type { Files } from './world.ts'

/** What is written down of each kind, a line each. Nothing here is a secret: no URL, no output, no option. */
export interface Logged {
  /** A gate that really ran; a kept answer is not written down. */
  readonly gates: {
    readonly gate: string
    readonly commit: Oid
    readonly outcome: Verdict['outcome']
    readonly tookMs: number
  }
  /** What the guard said to a push of one protected ref, before git sent it. `ref`: its full name on the remote. */
  readonly pushes: {
    readonly remote: string
    readonly ref: string
    /** Absent when the ref is deleted. */
    readonly commit?: Oid
    readonly result: 'passed' | 'refused' | 'undecided' | 'bypassed'
  }
  /** A push for which somebody switched gates off, and why. `gates`: `['*']` means all. */
  readonly bypasses: {
    readonly remote: string
    readonly ref: string
    readonly commit?: Oid
    readonly gates: readonly string[]
    readonly reason: string
    readonly by: string
  }
  /** A test that failed in a run and was then run alone, and what it was called. */
  readonly flakes: {
    readonly test: string
    /** Of the package that it belongs to; absent: the whole repository. */
    readonly folder?: string
    readonly commit: Oid
    readonly call: 'regression' | 'flake' | 'unknown'
    /** How often it passed and failed alone on that commit. */
    readonly passed: number
    readonly failed: number
    /** The last green commit, when it was asked too. */
    readonly base?: { readonly commit: Oid; readonly passed: number; readonly failed: number }
  }
}

export type LogKind = keyof Logged
export type Entry<Kind extends LogKind> = Logged[Kind] & { /** ISO 8601. */ readonly at: string }

// Some 10,000 lines; older ones say little about today.
const largest = 2 * 1024 * 1024

/** Where the entries of a kind are kept, for this clone and all its work trees. */
export function logPath(commonDir: string, kind: LogKind): string {
  return `${commonDir}/ship-guard/log/${kind}.jsonl`
}

/** One line of a log. */
export function logLine<Kind extends LogKind>(entry: Logged[Kind], at: Date): string {
  return `${JSON.stringify({ at: at.toISOString(), ...entry })}\n`
}

/** Writes one entry down. Throws Node's own error when it cannot be written: a record that is asked for must not be lost silently. */
export async function writeDown<Kind extends LogKind>(
  files: Pick<Files, 'append' | 'look' | 'text' | 'write' | 'makeFolder'>,
  commonDir: string,
  kind: Kind,
  entry: Logged[Kind],
  at: Date,
): Promise<void> {
  const path = logPath(commonDir, kind)
  await files.makeFolder(`${commonDir}/ship-guard/log`, { mode: 0o700 })
  await files.append(path, logLine<Kind>(entry, at), { mode: 0o600 })
  if (((await files.look(path))?.size ?? 0) <= largest) return
  const lines = ((await files.text(path)) ?? '').split('\n')
  await files.write(path, lines.slice(lines.length >> 1).join('\n'), { mode: 0o600 })
}

/** What was written down, oldest first; a line that was cut is left out. */
export async function recall<Kind extends LogKind>(
  files: Pick<Files, 'text'>,
  commonDir: string,
  kind: Kind,
): Promise<readonly Entry<Kind>[]> {
  const text = (await files.text(logPath(commonDir, kind)).catch(() => undefined)) ?? ''
  return text.split('\n').flatMap(line => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Entry<Kind>]
    } catch {
      return []
    }
  })
}

/** How long a gate usually takes: the median of its last runs, in milliseconds; undefined when it never ran here. */
export function usualMs(runs: readonly Entry<'gates'>[], gate: string): number | undefined {
  const last = runs.filter(run => run.gate === gate && run.outcome !== 'skipped').slice(-9)
  const sorted = last.map(run => run.tookMs).sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}
