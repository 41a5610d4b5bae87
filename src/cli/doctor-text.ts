import type { Colours } from '../core/colour.ts'
import type { Check, Diagnosis } from '../core/diagnosis.ts'
import { printable } from '../core/printable.ts'

const signs = { fine: '✓', told: '!', problem: '✗', unknown: '?' } as const

/** What a person reads: a block for this machine and one for each host, a line a check, the remedy below it. */
export function doctorText(diagnoses: readonly Diagnosis[], colour: Colours): string {
  return diagnoses.map(diagnosis => block(diagnosis, colour)).join('\n')
}

function block({ of, checks, keyLine }: Diagnosis, colour: Colours): string {
  const width = Math.max(...checks.map(({ title }) => title.length))
  const lines = checks.flatMap(check => checkLines(check, width, colour))
  const key =
    keyLine === undefined
      ? []
      : [
          '',
          '  A key that can read this and nothing else:',
          `  ${printable(keyLine.line)}`,
          `  ${printable(keyLine.instead)}`,
        ]
  return [colour.bold(printable(of)), ...lines, ...key, ''].join('\n')
}

function checkLines({ title, state, what, instead }: Check, width: number, colour: Colours): string[] {
  const painted = { fine: colour.green, told: colour.yellow, problem: colour.red, unknown: colour.yellow }[state]
  const indent = ' '.repeat(width + 6)
  return [
    `  ${painted(signs[state])} ${title.padEnd(width)}  ${printable(what)}`,
    ...(instead === undefined
      ? []
      : printable(instead, { lines: true })
          .split('\n')
          .map(line => `${indent}${line}`)),
  ]
}

/** The last line: what to do next. */
export function doctorSummary(diagnoses: readonly Diagnosis[]): string {
  const checks = diagnoses.flatMap(one => one.checks)
  const problems = checks.filter(({ state }) => state === 'problem').length
  const unknown = checks.filter(({ state }) => state === 'unknown').length
  if (problems > 0)
    return `${problems === 1 ? 'One thing' : `${problems} things`} to mend; what mends it stands below each ✗.`
  if (unknown > 0)
    return `${unknown === 1 ? 'One thing' : `${unknown} things`} could not be told; what to look at stands below each ?.`
  const told = checks.filter(({ state }) => state === 'told').length
  return told === 0 ? 'All is well.' : 'Nothing stands in the way; what could be better stands below each !.'
}
