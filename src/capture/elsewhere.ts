import { counted } from '../core/amount.ts'
import { type Base, type Difference, isDrift } from '../core/difference.ts'
import { shownPath } from '../core/path-bytes.ts'
import { printable } from '../core/printable.ts'
import type { Oid } from '../core/push.ts'
import type { Git } from '../core/world.ts'
import { unknownTo } from '../drift/known.ts'

/** What another host of the environment has that neither the work branch has nor the host that is captured. */
export interface Elsewhere {
  readonly host: string
  readonly base: Base
  readonly differences: readonly Difference[]
}

export interface ElsewhereAsk {
  readonly git: Git
  /** The work branch; absent: it has no commit. */
  readonly here: Oid | undefined
  /** Of the host that is captured. */
  readonly captured: readonly Difference[]
  readonly signal: AbortSignal
}

/** Hosts that have nothing of their own are left out. */
export async function ownOnly(
  others: readonly Elsewhere[],
  { git, here, captured, signal }: ElsewhereAsk,
): Promise<readonly Elsewhere[]> {
  const same = new Set(captured.map(keyOf))
  const found: Elsewhere[] = []
  for (const { host, base, differences } of others) {
    const drift = differences.filter(one => isDrift(one) && !same.has(keyOf(one)))
    const own =
      here === undefined ? drift : await unknownTo(here, { base: base.commit, differences: drift, git, signal })
    if (own.length > 0) found.push({ host, base, differences: own })
  }
  return found
}

function keyOf({ path, change, after }: Difference): string {
  return `${after?.oid ?? change} ${path}`
}

const mostNamed = 5

/** A line for the person who captures one host and would forget the others. */
export function elsewhereLine({ host, base, differences }: Elsewhere, environment: string, capturedBase: Base): string {
  const names = differences.slice(0, mostNamed).map(({ path, change }) => `${printable(shownPath(path))} (${change})`)
  const more = differences.length - names.length
  const other = base.commit === capturedBase.commit ? '' : ` It runs another commit, ${base.commit.slice(0, 12)}.`
  return `${host} has ${counted(differences.length, 'difference')} of its own: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.${other} Capture it by itself: npx ship-guard capture ${environment} --host ${host}`
}
