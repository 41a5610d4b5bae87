// What was read and what was seen, as one list of findings. Pure.
import type { Finding } from '../../core/finding.ts'
import { costFindings } from './compare-costs.ts'
import { dropFindings } from './compare-drops.ts'
import type { Observation, ReplayResult, Roundtrip } from './observation.ts'

/** The static findings, confirmed or corrected by what ran, and what only the run has shown. Suppressed findings stay suppressed. */
export function compare(findings: readonly Finding[], result: ReplayResult): Finding[] {
  const { engine, observations, roundtrips } = result
  const joined = observations.reduce<readonly Finding[]>(
    (all, observation) => costFindings(dropFindings(all, observation, engine), observation, engine),
    findings,
  )
  return [
    ...joined,
    ...observations.flatMap(observation => failureFindings(observation, engine)),
    ...roundtrips.flatMap(roundtrip => roundtripFindings(roundtrip, engine)),
  ]
}

function failureFindings({ path, failed }: Observation, engine: string): Finding[] {
  if (failed === undefined) return []
  const at = { file: path, ...(failed.at ?? {}) }
  if (failed.because === 'data')
    return [
      {
        rule: 'migration-fails',
        severity: 'warning',
        what: `On an empty database it fails on ${engine}: ${sentence(failed.message)}`,
        why: 'It needs rows that no migration makes: a new database (a colleague’s, a test’s) cannot be set up, and what comes after it was not run.',
        instead:
          'Insert what it needs in a migration before it, or write it so that it does nothing where there are no such rows.',
        at,
      },
    ]
  return [
    {
      rule: 'migration-fails',
      severity: 'error',
      what: `It does not run on ${engine}: ${sentence(failed.message)}`,
      why: 'The deploy would stop in the middle of it, with what came before it already done.',
      instead: 'Correct it, and see that it runs: npx ship-guard db replay',
      at,
    },
  ]
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

const shownDifferences = 3

function roundtripFindings({ path, outcome, differs = [], message = '' }: Roundtrip, engine: string): Finding[] {
  if (outcome !== 'differs' && outcome !== 'failed') return []
  const more = differs.length > shownDifferences ? `; and ${differs.length - shownDifferences} more` : ''
  const told = outcome === 'failed' ? message : differs.slice(0, shownDifferences).join('; ') + more
  return [
    {
      rule: 'down-does-not-restore',
      severity: 'warning',
      what: `Run on ${engine}, its way back does not restore the schema: ${sentence(told)}`,
      why: 'Who rolls back relies on it: the older code then meets a schema that it was never written for, and the way up may fail the next time.',
      instead: 'Undo in the way back everything that the way up does, in the opposite order.',
      at: { file: path },
    },
  ]
}
