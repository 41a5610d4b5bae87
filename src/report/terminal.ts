import { colours } from '../core/colour.ts'
import { duration } from '../core/duration.ts'
import type { Finding } from '../core/finding.ts'
import { printable } from '../core/printable.ts'
import { nameOf } from '../core/remote.ts'
import { defineReport, type Judgement } from '../core/report.ts'
import {
  type Decision,
  isUnconcerned,
  overallResult,
  resultOf,
  type SkippedVerdict,
  type Verdict,
  worstFirst,
} from '../core/verdict.ts'
import { pad, width } from '../core/width.ts'
import { block, findingsLines, type Style } from './finding-lines.ts'
import { summary } from './summary.ts'

export default defineReport({
  id: 'terminal',
  title: 'Lines for people',
  why: 'Says what was judged, what keeps a push back and what to do about it; the last line is the summary and the remedy.',
  render(judgement, { colour, columns }) {
    const style = { paint: colours(colour), columns: Math.max(20, columns || 0) }
    return `${[...body(judgement, style), lastLine(judgement, style)].join('\n')}\n`
  },
})

const detailed = 20

/** The worst stands at the end, beside the summary, where the eye is when a command has ended. */
function body(judgement: Judgement, style: Style): string[] {
  const decisions = worstFirst(judgement.decisions)
  const quiet = decisions.filter(saysNothing)
  const telling = decisions.filter(decision => !saysNothing(decision))
  const lines = decisions.length > 1 ? quiet.slice(0, detailed).map(decision => passedLine(decision, style)) : []
  if (quiet.length > detailed) lines.push(`  … and ${quiet.length - detailed} more refs that passed`)

  // Those that are left out are the mildest.
  const shown = telling.slice(0, detailed).reverse()
  if (telling.length > shown.length)
    lines.push(`  … and ${telling.length - shown.length} more refs: npx ship-guard check --report json`)
  for (const decision of shown) {
    if (lines.length > 0) lines.push('')
    if (decisions.length > 1) lines.push(heading(decision, style))
    lines.push(...decisionLines(decision, style))
  }
  return telling.length > 0 ? [...lines, ''] : lines
}

/** Passed, and nothing in it that a person should see: no warning and no gate skipped. */
function saysNothing(decision: Decision): boolean {
  return (
    resultOf(decision) === 'passed' &&
    decision.findings.length === 0 &&
    decision.verdicts.every(
      verdict => isUnconcerned(verdict) || (verdict.outcome === 'passed' && verdict.findings.length === 0),
    )
  )
}

function heading({ push }: Decision, { paint }: Style): string {
  return `${paint.bold(printable(nameOf(push)))}  ${paint.dim(push.commit.slice(0, 7))}`.trimEnd()
}

function passedLine(decision: Decision, style: Style): string {
  const { paint } = style
  const took = decision.verdicts.length === 0 ? '' : `  ${times(decision.verdicts)}`
  return `${paint.green('✓')} ${heading(decision, style)}${paint.dim(took)}`
}

function decisionLines(decision: Decision, style: Style): string[] {
  const unconcerned = decision.verdicts.filter(isUnconcerned)
  const isFolded = unconcerned.length > 2
  const sections = decision.verdicts
    .filter(verdict => !isFolded || !isUnconcerned(verdict))
    .sort((a, b) => weight(a) - weight(b))
    .map(verdict => verdictLines(verdict, nameColumns(decision), style))
  if (isFolded) sections.unshift(foldedLines(unconcerned, style))
  if (decision.findings.length > 0) sections.push(ownLines(decision.findings, style))
  return sections.flatMap((lines, index) => {
    const before = sections[index - 1]
    const apart = before !== undefined && (before.length > 1 || lines.length > 1)
    return apart ? ['', ...lines] : lines
  })
}

function nameColumns({ verdicts }: Decision): number {
  return Math.min(20, Math.max(0, ...verdicts.map(verdict => width(printable(verdict.gate)))))
}

function weight(verdict: Verdict): number {
  if (verdict.outcome === 'passed') return verdict.findings.length === 0 ? 0 : 2
  return { skipped: 1, undecided: 3, refused: 4 }[verdict.outcome]
}

function verdictLines(verdict: Verdict, columns: number, style: Style): string[] {
  const { paint } = style
  const name = pad(printable(verdict.gate), columns)
  const indent = indentOf(style)
  switch (verdict.outcome) {
    case 'passed':
    case 'refused': {
      const mark = verdict.outcome === 'passed' ? paint.green('✓') : paint.red('✗')
      const all = [times([verdict]), ...counts(verdict.findings)].join(', ')
      const facts = width(name) + 4 + all.length > style.columns ? times([verdict]) : all
      return [`${mark} ${name}  ${paint.dim(facts)}`, ...findingsLines(verdict.findings, style, indent)]
    }
    case 'skipped':
      return skippedLines(name, verdict, style)
    case 'undecided':
      return [
        `${paint.yellow('?')} ${name}  ${paint.yellow('undecided')}${paint.dim(`, ${times([verdict])}`)}`,
        ...block(verdict.because, style, { indent, paint: paint.bold, bar: true }),
        ...block(verdict.instead, style, { indent, mark: paint.green('→') }),
      ]
  }
}

function skippedLines(name: string, { because, bypassed }: SkippedVerdict, style: Style): string[] {
  const [mark, word] = bypassed ? [style.paint.yellow('!'), 'bypassed'] : [style.paint.dim('-'), 'skipped']
  const row = `${mark} ${name}  ${word}`
  const reason = printable(because)
  const fits = width(name) + width(reason) + `-   ${word}: `.length <= style.columns
  return fits ? [`${row}: ${reason}`] : [row, ...block(because, style, { indent: indentOf(style) })]
}

function foldedLines(skipped: readonly SkippedVerdict[], style: Style): string[] {
  const names = skipped.slice(0, 5).map(({ gate }) => printable(gate))
  const more = skipped.length - names.length
  const named = more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
  return [
    `${style.paint.dim('-')} ${skipped.length} gates  skipped`,
    ...block(`${skipped[0]!.because} (${named})`, style, { indent: indentOf(style) }),
  ]
}

/** About the push itself rather than its content. */
function ownLines(findings: readonly Finding[], style: Style): string[] {
  const stops = findings.some(finding => finding.severity === 'error')
  const mark = stops ? style.paint.red('✗') : style.paint.yellow('!')
  const indent = indentOf(style)
  return [`${mark} the push itself`, ...findingsLines(findings, style, indent)]
}

function indentOf({ columns }: Style): number {
  return columns < 60 ? 2 : 4
}

function times(verdicts: readonly Verdict[]): string {
  const took = duration(Math.max(0, ...verdicts.map(verdict => verdict.tookMs)))
  return verdicts.length > 0 && verdicts.every(verdict => verdict.stored) ? `${took}, stored` : took
}

function counts(findings: readonly Finding[]): string[] {
  return (['error', 'warning', 'info'] as const).flatMap(severity => {
    const n = findings.filter(finding => finding.severity === severity).length
    if (n === 0) return []
    return [severity === 'info' ? `${n} told` : `${n} ${severity}${n === 1 ? '' : 's'}`]
  })
}

function lastLine(judgement: Judgement, { paint }: Style): string {
  const text = summary(judgement)
  const end = text.indexOf(':')
  const tint = { passed: paint.green, refused: paint.red, undecided: paint.yellow }[overallResult(judgement.decisions)]
  return `${tint(paint.bold(text.slice(0, end)))}${text.slice(end)}`
}
