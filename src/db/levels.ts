// Under which names a rule is known, and how loud a team wants it.
import type { Finding, Severity } from '../core/finding.ts'
import type { Rule } from './rule.ts'
import { rules } from './rules/registry.generated.ts'
import type { DialectId } from './statement.ts'

export type Level = 'off' | 'info' | 'warning' | 'error'

/** `off` silences a rule; anything else turns it on, also one of a profile that is off. Keys: rule ids, codes, squawk's names, Atlas's analyzers (`destructive`). */
export type RuleLevels = Readonly<Record<string, Level>>

/** Findings about whole files, which no rule makes; an allowance anywhere in the file may name those that stand in one. */
export const fileKinds = [
  'edited-migration',
  'renamed-migration',
  'deleted-migration',
  'unreadable-migration',
  'unread-code',
  'out-of-order-migration',
  'duplicate-migration-version',
  'duplicate-migration',
  'renumbered-migration',
] as const

// Names of the analyzers in `atlas migrate lint` (atlasgo.io, "Analyzers").
const analyzers: readonly (readonly [name: string, codes: RegExp])[] = [
  ['destructive', /^DS/],
  ['data_depend', /^MF/],
  ['incompatible', /^BC/],
  ['constraint_drop', /^CD/],
  ['condrop', /^CD/],
  ['concurrent_index', /^PG10[123]$/],
  ['naming', /^NM/],
  ['nestedtx', /^TX/],
  ['ownership', /^OW/],
  ['mysql', /^MY/],
  ['postgres', /^PG(?!10[123]$)/],
  ['sqlite', /^LT/],
  ['sql_injection', /^SA/],
]

type NamedRule = Pick<Rule, 'id' | 'code' | 'alsoKnownAs'>

/** Every name of a rule, the most exact first. */
export function namesOf({ id, code, alsoKnownAs = [] }: NamedRule): string[] {
  const foreign = alsoKnownAs.flatMap(known => [known, known.slice(known.indexOf(':') + 1).trim()])
  const groups = code === undefined ? [] : analyzers.flatMap(([name, codes]) => (codes.test(code) ? [name] : []))
  return [id, ...(code === undefined ? [] : [code]), ...foreign, ...groups]
}

let known: ReadonlyMap<string, ReadonlySet<string>> | undefined

/** Ids of the rules, and of the findings about whole files, that a name means. */
export function rulesNamed(name: string): ReadonlySet<string> | undefined {
  known ??= allNames()
  return known.get(name) ?? known.get(name.toUpperCase())
}

/** Every name that a level or an allowance may use. */
export function knownRuleNames(): string[] {
  known ??= allNames()
  return [...known.keys()].filter(name => !name.includes(':'))
}

function allNames(): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>()
  const add = (name: string, id: string) => all.set(name, (all.get(name) ?? new Set()).add(id))
  for (const rule of rules) for (const name of namesOf(rule)) add(name, rule.id)
  for (const kind of fileKinds) add(kind, kind)
  for (const [name] of analyzers) if (!all.has(name)) all.set(name, new Set())
  return all
}

export interface ActiveRule {
  readonly rule: Rule
  readonly level: Exclude<Level, 'off'> | undefined
}

/** The rules that judge this dialect, at the level that the team set. */
export function activeRules(
  dialect: DialectId,
  levels: RuleLevels,
  profiles: readonly 'style'[],
): readonly ActiveRule[] {
  return rules.flatMap((rule: Rule): ActiveRule[] => {
    if (!rule.dialects.includes(dialect)) return []
    const level = levelOf(rule, levels)
    if (level === 'off') return []
    const isWanted = rule.profile === undefined || profiles.includes(rule.profile) || level !== undefined
    return isWanted ? [{ rule, level }] : []
  })
}

function levelOf(rule: NamedRule, levels: RuleLevels): Level | undefined {
  const name = namesOf(rule).find(one => Object.hasOwn(levels, one))
  return name === undefined ? undefined : levels[name]
}

const loudness: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 }

/** What a rule says more quietly than its own severity stays at most that loud. */
export function severityOf({ rule, level }: ActiveRule, said: Severity | undefined): Severity {
  if (level === undefined) return said ?? rule.severity
  return said !== undefined && loudness[said] < loudness[rule.severity] && loudness[said] < loudness[level]
    ? said
    : level
}

/** A finding about a whole file, at the level that the team set; undefined when that is `off`. */
export function levelled(finding: Finding, levels: RuleLevels): Finding | undefined {
  const level = levelOf({ id: finding.rule }, levels)
  if (level === 'off') return undefined
  return level === undefined ? finding : { ...finding, severity: level }
}
