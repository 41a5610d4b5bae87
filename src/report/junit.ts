import { type Finding, stops } from '../core/finding.ts'
import { printable } from '../core/printable.ts'
import { nameOf } from '../core/remote.ts'
import { defineReport } from '../core/report.ts'
import { type Decision, overallResult, type Verdict, worstFirst } from '../core/verdict.ts'
import { placeText } from './finding-lines.ts'
import { summary } from './summary.ts'

// There is no standard; what its readers have in common is described in https://github.com/testmoapp/junitxml.
export default defineReport({
  id: 'junit',
  title: 'JUnit XML',
  why: 'Every CI server shows it: a push is a suite, a gate is a test.',
  render(judgement) {
    const suites = worstFirst(judgement.decisions).map(suite)
    const seconds = (judgement.tookMs / 1000).toFixed(3)
    const result = overallResult(judgement.decisions)
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites name="ship-guard ${attribute(judgement.version)}" time="${seconds}">`,
      ...suites,
      '</testsuites>',
      `<!-- ${result}: ${comment(summary(judgement))} -->`,
      '',
    ].join('\n')
  },
})

function suite(decision: Decision): string {
  const { push, findings, verdicts } = decision
  const name = attribute(`${nameOf(push)} ${push.commit.slice(0, 12)}`)
  const own: Verdict[] = findings.length === 0 ? [] : [ownVerdict(decision)]
  const cases = [...own, ...verdicts]
  const count = (outcome: Verdict['outcome']) => cases.filter(one => one.outcome === outcome).length
  const seconds = Math.max(0, ...cases.map(one => one.tookMs / 1000)).toFixed(3)
  return [
    `<testsuite name="${name}" tests="${cases.length}" failures="${count('refused')}" errors="${count('undecided')}" skipped="${count('skipped')}" time="${seconds}">`,
    ...cases.map(one => testcase(one, name)),
    '</testsuite>',
  ].join('\n')
}

/** What is said about the push itself, in the shape of one more gate. */
function ownVerdict({ push, findings }: Decision): Verdict {
  const ran = { gate: 'push', title: 'The push itself', commit: push.commit, digest: '', tookMs: 0, stored: false }
  const [first, ...rest] = [...findings].sort((a, b) => Number(stops(b)) - Number(stops(a)))
  return first !== undefined && stops(first)
    ? { ...ran, outcome: 'refused', findings: [first, ...rest] }
    : { ...ran, outcome: 'passed', findings }
}

function testcase(verdict: Verdict, suiteName: string): string {
  const seconds = (verdict.tookMs / 1000).toFixed(3)
  const inside = content(verdict)
  return `<testcase classname="${suiteName}" name="${attribute(verdict.gate)}" time="${seconds}">${inside}</testcase>`
}

function content(verdict: Verdict): string {
  switch (verdict.outcome) {
    case 'passed':
      return verdict.findings.length === 0
        ? ''
        : `<system-out>${text(verdict.findings.map(lines).join('\n\n'))}</system-out>`
    case 'refused':
      return `<failure message="${attribute(verdict.findings[0].what)}" type="${attribute(verdict.findings[0].rule)}">${text(verdict.findings.map(lines).join('\n\n'))}</failure>`
    case 'undecided':
      return `<error message="${attribute(verdict.because)}" type="undecided">${text(`${verdict.because}\n${verdict.instead}`)}</error>`
    case 'skipped':
      return `<skipped message="${attribute(verdict.because)}"/>`
  }
}

function lines({ rule, code, severity, what, why, instead, at }: Finding): string {
  const place = at === undefined ? [] : [placeText(at)]
  return [`${severity}: ${what}`, ...place, code === undefined ? rule : `${rule} ${code}`, why, instead].join('\n')
}

function text(value: string): string {
  return printable(value, { lines: true }).replace(/[&<>]/g, char => `&#${char.codePointAt(0)};`)
}

function attribute(value: string): string {
  return printable(value, { lines: true }).replace(/[&<>"'\n]/g, char => `&#${char.codePointAt(0)};`)
}

// XML 1.0, 2.5: no two hyphens inside a comment.
function comment(value: string): string {
  return printable(value).replace(/-(?=-|$)/g, '- ')
}
