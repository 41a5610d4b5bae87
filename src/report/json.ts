import { escapedJson } from '../core/escaped-json.ts'
import { exit } from '../core/exit.ts'
import type { Finding } from '../core/finding.ts'
import { safeRemote } from '../core/remote.ts'
import { defineReport, type Judgement } from '../core/report.ts'
import { type Decision, overallResult, resultOf, type Verdict, worstFirst } from '../core/verdict.ts'
import type { JsonShape } from './json-shape.ts'

export default defineReport({
  id: 'json',
  title: 'Everything, for programs',
  why: 'Scripts and other tools read it; its form is published as report.schema.json and only grows within one format number.',
  render: judgement => `${escapedJson(JSON.stringify(toJson(judgement), undefined, 2))}\n`,
})

type JsonDecision = JsonShape['decisions'][number]
type JsonVerdict = JsonDecision['verdicts'][number]
type JsonFinding = JsonDecision['findings'][number]

function toJson(judgement: Judgement): JsonShape {
  const result = overallResult(judgement.decisions)
  return {
    format: 1,
    version: judgement.version,
    result,
    exitCode: exit[result],
    tookMs: Math.round(judgement.tookMs),
    decisions: worstFirst(judgement.decisions).map(toDecision),
  }
}

function toDecision(decision: Decision): JsonDecision {
  const { push } = decision
  return {
    remote: safeRemote(push.remote),
    ref: push.ref,
    commit: push.commit,
    ...(push.base === undefined ? {} : { base: push.base }),
    result: resultOf(decision),
    findings: decision.findings.map(toFinding),
    verdicts: decision.verdicts.map(toVerdict),
  }
}

function toVerdict(verdict: Verdict): JsonVerdict {
  const { gate, title, commit, digest, stored } = verdict
  const ran = { gate, title, commit, digest, tookMs: Math.round(verdict.tookMs), stored }
  switch (verdict.outcome) {
    case 'passed':
    case 'refused':
      return { ...ran, outcome: verdict.outcome, findings: verdict.findings.map(toFinding) }
    case 'skipped':
      return {
        ...ran,
        outcome: 'skipped',
        because: verdict.because,
        ...(verdict.bypassed === undefined ? {} : { bypassed: true }),
      }
    case 'undecided':
      return { ...ran, outcome: 'undecided', because: verdict.because, instead: verdict.instead }
  }
}

// Written out field by field, so that something a gate hangs onto a finding never becomes part of the published form by accident.
function toFinding({ rule, code, severity, what, why, instead, at }: Finding): JsonFinding {
  return {
    rule,
    ...(code === undefined ? {} : { code }),
    severity,
    what,
    why,
    instead,
    ...(at === undefined ? {} : { at: toPlace(at) }),
  }
}

function toPlace({ file, line, column, endLine }: NonNullable<Finding['at']>): NonNullable<JsonFinding['at']> {
  return {
    file,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(endLine === undefined ? {} : { endLine }),
  }
}
