// Findings about the files in which a tool keeps the order or the checksums of its migrations.
import type { Finding } from '../core/finding.ts'

const why =
  'The tool trusts this file: it refuses to run, or runs something else than what was reviewed, when the two disagree.'

/** `what`: which migration, and in which way the ledger disagrees. `instead`: the command that brings them together. */
export function checksumMismatch(file: string, line: number | undefined, what: string, instead: string): Finding {
  return { rule: 'checksum-mismatch', severity: 'error', what, why, instead, at: place(file, line) }
}

/** The order or the list of the migrations is not that of the files. */
export function ledgerOutOfDate(file: string, line: number | undefined, what: string, instead: string): Finding {
  return { rule: 'ledger-out-of-date', severity: 'error', what, why, instead, at: place(file, line) }
}

function place(file: string, line: number | undefined): NonNullable<Finding['at']> {
  return line === undefined ? { file } : { file, line }
}

/** The line, from 1, in which a text first says this. */
export function lineOf(text: string, wanted: string): number | undefined {
  const index = text.split('\n').findIndex(line => line.includes(wanted))
  return index < 0 ? undefined : index + 1
}
