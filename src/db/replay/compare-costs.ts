import type { Finding } from '../../core/finding.ts'
import type { Observation, SeenCost } from './observation.ts'

/** Rules that say of a statement that PostgreSQL writes the whole table anew. */
const rewriteRules = new Set([
  'change-column-type',
  'add-column-with-volatile-default',
  'add-stored-generated-column',
  'add-identity-column',
  'set-logged',
  'set-access-method',
])

/** Rules that say of a statement that MySQL or MariaDB copies or rebuilds the table, or blocks it. */
const copyRules = new Set([
  'add-auto-increment-column',
  'add-check-copies',
  'add-column-not-last',
  'add-column-with-expression-default',
  'add-foreign-key-copies',
  'add-primary-key-rebuilds',
  'add-stored-column-copies',
  'change-column-charset',
  'change-column-type-copies',
  'change-engine',
  'change-generated-column',
  'change-nullability',
  'change-partitioning',
  'convert-charset',
  'create-fulltext-index',
  'create-spatial-index',
  'drop-primary-key-rebuilds',
  'enforce-check',
  'grow-enum-storage',
  'grow-set-storage',
  'insert-enum-member',
  'insert-set-member',
  'reorder-enum-members',
  'reorder-set-members',
  'replace-primary-key',
])

/** Besides those: they name the cost already, with other words. */
const alsoTelling = new Set([
  'algorithm-copy',
  'lock-that-blocks',
  'remove-enum-member',
  'remove-set-member',
  'drop-primary-key',
  'drop-system-versioning',
])

/** Confirms or lowers the warnings about costs, and adds those that only the server knows. */
export function costFindings(findings: readonly Finding[], observation: Observation, engine: string): Finding[] {
  const { path, costs, failed } = observation
  const isPostgres = engine.startsWith('PostgreSQL')
  const corrected = findings.map(finding => {
    if (finding.at?.file !== path || finding.severity !== 'warning' || failed !== undefined) return finding
    return isPostgres ? judgedRewrite(finding, costs, engine) : judgedCopy(finding, costs, engine)
  })
  const own = corrected.filter(finding => finding.at?.file === path)
  const untold = costs.filter(cost => !own.some(finding => tells(finding, cost)))
  return [...corrected, ...untold.flatMap(cost => finding(cost, path, engine))]
}

function covers({ at }: Finding, { at: spot }: SeenCost): boolean {
  if (at?.line === undefined || spot === undefined) return false
  return at.line <= spot.endLine && (at.endLine ?? at.line) >= spot.line
}

function tells(finding: Finding, cost: SeenCost): boolean {
  const telling = rewriteRules.has(finding.rule) || copyRules.has(finding.rule) || alsoTelling.has(finding.rule)
  if (!telling) return false
  return cost.at === undefined ? finding.what.includes(cost.table.split('.').at(-1)!) : covers(finding, cost)
}

function judgedRewrite(finding: Finding, costs: readonly SeenCost[], engine: string): Finding {
  if (!rewriteRules.has(finding.rule)) return finding
  const seen = costs.some(cost => cost.what === 'rewrite' && tells(finding, cost))
  if (seen) return { ...finding, what: `${finding.what} ${engine} was seen to rewrite it.` }
  return { ...finding, severity: 'info', what: `${finding.what} Run on ${engine}, it rewrote nothing.` }
}

function judgedCopy(finding: Finding, costs: readonly SeenCost[], engine: string): Finding {
  if (!copyRules.has(finding.rule)) return finding
  const asked = costs.filter(cost => tells(finding, cost))
  if (asked.length === 0) return finding
  const words = asked.map(shownCost).join('; ')
  const isHarmless = asked.every(
    ({ what, lock }) => (what === 'instant' || what === 'nocopy') && (lock ?? 'none') === 'none',
  )
  const told = {
    ...finding,
    what: `${finding.what} Asked on an empty copy of the table, ${engine} does it with ${words}.`,
  }
  return isHarmless ? { ...told, severity: 'info' } : told
}

function shownCost({ what, lock }: SeenCost): string {
  return `ALGORITHM=${what.toUpperCase()}${lock === undefined ? '' : `, LOCK=${lock.toUpperCase()}`}`
}

function finding(cost: SeenCost, path: string, engine: string): Finding[] {
  const at = { file: path, ...(cost.at ?? {}) }
  if (cost.what === 'rewrite')
    return [
      {
        rule: 'table-rewrite',
        severity: 'warning',
        what: `Rewrites ${cost.table}: ${cost.because} (seen by running it on ${engine}).`,
        why: 'Every row is written anew while nobody can read or write the table.',
        instead: 'Add a new column, fill it in batches, and switch over in a later release.',
        at,
      },
    ]
  const blocks = cost.lock === 'shared' || cost.lock === 'exclusive'
  if (cost.what !== 'copy' && !blocks) return []
  return [
    {
      rule: 'table-copy',
      severity: 'warning',
      what: `${cost.what === 'copy' ? 'Copies' : 'Changes'} ${cost.table}${blocks ? ' and blocks writes to it meanwhile' : ''} (${shownCost(cost)}, asked of ${engine}).`,
      why: 'On a large table that takes hours, and whoever writes to it waits.',
      instead:
        'Split it into steps that the server does INSTANT or INPLACE, or change the table with gh-ost or pt-online-schema-change.',
      at,
    },
  ]
}
