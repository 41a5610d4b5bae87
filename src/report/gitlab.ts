import { escapedJson } from '../core/escaped-json.ts'
import { defineReport, type Judgement } from '../core/report.ts'
import { fingerprint } from './sarif.ts'
import { toldOf } from './told.ts'

// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
export default defineReport({
  id: 'gitlab',
  title: 'GitLab code quality',
  why: 'As an artifact of a job (artifacts:reports:codequality) it puts every finding into the merge request, at its line.',
  findingsOnly: true,
  render: judgement => `${escapedJson(JSON.stringify(issuesOf(judgement), undefined, 2))}\n`,
})

function issuesOf(judgement: Judgement): readonly object[] {
  const seen = new Map<string, number>()
  return toldOf(judgement).map(({ decision, gate = 'push', finding }) => {
    const { rule, code, severity, what, why, instead, at } = finding
    const parts = [decision.push.ref, gate, rule, at?.file ?? '', what]
    // GitLab shows only the first of several with the same fingerprint.
    const before = seen.get(parts.join('\0')) ?? 0
    seen.set(parts.join('\0'), before + 1)
    return {
      description: [what, why, instead].join('\n').toWellFormed(),
      check_name: (code === undefined ? rule : `${rule} ${code}`).toWellFormed(),
      fingerprint: fingerprint([...parts, String(before)]),
      severity: { error: 'blocker', warning: 'minor', info: 'info' }[severity],
      location: { path: (at?.file ?? '.shiprc').toWellFormed(), lines: { begin: at?.line ?? 1 } },
    }
  })
}
