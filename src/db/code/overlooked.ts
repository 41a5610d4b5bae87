// The last look at a migration in code. Whoever reads code reads what they know; a drop by way of something that no tool knows (a callable in
// a text, a driver of its own, a constructor) would be passed over in silence. So every place that SAYS a drop must be one that was read.

import { Writer } from '../dialect.ts'
import { Places } from '../place.ts'
import { type DialectId, type Statement, statementOf } from '../statement.ts'
import { type Call, chainOf, type Routine, type Script, type Span, type Value } from './script.ts'
import type { Reading } from './writer.ts'

/** What names a drop on the way up though neither a statement nor an unread place stands for it: one `unreadable` each line. */
export function overlooked(script: Script, reading: Reading, dialect: DialectId): readonly Statement[] {
  const hits = placesOf(script, reading)
  if (hits.length === 0) return []
  const writer = new Writer(dialect, script.text)
  const lines = new Map(hits.map(hit => [writer.written({ from: hit.offset, to: hit.endOffset }).line, hit]))
  return [...lines.values()].map(({ offset, said }) => {
    const ends = script.text.indexOf('\n', offset)
    const to = ends < 0 ? script.text.length : ends
    const because = `it says \`${said}\`, and what that drops could not be followed`
    return statementOf(writer.written({ from: offset, to }), { kind: 'unreadable', because })
  })
}

function placesOf(script: Script, { statements, unread }: Reading): (Span & { said: string })[] {
  const hits = [...script.text.matchAll(drops)].slice(0, mostHits).map(match => ({
    offset: match.index + match[0].length - match[0].trimStart().length,
    endOffset: match.index + match[0].length,
    said: match[0].trim(),
    name: Object.values(match.groups ?? {}).find(one => one !== undefined),
  }))
  if (hits.length === 0) return []
  const places = new Places(script.text)
  const own = namesOf(script)
  const lines = new Set<number>()
  for (const { kind, line, endLine } of statements)
    if (!passing.has(kind)) for (let at = line; at <= endLine; at++) lines.add(at)
  for (const { offset, endOffset } of unread)
    for (let at = places.line(offset); at <= places.line(endOffset); at++) lines.add(at)
  const open = hits.filter(hit => !own.has(hit.name ?? '') && !lines.has(places.line(hit.offset)))
  if (open.length === 0) return []
  const aside = [...script.comments, ...wayBack(script)]
  return open
    .filter(hit => !isImport(script.text, hit.offset))
    .filter(hit => !aside.some(span => span.offset <= hit.offset && hit.offset < span.endOffset))
    .map(({ offset, endOffset, said }) => ({ offset, endOffset, said }))
}

/** These say nothing about a drop that stands in the same line. */
const passing: ReadonlySet<Statement['kind']> = new Set<Statement['kind']>(['data', 'other', 'set', 'transaction'])

const called = 'drop\\w*|remove_?(?:column|field|timestamp|reference|belongs_?to)s?|delete_?model'
const bare =
  'drop_(?:table|column|schema|join_table|database)\\w*|remove_(?:column|columns|timestamps|reference|belongs_to)|RemoveField|DeleteModel'

/** A method, a call by its bare name, a name in quotes or as a Ruby symbol, SQL. */
const drops = new RegExp(
  [
    `(?:->|::|\\.)\\s*(?<method>${called})\\b`,
    `(?<![\\w$.>:@]|\\bdef\\s|\\bfunction\\s)(?<call>${bare})(?=\\s*\\(|\\s+[:'"*\\w])`,
    `(?<=['"])(?<quoted>drop|drop(?:If|Table|Column|Schema|All|_table|_column|_schema)\\w*|remove_?column)(?=['"])`,
    `(?<![:\\w]):(?<symbol>${bare})\\b`,
    '\\bdrop\\s+(?:table|column|schema|database)\\b',
  ].join('|'),
  'gi',
)

/** What the file itself makes is read where it stands. */
function namesOf(script: Script): ReadonlySet<string> {
  const names = new Set([...script.values.keys()])
  for (const { name } of routinesOf(script)) names.add(name)
  for (const [, name] of script.text.matchAll(/\b(?:def|function|const|let|var)\s+(?:self\.)?([\w$]+)/g))
    names.add(name!)
  return names
}

function routinesOf({ classes, routines }: Script): readonly Routine[] {
  return [...classes.flatMap(shape => shape.routines), ...routines]
}

/** Nobody writes more by hand, and each is looked up in the whole text. */
const mostRoutines = 100
const mostHits = 2000

const backwards =
  /^(?:pre|post)?(?:down|downgrade|reverse|revert|undo|unapply|rollback|roll_?back|backwards?)(?=$|_|[A-Z])/i

/** What only runs on the way back, or changes only what Django remembers. */
function wayBack(script: Script): readonly Span[] {
  const routines = routinesOf(script)
  const spans: Span[] = [...routines.filter(({ name }) => backwards.test(name)), ...asideInCalls(script)]
  const rest = new Set(routines.filter(one => !backwards.test(one.name) && one.name !== '').slice(0, mostRoutines))
  for (let before = -1; before !== spans.length; ) {
    before = spans.length
    for (const routine of rest) {
      const uses = [...script.text.matchAll(new RegExp(`(?<![\\w$])${escaped(routine.name)}(?![\\w$])`, 'g'))]
      const others = uses.filter(({ index }) => !isIn(index, routine) && !isName(script.text, index))
      if (others.length === 0 || !others.every(({ index }) => spans.some(span => isIn(index, span)))) continue
      spans.push(routine)
      rest.delete(routine)
    }
  }
  return spans
}

/** Names that a line only brings in. */
function isImport(text: string, at: number): boolean {
  return /^\s*(?:import|from|use)\b/.test(text.slice(text.lastIndexOf('\n', at) + 1, at))
}

function escaped(name: string): string {
  return name.replace(/[$.*+?^()[\]{}|\\]/g, '\\$&')
}

function isIn(at: number, { offset, endOffset }: Span): boolean {
  return offset <= at && at < endOffset
}

/** Where it is made, should its span begin behind its name. */
function isName(text: string, at: number): boolean {
  return /\b(?:def|function|const|let|var)\s+(?:self\.)?$/.test(text.slice(Math.max(0, at - 30), at))
}

function asideInCalls(script: Script): readonly Span[] {
  const found: Span[] = []
  const all = [
    ...script.steps,
    ...script.classes.flatMap(shape => [...shape.steps, ...shape.routines.flatMap(one => one.steps)]),
    ...script.routines.flatMap(one => one.steps),
  ]
  for (const step of all) {
    // Another database than the one that is judged: it does not run.
    if (step.when !== undefined && step.when.length > 0) found.push(step.call)
    aside(step.call, found)
  }
  for (const shape of script.classes) for (const value of shape.members.values()) aside(value, found)
  for (const value of script.values.values()) aside(value, found)
  return found
}

function aside(value: Value, found: Span[], depth = 0): void {
  if (depth > 60) return
  const into = (one: Value) => aside(one, found, depth + 1)
  if (value.is === 'list') value.items.forEach(into)
  else if (value.is === 'either') value.values.forEach(into)
  else if (value.is === 'map') for (const entry of value.entries) into(entry.value)
  else if (value.is === 'function') {
    for (const step of value.steps) {
      if (step.when !== undefined && step.when.length > 0) found.push(step.call)
      aside(step.call, found, depth + 1)
    }
  } else if (value.is === 'call') {
    found.push(...asideOf(value))
    for (const call of chainOf(value).calls) for (const arg of [...call.args, ...call.named.values()]) into(arg)
  }
}

function asideOf({ name, args, named }: Call): readonly Span[] {
  const own = name.split('.').at(-1)!
  const second = ['RunPython', 'RunSQL', 'SeparateDatabaseAndState'].includes(own) ? args[1] : undefined
  const spans = ['reverse_code', 'reverse_sql', 'state_operations'].map(key => named.get(key))
  return [second, ...spans, ...(own === 'down' ? args : [])].filter(one => one !== undefined)
}
