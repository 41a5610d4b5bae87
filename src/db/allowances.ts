// The recorded way past a rule: a comment directly above the statement, with the reason.
import type { Finding } from '../core/finding.ts'
import type { Dialect } from './dialect.ts'
import { Places } from './place.ts'
import type { Rule } from './rule.ts'
import { split } from './split.ts'

export interface Allowance {
  readonly by: 'ship-guard' | 'atlas'
  /** Rule ids and codes as written; empty for a bare `atlas:nolint`, which means every rule with a code. */
  readonly names: readonly string[]
  readonly reason: string
  readonly line: number
  readonly column: number
  /** Offset of the statement it stands above; undefined when it stands above none. */
  readonly statement: number | undefined
}

const marks = /ship-guard:allow|atlas:nolint/

export function allowancesIn(text: string, dialect: Dialect): Allowance[] {
  if (!marks.test(text)) return []
  const places = new Places(text)
  return split(text, dialect.splitting).flatMap(piece => {
    const above = directlyAbove(
      piece.from,
      piece.comments.filter(comment => comment.start < piece.from),
      places,
    )
    return piece.comments.flatMap(comment => {
      const said = read(text.slice(comment.start, comment.end))
      if (said === undefined) return []
      const stands = piece.from < piece.to && comment.start >= above
      return [{ ...said, ...places.at(comment.start), statement: stands ? piece.from : undefined }]
    })
  })
}

/** From which offset on the comments touch the statement, line upon line, with no empty line between. */
function directlyAbove(from: number, comments: readonly { start: number; end: number }[], places: Places): number {
  let top = from
  for (const { start, end } of [...comments].reverse()) {
    if (places.line(Math.max(start, end - 1)) < places.line(top) - 1) break
    top = start
  }
  return top
}

type Said = Pick<Allowance, 'by' | 'names' | 'reason'>

function read(comment: string): Said | undefined {
  const body = comment.replace(/^(?:--|#|\/\*)\s*|\s*\*\/$/g, '').trim()
  const own = /^ship-guard:allow(?:\s+(\S+))?([\s\S]*)$/.exec(body)
  if (own !== null) return { by: 'ship-guard', names: own[1] === undefined ? [] : [own[1]], reason: own[2]!.trim() }
  const atlas = /^atlas:nolint\b([^\n]*)$/.exec(body)
  return atlas === null
    ? undefined
    : {
        by: 'atlas',
        names: atlas[1]!
          .trim()
          .split(/\s+/)
          .filter(name => name !== ''),
        reason: '',
      }
}

/** A finding that came from a rule at a statement, or (`offset` undefined) from the file as a whole. */
export interface Raised {
  readonly finding: Finding
  readonly offset: number | undefined
}

/** Takes away what is allowed, records each use, and says what is wrong with an allowance. */
export function applyAllowances(
  raised: readonly Raised[],
  allowances: readonly Allowance[],
  rules: readonly Pick<Rule, 'id' | 'code'>[],
  file: string,
): Finding[] {
  const used = new Set<Allowance>()
  const kept = raised.map(({ finding, offset }) => {
    const allowance = allowances.find(a => isReasoned(a) && covers(a, finding, offset))
    if (allowance === undefined || finding.severity === 'info') return finding
    used.add(allowance)
    return allowed(finding, allowance)
  })
  return [...kept, ...allowances.flatMap(allowance => complaint(allowance, used.has(allowance), rules, file) ?? [])]
}

function isReasoned({ by, names, reason }: Allowance): boolean {
  // `<reason>` is what the refusal prints for a person to fill in.
  return by === 'atlas' || (names.length > 0 && reason !== '' && !/^<[^<>]*>$/.test(reason))
}

function covers({ by, names, statement }: Allowance, { rule, code }: Finding, offset: number | undefined): boolean {
  if (offset !== undefined && statement !== offset) return false
  if (by === 'ship-guard') return names.some(name => name === rule || name === code)
  if (code === undefined || offset === undefined) return false
  return names.length === 0 || names.some(name => name === code || (name === 'destructive' && code.startsWith('DS')))
}

function allowed(finding: Finding, { by, reason }: Allowance): Finding {
  const because = by === 'atlas' ? 'an atlas:nolint comment, which gives no reason' : reason
  return {
    ...finding,
    severity: 'info',
    what: `${finding.what} Allowed: ${because}`,
    instead: 'Nothing to do: it is recorded in the verdict.',
  }
}

function complaint(
  allowance: Allowance,
  used: boolean,
  rules: readonly Pick<Rule, 'id' | 'code'>[],
  file: string,
): Finding | undefined {
  const at = { file, line: allowance.line, column: allowance.column }
  const [name = ''] = allowance.names
  if (allowance.by === 'ship-guard' && !isReasoned(allowance))
    return {
      rule: 'allowance-without-reason',
      severity: 'error',
      what: name === '' ? 'An allowance names no rule.' : `The allowance of ${name} gives no reason.`,
      why: 'Whoever reads this migration later must learn why losing the data was right.',
      instead: `Write it as:\n-- ship-guard:allow ${name === '' ? 'drop-column' : name} <reason>`,
      at,
    }
  if (used || allowance.by === 'atlas') return undefined
  const known = rules.some(rule => rule.id === name || rule.code === name)
  return {
    rule: known ? 'unused-allowance' : 'unknown-allowance',
    severity: 'warning',
    what: known ? `The allowance of ${name} allows nothing here.` : `The allowance names ${name}, which is no rule.`,
    why: known
      ? 'An allowance that stands above no such statement may hide one that is written later.'
      : 'It allows nothing: whoever wrote it believes otherwise.',
    instead: known
      ? 'Remove it, or put it on the line directly above the statement that it is meant for.'
      : `Name one of: ${rules.map(rule => rule.id).join(', ')}.`,
    at,
  }
}
