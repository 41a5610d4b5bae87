import type { Finding } from '../../core/finding.ts'

/** A push without the entry that it needs. */
export function noEntry(what: string, file?: string): Finding {
  return {
    rule: 'changelog-entry',
    severity: 'error',
    what,
    why: 'People who upgrade read the changelog before anything else.',
    instead: 'Say in a line what they will notice, and commit it:\nnpx ship-guard changelog add fixed "…"',
    ...(file === undefined ? {} : { at: { file } }),
  }
}
