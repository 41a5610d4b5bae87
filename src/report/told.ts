import type { Finding } from '../core/finding.ts'
import type { Judgement } from '../core/report.ts'
import { type Decision, isUnconcerned, type Verdict, worstFirst } from '../core/verdict.ts'

/** One thing that a report made of single messages tells, and where it comes from. */
export interface Told {
  readonly decision: Decision
  /** Absent for what is said about the push itself. */
  readonly gate?: string
  readonly finding: Finding
}

/** Everything that is to be said, worst decision first, errors before warnings; a gate that could not tell is an error, one that was skipped is told. */
export function toldOf({ decisions }: Judgement): readonly Told[] {
  const all = worstFirst(decisions).flatMap(decision => [
    ...decision.findings.map(finding => ({ decision, finding })),
    ...decision.verdicts.flatMap(verdict =>
      findingsOf(verdict).map(finding => ({ decision, gate: verdict.gate, finding })),
    ),
  ])
  const weight = { error: 0, warning: 1, info: 2 }
  return all.sort((a, b) => weight[a.finding.severity] - weight[b.finding.severity])
}

function findingsOf(verdict: Verdict): readonly Finding[] {
  switch (verdict.outcome) {
    case 'passed':
    case 'refused':
      return verdict.findings
    case 'undecided':
      return [
        {
          rule: 'undecided',
          severity: 'error',
          what: `${verdict.gate} could not tell: ${verdict.because}`,
          why: 'What could not be judged is kept back like what was refused.',
          instead: verdict.instead,
        },
      ]
    case 'skipped':
      if (isUnconcerned(verdict)) return []
      return [
        {
          rule: verdict.bypassed ? 'bypassed' : 'skipped',
          severity: verdict.bypassed ? 'warning' : 'info',
          what: `${verdict.gate} was ${verdict.bypassed ? 'switched off for this push' : 'not asked'}: ${verdict.because}`,
          why: 'Its answer is not part of this result.',
          instead: `To ask it: npx ship-guard check --only ${verdict.gate}`,
        },
      ]
  }
}
