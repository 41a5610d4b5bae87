import { createHash } from 'node:crypto'
import { escapedJson } from '../core/escaped-json.ts'
import { exit } from '../core/exit.ts'
import type { Finding } from '../core/finding.ts'
import { nameOf, safeRemote } from '../core/remote.ts'
import { defineReport, type Judgement } from '../core/report.ts'
import { type Decision, overallResult } from '../core/verdict.ts'
import { summary } from './summary.ts'
import { type Told, toldOf } from './told.ts'

// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
// GitHub's code scanning turns a file away when one of its results has no place; what is about the push as a whole is shown at the config.
const placeless = '.shiprc'

export default defineReport({
  id: 'sarif',
  title: 'SARIF 2.1.0, for code scanning',
  why: 'GitHub, GitLab, Azure DevOps and editors show its results at the lines they are about.',
  render: judgement => `${escapedJson(JSON.stringify(logOf(judgement), undefined, 2))}\n`,
})

function logOf(judgement: Judgement): object {
  const told = toldOf(judgement)
  const rules = [...new Map(told.map(({ finding }) => [finding.rule, finding])).values()]
  const result = overallResult(judgement.decisions)
  return {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'ship-guard', version: judgement.version, rules: rules.map(ruleOf) } },
        invocations: [
          {
            executionSuccessful: result !== 'undecided',
            exitCode: exit[result],
            exitCodeDescription: summary(judgement).toWellFormed(),
          },
        ],
        automationDetails: { id: 'ship-guard/' },
        versionControlProvenance: judgement.decisions.flatMap(provenance),
        results: told.map(one =>
          resultOf(
            one,
            rules.findIndex(rule => rule.rule === one.finding.rule),
          ),
        ),
        properties: { pushes: judgement.decisions.map(({ push }) => whole(nameOf(push))) },
      },
    ],
  }
}

function ruleOf({ rule, code, why, instead }: Finding): object {
  return {
    id: whole(rule),
    shortDescription: { text: whole(code === undefined ? rule : `${rule} (${code})`) },
    fullDescription: { text: whole(why) },
    help: { text: whole(instead) },
  }
}

function resultOf({ decision, gate, finding }: Told, ruleIndex: number): object {
  const { rule, code, severity, what, why, instead, at } = finding
  return {
    ruleId: whole(rule),
    ruleIndex,
    level: { error: 'error', warning: 'warning', info: 'note' }[severity],
    message: { text: whole([what, why, instead].join('\n')) },
    locations: [{ physicalLocation: placeOf(at) }],
    // The line is left out: what moves with the code stays the same result.
    partialFingerprints: { 'shipGuard/v1': fingerprint([rule, at?.file ?? '', what]) },
    properties: {
      gate: whole(gate ?? 'push'),
      push: whole(nameOf(decision.push)),
      what: whole(what),
      why: whole(why),
      instead: whole(instead),
      ...(at === undefined ? {} : { file: whole(at.file) }),
      ...(code === undefined ? {} : { code: whole(code) }),
    },
  }
}

function placeOf(at: Finding['at']): object {
  const { file = placeless, line = 1, column, endLine } = at ?? {}
  return {
    artifactLocation: { uri: uriOf(file), uriBaseId: '%SRCROOT%' },
    region: {
      startLine: line,
      ...(column === undefined ? {} : { startColumn: column }),
      ...(endLine === undefined || endLine < line ? {} : { endLine }),
    },
  }
}

/** A path as a relative URI reference (RFC 3986): a colon in the first part of a path would make a scheme of it. */
export function uriOf(path: string): string {
  return whole(path)
    .split('/')
    .map(part => encodeURIComponent(part))
    .join('/')
}

/** Only a remote with a real URL can be named: scp-like addresses and paths are none. */
function provenance({ push }: Decision): object[] {
  const { url } = safeRemote(push.remote)
  if (!/^(https?|ssh|git):\/\/[\w@.:[\]-]+\/[\w./~-]*$/.test(url)) return []
  return [{ repositoryUri: url, revisionId: push.commit, branch: whole(push.ref) }]
}

// A lone surrogate is no character; JSON can carry it, the readers of this format cannot.
function whole(text: string): string {
  return text.toWellFormed()
}

export function fingerprint(parts: readonly string[]): string {
  return createHash('sha256').update(parts.map(whole).join('\0')).digest('hex').slice(0, 32)
}
