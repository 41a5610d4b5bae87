import { counted } from '../../core/amount.ts'
import type { Difference } from '../../core/difference.ts'
import type { Finding } from '../../core/finding.ts'
import { shownPath } from '../../core/path-bytes.ts'
import { printable } from '../../core/printable.ts'

export interface Place {
  readonly environment: string
  /** When the environment has several. */
  readonly host?: string
}

const mostNamed = 5

/** What is to be said about differences that the pushed commit does not know of. Only what a deploy would erase stops. */
export function said(differences: readonly Difference[], { environment, host }: Place): readonly Finding[] {
  const where = host === undefined ? environment : `${environment} (${host})`
  const unread = differences.filter(({ change, holds }) => change === 'unread' || holds.some(isDoubt))
  const endings = differences.filter(({ change }) => change === 'line-endings')
  const lost = differences.filter(one => !unread.includes(one) && !endings.includes(one))
  const command = `npx ship-guard capture ${environment}`
  const them = lost.length === 1 ? 'it' : 'them'
  return [
    ...some(lost, 'error', {
      rule: 'drift',
      what: `${where} has ${counted(lost.length, 'change')} that this commit does not have: ${named(lost)}.`,
      why: `Deploying it would erase ${them}, and ${lost.length === 1 ? 'it is' : 'they are'} nowhere else.`,
      instead: `What is only made there belongs in \`exclude\` of its \`capture\`. Bring ${them} into git:\n${command}`,
    }),
    ...some(unread, 'warning', {
      rule: 'drift-not-read',
      what: `${counted(unread.length, 'file')} on ${where} could not be compared: ${named(unread)}.`,
      why: 'What was not read cannot be compared: a change in it would go unseen.',
      instead: `See why: ${command} --check`,
    }),
    ...some(endings, 'info', {
      rule: 'drift-line-endings',
      what: `On ${where}, line endings alone are different in ${counted(endings.length, 'file')}: ${named(endings)}.`,
      why: 'Some way of uploading changed them; nothing is lost when the next deploy brings them back.',
      instead: 'Nothing, or upload in binary mode.',
    }),
  ]
}

/** Of a file that was not read, and of a deletion that may be none, nobody can say that something is lost. */
function isDoubt({ kind }: Difference['holds'][number]): boolean {
  return kind === 'unsure' || kind === 'unreadable'
}

function some(
  of: readonly Difference[],
  severity: Finding['severity'],
  finding: Omit<Finding, 'severity'>,
): readonly Finding[] {
  return of.length === 0 ? [] : [{ ...finding, severity }]
}

function named(differences: readonly Difference[]): string {
  const names = differences
    .slice(0, mostNamed)
    .map(({ path, change }) => `${printable(shownPath(path))} (${words[change] ?? change})`)
  const more = differences.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

const words: Partial<Record<Difference['change'], string>> = { 'line-endings': 'line endings', unread: 'not read' }
