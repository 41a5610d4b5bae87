// The recorded way past a rule: a comment directly above the statement, with the reason.
import type { Finding } from '../core/finding.ts'
import type { Allowance } from './directives.ts'
import { rulesNamed } from './levels.ts'
import type { Rule } from './rule.ts'

/** A finding that came from a rule at a statement, or (`offset` undefined) from the file as a whole. */
export interface Raised {
  readonly finding: Finding
  readonly offset: number | undefined
}

export interface Allowing {
  readonly file: string
  /** How a line comment begins in this file. */
  readonly comment: string
  /** Rules that looked at this file: an allowance of another one may well be needed elsewhere. */
  readonly active: ReadonlyMap<string, Pick<Rule, 'code' | 'alsoKnownAs'>>
}

/** Takes away what is allowed, records each use, and says what is wrong with an allowance. */
export function applyAllowances(
  raised: readonly Raised[],
  allowances: readonly Allowance[],
  allowing: Allowing,
): Finding[] {
  if (allowances.length === 0) return raised.map(one => one.finding)
  const book = new Book(allowances, allowing)
  const kept = raised.map(one => book.answer(one))
  return [...kept, ...book.complaints()]
}

class Book {
  readonly #allowances: readonly Allowance[]
  readonly #allowing: Allowing
  /** The names that allowed something; `` for a bare one. */
  readonly #used = new Map<Allowance, Set<string>>()
  /** Comments of other tools that stand above a stop and say no reason. */
  readonly #speechless = new Map<Allowance, Finding>()

  constructor(allowances: readonly Allowance[], allowing: Allowing) {
    this.#allowances = allowances
    this.#allowing = allowing
  }

  answer({ finding, offset }: Raised): Finding {
    if (finding.severity === 'info') return finding
    for (const allowance of this.#allowances) {
      const name = this.#nameFor(allowance, finding, offset)
      if (name === undefined) continue
      if (allowance.by === 'ship-guard' && !isReasoned(allowance)) continue
      this.#used.set(allowance, (this.#used.get(allowance) ?? new Set()).add(name))
      if (isReasoned(allowance) || finding.severity !== 'error') return allowed(finding, allowance)
      this.#speechless.set(allowance, finding)
    }
    return finding
  }

  complaints(): Finding[] {
    return this.#allowances.flatMap(allowance => {
      const at = { file: this.#allowing.file, line: allowance.line, column: allowance.column }
      const stop = this.#speechless.get(allowance)
      if (stop !== undefined) return [{ ...speechless(allowance, stop, this.#allowing.comment), at }]
      if (allowance.by === 'ship-guard' && !isReasoned(allowance))
        return [{ ...withoutReason(allowance, this.#allowing.comment), at }]
      return this.#pointless(allowance).map(complaint => ({ ...complaint, at }))
    })
  }

  /** Under which of its names an allowance answers for a finding. */
  #nameFor({ by, names, covers }: Allowance, { rule }: Finding, offset: number | undefined): string | undefined {
    const stands = covers === 'file' || (offset === undefined ? by === 'ship-guard' : covers?.(offset) === true)
    if (!stands) return undefined
    if (names.length === 0) return by !== 'ship-guard' && this.#isOf(by, rule) ? '' : undefined
    return names.find(name => rulesNamed(name)?.has(rule) === true)
  }

  #isOf(by: 'atlas' | 'squawk', id: string): boolean {
    const rule = this.#allowing.active.get(id)
    if (by === 'atlas') return rule?.code !== undefined
    return rule?.alsoKnownAs?.some(known => known.startsWith('squawk:')) === true
  }

  #pointless(allowance: Allowance): Omit<Finding, 'at'>[] {
    const used = this.#used.get(allowance)
    if (allowance.names.length === 0) return used === undefined ? [unused(`A bare ${spelled(allowance)}`)] : []
    return allowance.names.flatMap(name => {
      if (used?.has(name) === true) return []
      const ids = rulesNamed(name)
      if (ids === undefined) return [unknown(name)]
      return this.#looked(ids) ? [unused(`The allowance of ${name}`)] : []
    })
  }

  #looked(ids: ReadonlySet<string>): boolean {
    return [...ids].some(id => this.#allowing.active.has(id))
  }
}

function isReasoned({ by, names, reason }: Allowance): boolean {
  // `<reason>` is what the refusal prints for a person to fill in.
  return (by !== 'ship-guard' || names.length > 0) && reason !== '' && !/^<[^<>]*>$/.test(reason)
}

function allowed(finding: Finding, allowance: Allowance): Finding {
  const { by, reason } = allowance
  const because = isReasoned(allowance)
    ? reason
    : `a ${by === 'atlas' ? 'atlas:nolint' : 'squawk-ignore'} comment, which gives no reason`
  return {
    ...finding,
    severity: 'info',
    what: `${finding.what} Allowed: ${because}`,
    instead: 'Nothing to do: it is recorded in the verdict.',
  }
}

function spelled({ by, covers }: Allowance): string {
  if (by === 'atlas') return 'atlas:nolint'
  return covers === 'file' ? 'squawk-ignore-file' : 'squawk-ignore'
}

const learn = 'Whoever reads this migration later must learn why losing the data was right.'

function withoutReason({ names: [name] }: Allowance, comment: string): Omit<Finding, 'at'> {
  return {
    rule: 'allowance-without-reason',
    severity: 'error',
    what: name === undefined ? 'An allowance names no rule.' : `The allowance of ${name} gives no reason.`,
    why: learn,
    instead: `Write it as:\n${comment} ship-guard:allow ${name ?? 'drop-column'} <reason>`,
  }
}

function speechless(allowance: Allowance, stop: Finding, comment: string): Omit<Finding, 'at'> {
  const said = [spelled(allowance), allowance.names.join(allowance.by === 'atlas' ? ' ' : ', ')].filter(
    part => part !== '',
  )
  return {
    rule: 'allowance-without-reason',
    severity: 'error',
    what: `${said.join(' ')} stands above a stop (${stop.rule}) and gives no reason.`,
    why: learn,
    instead: `Add the reason to it:\n${comment} ${said.join(' ')} -- <reason>`,
  }
}

function unused(what: string): Omit<Finding, 'at'> {
  return {
    rule: 'unused-allowance',
    severity: 'warning',
    what: `${what} allows nothing here.`,
    why: 'An allowance that stands above no such statement may hide one that is written later.',
    instead: 'Remove it, or put it on the line directly above the statement that it is meant for.',
  }
}

function unknown(name: string): Omit<Finding, 'at'> {
  return {
    rule: 'unknown-allowance',
    severity: 'warning',
    what: `The allowance names ${name}, which is no rule.`,
    why: 'It allows nothing: whoever wrote it believes otherwise.',
    instead: 'See the names of the rules: npx ship-guard explain',
  }
}
