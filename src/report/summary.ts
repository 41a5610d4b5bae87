import { duration } from '../core/duration.ts'
import { printable } from '../core/printable.ts'
import { nameOf } from '../core/remote.ts'
import type { Judgement } from '../core/report.ts'
import { type Decision, overallResult, resultOf, worstFirst } from '../core/verdict.ts'
import { cut } from '../core/width.ts'

/**
 * The summary and the remedy in one line that is safe to show. It is always the last line: git clients that hide a hook's output show that one,
 * and `git push` itself exits 1 whatever we say. Never wrapped.
 */
export function summary(judgement: Judgement): string {
  const decisions = worstFirst(judgement.decisions)
  const result = overallResult(decisions)
  if (judgement.subject !== undefined) return ofSubject(judgement.subject, judgement)
  if (result === 'passed') return passed(judgement)

  const kept = decisions.filter(decision => resultOf(decision) !== 'passed')
  const named = kept.slice(0, 3).map(needs)
  if (kept.length > named.length) named.push(`and ${kept.length - named.length} more`)
  const text = `${result === 'refused' ? 'Refused' : 'Undecided'}: ${named.join('; ')}. ${remedy(kept)}`
  return printable(text)
}

/** When all is well this line says it all: which commit, which gates looked, and which of them had done so before. */
function passed({ decisions, tookMs }: Judgement): string {
  if (decisions.length === 0) return 'Passed: nothing that is protected is pushed.'
  const took = duration(tookMs)
  if (decisions.length > 1) return printable(`Passed: ${decisions.length} refs in ${took}.${bypasses(decisions)}`)
  const { push, verdicts } = decisions[0]!
  const gates = verdicts.filter(v => v.outcome === 'passed').map(v => (v.stored ? `${v.gate} (stored)` : v.gate))
  const more = gates.length - mostNamed
  const named = more > 1 ? `${gates.slice(0, mostNamed).join(', ')} and ${more} more` : gates.join(', ')
  const by = gates.length === 0 ? '' : ` by ${named}`
  return printable(`Passed: ${nameOf(push)} ${push.commit.slice(0, 7)}${by} in ${took}.${bypasses(decisions)}`)
}

function bypasses(decisions: readonly Decision[]): string {
  const off = decisions.flatMap(decision => decision.verdicts).filter(v => v.outcome === 'skipped' && v.bypassed)
  const names = [...new Set(off.map(verdict => verdict.gate))]
  return names.length === 0 ? '' : ` Bypassed: ${names.join(', ')}; it is written down.`
}

const mostNamed = 10

function ofSubject(subject: string, { decisions, tookMs }: Judgement): string {
  const verdicts = decisions.flatMap(decision => decision.verdicts)
  const findings = verdicts.flatMap(verdict => ('findings' in verdict ? verdict.findings : []))
  const errors = findings.filter(finding => finding.severity === 'error').length
  if (errors === 0) return printable(`Passed: ${subject} in ${duration(tookMs)}.`)
  return printable(`Refused: ${errors} ${errors === 1 ? 'error' : 'errors'} in ${subject}. Mend what is listed.`)
}

function needs(decision: Decision): string {
  const name = nameOf(decision.push)
  const own = decision.findings.find(finding => finding.severity === 'error')
  if (own !== undefined) return `${name}: ${gist(own.what)}`
  const refused = decision.verdicts.filter(v => v.outcome === 'refused').map(v => v.gate)
  const undecided = decision.verdicts.filter(v => v.outcome === 'undecided').map(v => v.gate)
  if (refused.length === 0) return `${name}: ${undecided.join(', ')} could not tell`
  const also = undecided.length === 0 ? '' : ` (${undecided.join(', ')} could not tell)`
  return `${name} needs ${refused.join(', ')}${also}`
}

/** The remedy itself where there is only one; otherwise where to find them. */
function remedy(kept: readonly Decision[]): string {
  const own = kept.flatMap(decision => decision.findings.filter(finding => finding.severity === 'error'))
  const stuck = kept.flatMap(decision =>
    decision.verdicts.filter(v => v.outcome === 'refused' || v.outcome === 'undecided'),
  )
  const only = own.length + stuck.length === 1 ? (own[0] ?? stuck[0]!) : undefined
  if (only !== undefined && 'instead' in only && only.instead.length <= longestRemedy) return oneLine(only.instead)
  return own.length > 0 || stuck.some(v => v.outcome === 'refused')
    ? 'Mend what is listed and push again.'
    : 'Do what is listed and push again.'
}

const longestGist = 100
const longestRemedy = 160

/** The first line, without what it leads over to: the rest stands above the summary. */
function gist(what: string): string {
  return cut(what.trim().split('\n', 1)[0]!, longestGist).replace(/[.:]$/, '')
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim()
}
