import type { Finding } from '../../core/finding.ts'
import { commentOf } from '../changed-files.ts'
import { howToAllow } from '../lint.ts'
import type { Rule } from '../rule.ts'
import dropColumn from '../rules/drop-column.ts'
import dropSchema from '../rules/drop-schema.ts'
import dropTable from '../rules/drop-table.ts'
import dropWithCascade from '../rules/drop-with-cascade.ts'
import type { Observation, SeenDrop, Spot } from './observation.ts'

const rules = { schema: dropSchema, table: dropTable, column: dropColumn } as const
type Loss = SeenDrop & { readonly what: keyof typeof rules }

/** Findings in which a loss may be told: a column goes with its table, a table with its schema. */
const tellers: Readonly<Record<keyof typeof rules, readonly string[]>> = {
  schema: ['drop-schema'],
  table: ['drop-table', 'drop-schema', 'drop-partition'],
  column: ['drop-column', 'drop-table', 'drop-schema'],
}

/** Says what is lost and no finding names, and what a finding names and was not lost. */
export function dropFindings(findings: readonly Finding[], observation: Observation, engine: string): Finding[] {
  const { path, drops } = observation
  const own = findings.filter(finding => finding.at?.file === path)
  const losses = drops.filter(isLoss).filter(drop => !goesWithItsOwner(drop, drops))
  const answered = new Set<Finding>()
  const untold = losses
    .filter(loss => !own.some(finding => tells(finding, loss)))
    .map(loss => raised(loss, own, path, engine, answered))
  const corrected = findings
    .filter(finding => !answered.has(finding))
    .map(finding => corrects(finding, observation, engine))
  const named = corrected.map(finding => withNames(finding, losses, path, engine))
  return [...withTakenAlong(named, observation, engine), ...untold]
}

/** What was read without its name (dynamic SQL puts it together while it runs) has one now. */
function withNames(finding: Finding, losses: readonly Loss[], path: string, engine: string): Finding {
  if (finding.at?.file !== path) return finding
  const met = losses.filter(loss => tells(finding, loss))
  const unnamed = met.filter(loss => !names(finding.what, loss.name))
  if (unnamed.length === 0 || unnamed.length < met.length) return finding
  const told = unnamed.map(({ what, name }) => `${what} ${name}`).join(', ')
  return { ...finding, what: `${finding.what} Run on ${engine}, it dropped ${told}.` }
}

function isLoss(drop: SeenDrop): drop is Loss {
  return drop.what in rules
}

/** A table that went with its schema is told by the schema. */
function goesWithItsOwner({ what, name, byCascade, with: asked }: Loss, drops: readonly SeenDrop[]): boolean {
  if (!byCascade || what === 'schema') return false
  return drops.some(
    owner => owner.what === 'schema' && asked === `schema ${owner.name}` && name.startsWith(`${owner.name}.`),
  )
}

function tells(finding: Finding, loss: Loss): boolean {
  if (!tellers[loss.what].includes(finding.rule)) return false
  // A type that goes with CASCADE is told without its columns, which often have its name.
  if (loss.byCascade && finding.rule === dropColumn.id) return finding.what.includes(tail(loss.name, 2))
  if (names(finding.what, loss.name)) return true
  return !loss.byCascade && finding.rule === rules[loss.what].id && covers(finding, loss.at)
}

/** `users.mood` of `public.users.mood`. */
function tail(name: string, parts: number): string {
  return name.split('.').slice(-parts).join('.')
}

function names(text: string, name: string): boolean {
  const parts = name.split('.')
  return text.split(/[^\p{L}\p{N}_$.]+/u).some(word => {
    const said = word.replace(/\.+$/, '').split('.')
    return said.at(-1)?.toLowerCase() === parts.at(-1)?.toLowerCase()
  })
}

function covers({ at }: Finding, spot: Spot | undefined): boolean {
  if (at?.line === undefined || spot === undefined) return false
  return at.line <= spot.endLine && (at.endLine ?? at.line) >= spot.line
}

const allowanceReach = 4

/** `answered` collects allowances that stood there unused until now: they were written for this. */
function raised(loss: Loss, own: readonly Finding[], path: string, engine: string, answered: Set<Finding>): Finding {
  const rule = rules[loss.what]
  const asked = loss.with === undefined ? '' : `, taken along by ${loss.with}`
  const finding: Finding = {
    rule: rule.id,
    code: rule.code!,
    severity: 'error',
    what: `Drops ${loss.what} ${loss.name}${asked} (seen by running it on ${engine}).`,
    why: rule.why,
    instead: `${rule.instead} ${howToAllow(rule.id, commentOf(path))}`,
    at: { file: path, ...(loss.at ?? {}) },
  }
  const allowance = own.find(one => isUnusedAllowance(one, rule) && standsAbove(one, loss.at))
  if (allowance !== undefined) answered.add(allowance)
  const isAllowed =
    allowance !== undefined ||
    own.some(
      one => one.rule === rule.id && /\bAllowed: /.test(one.what) && (covers(one, loss.at) || loss.at === undefined),
    )
  if (!isAllowed) return finding
  const instead = 'Nothing to do: it is recorded in the verdict.'
  return { ...finding, severity: 'info', what: `${finding.what} It is allowed there.`, instead }
}

function isUnusedAllowance({ rule, what }: Finding, { id, code }: Rule): boolean {
  const name = rule === 'unused-allowance' ? /^The allowance of (\S+) allows nothing/.exec(what)?.[1] : undefined
  return name === id || (name !== undefined && name === code)
}

function standsAbove({ at }: Finding, spot: Spot | undefined): boolean {
  if (at?.line === undefined || spot === undefined) return spot === undefined
  return at.line < spot.line && spot.line - at.line <= allowanceReach
}

/** A drop that was read stays a stop, whatever one run on an empty database shows; but who reads it should know. */
function corrects(finding: Finding, { path, drops, failed, notes }: Observation, engine: string): Finding {
  const isDrop = Object.values(rules).some(rule => rule.id === finding.rule)
  if (!isDrop || finding.at?.file !== path || finding.severity === 'info' || failed !== undefined || notes.length > 0)
    return finding
  const wasSeen = drops.some(drop => names(finding.what, drop.name) || covers(finding, drop.at))
  if (wasSeen || /\b(?:role|database)\b/i.test(finding.what)) return finding
  return {
    ...finding,
    what: `${finding.what} Static and replay differ: run on ${engine}, it dropped nothing of that name.`,
  }
}

/** Views and constraints that CASCADE took: worth a word, not a stop. */
function withTakenAlong(findings: readonly Finding[], { path, drops }: Observation, engine: string): Finding[] {
  const taken = drops.filter(drop => drop.byCascade && !isLoss(drop))
  const groups = groupedByLine(taken)
  let all = [...findings]
  for (const group of groups.values()) {
    const untold = group.filter(drop => !all.some(one => one.at?.file === path && names(one.what, drop.name)))
    if (untold.length === 0) continue
    const told = untold.map(({ what, name }) => `${what} ${name}`).join(', ')
    const at = group[0]!.at
    const host = all.find(one => one.at?.file === path && one.rule.startsWith('drop-') && covers(one, at))
    if (host === undefined) all.push(takenAlong(told, group[0]!, path, engine))
    else all = all.map(one => (one === host ? { ...one, what: `${one.what} With it goes ${told}.` } : one))
  }
  return all
}

function groupedByLine(drops: readonly SeenDrop[]): Map<number | undefined, SeenDrop[]> {
  const groups = new Map<number | undefined, SeenDrop[]>()
  for (const drop of drops) groups.set(drop.at?.line, [...(groups.get(drop.at?.line) ?? []), drop])
  return groups
}

function takenAlong(told: string, { with: asked, at }: SeenDrop, path: string, engine: string): Finding {
  const { id, why, instead } = dropWithCascade
  const by = asked === undefined ? 'CASCADE' : `the CASCADE of ${asked}`
  const what = `${by[0]!.toUpperCase()}${by.slice(1)} takes along ${told} (seen by running it on ${engine}).`
  return { rule: id, severity: 'warning', what, why, instead, at: { file: path, ...(at ?? {}) } }
}
