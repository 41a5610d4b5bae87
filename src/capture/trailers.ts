import type { Base, Difference } from '../core/difference.ts'
import type { CaptureSource } from '../core/environment.ts'
import { type PathBytes, shownPath } from '../core/path-bytes.ts'
import { printable } from '../core/printable.ts'
import type { Oid } from '../core/push.ts'
import { version } from '../core/version.generated.ts'
import type { Host } from '../core/world.ts'
import type { Allowance } from '../review/review.ts'

/** What the commit of a capture says of itself. */
export interface CaptureFacts {
  readonly environment: string
  readonly host: Host
  readonly source: Pick<CaptureSource, 'roots'>
  readonly base: Base
  /** What was approved. */
  readonly differences: readonly Difference[]
  /** How many differences stayed out of it. */
  readonly excluded: number
  readonly allowances: readonly Allowance[]
  /** The blob of the config in force; absent when there is none. */
  readonly config?: Oid
  /** What searched for secrets, each with its version: `secretlint 12.0.0`. */
  readonly scanners: readonly string[]
}

const linesShown = 40
const lineBytes = 200

/** Subject, list of paths, and trailers (git-interpret-trailers(1)). Nothing in it can begin a line of its own or move a cursor. */
export function captureMessage(facts: CaptureFacts): string {
  const { environment, host, base, differences } = facts
  return [
    `Capture ${oneLine(environment)}: ${countsOf(differences)}`,
    `Changed on ${oneLine(host.ssh)} since ${base.commit.slice(0, 12)} was deployed there:`,
    listOf(differences),
    trailersOf(facts).join('\n'),
  ].join('\n\n')
}

/** `2 changed, 1 new`. */
export function countsOf(differences: readonly Difference[]): string {
  const counts = new Map<string, number>()
  for (const { change } of differences) counts.set(change, (counts.get(change) ?? 0) + 1)
  const known = order.filter(change => counts.has(change))
  return known.map(change => `${counts.get(change)} ${words[change]}`).join(', ')
}

const words = {
  changed: 'changed',
  new: 'new',
  renamed: 'renamed',
  deleted: 'deleted',
  mode: 'with another mode',
  'line-endings': 'with other line endings',
  unread: 'not read',
} as const satisfies Record<Difference['change'], string>
const order = Object.keys(words) as (keyof typeof words)[]

function listOf(differences: readonly Difference[]): string {
  const lines = differences
    .slice(0, linesShown)
    .map(
      ({ change, path, from }) =>
        `  ${change.padEnd(12)} ${from === undefined ? '' : `${name(from)} -> `}${name(path)}`,
    )
  const more = differences.length - lines.length
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n')
}

function trailersOf({
  environment,
  host,
  source,
  base,
  excluded,
  allowances,
  config,
  scanners,
}: CaptureFacts): string[] {
  const port = host.port === undefined ? '' : `:${host.port}`
  const how = [base.known, base.from, base.match && `${base.match.same} of ${base.match.all} files`].filter(Boolean)
  return [
    ...source.roots.map(({ from }) => `Captured-From: ${oneLine(`${environment} ${host.ssh}${port} ${from}`)}`),
    `Deployed-Base: ${base.commit} (${oneLine(how.join(', '))})`,
    `Ship-Guard-Config: ${config ?? 'none'}`,
    `Excluded: ${excluded}`,
    ...allowances.map(
      ({ kind, path, oid, reason }) => `Allowed: ${kind} in ${name(path)}@${oid.slice(0, 12)}: ${oneLine(reason)}`,
    ),
    `Ship-Guard-Version: ${version}`,
    ...scanners.map(scanner => `Scanned-With: ${oneLine(scanner)}`),
  ]
}

function name(path: PathBytes): string {
  return oneLine(shownPath(path))
}

function oneLine(text: string): string {
  const shown = printable(text).trim()
  return shown.length > lineBytes ? `${shown.slice(0, lineBytes - 1)}…` : shown
}
