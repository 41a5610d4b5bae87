// Patterns that a team sets for names. Without a pattern nothing is looked at.
import { addedConstraints } from './beside.ts'
import type { FileContext, Found, RuleSettings } from './rule.ts'
import { type Statement, shown } from './statement.ts'

type Kind = keyof RuleSettings['naming']

/** Names of this kind that a statement gives and that the pattern does not match. */
export function* misnamed(statement: Statement, context: FileContext, kind: Kind): Iterable<Found> {
  const pattern = context.settings.naming[kind]
  if (pattern === undefined) return
  const matcher = compiled(pattern)
  for (const { name, what } of namesGiven(statement, kind)) {
    if (matcher.test(name)) continue
    yield {
      what: `Names ${what} ${name}, which does not match ${pattern}.`,
      instead: `Choose a name that matches ${pattern} (\`naming.${kind}\` in .shiprc).`,
    }
  }
}

const patterns = new Map<string, RegExp>()

/** Patterns are checked with the config; one that is no regular expression never gets here. */
function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(pattern)
  patterns.set(pattern, known)
  return known
}

interface Given {
  readonly name: string
  readonly what: string
}

function namesGiven(statement: Statement, kind: Kind): readonly Given[] {
  switch (kind) {
    case 'schema':
      return schemas(statement).map(name => ({ name, what: 'the schema' }))
    case 'table':
      return tables(statement).map(name => ({ name, what: 'the table' }))
    case 'column':
      return columns(statement)
    case 'index':
      return indexes(statement)
    case 'foreign-key':
    case 'check':
      return addedConstraints(statement).flatMap(({ type, name, table }) =>
        type === kind && name !== undefined
          ? [{ name, what: `the ${kind === 'check' ? 'CHECK' : 'foreign key'} of ${shown(table)}` }]
          : [],
      )
  }
}

function schemas(statement: Statement): readonly string[] {
  if (statement.kind === 'create-schema') return [statement.name]
  return statement.kind === 'rename-schema' ? [statement.to] : []
}

function tables(statement: Statement): readonly string[] {
  if (statement.kind === 'create-table') return statement.temporary ? [] : [statement.table.name]
  return statement.kind === 'rename-table' ? [statement.to.name] : []
}

function columns(statement: Statement): readonly Given[] {
  if (statement.kind === 'rename-column')
    return [{ name: statement.to, what: `the column of ${shown(statement.table)}` }]
  if (statement.kind !== 'add-column' && (statement.kind !== 'create-table' || statement.temporary)) return []
  return (statement.columns ?? []).map(({ name }) => ({ name, what: `the column of ${shown(statement.table)}` }))
}

function indexes(statement: Statement): readonly Given[] {
  const given = (table: string, name: string | undefined) =>
    name === undefined ? [] : [{ name, what: `the index of ${table}` }]
  if (statement.kind === 'create-index') return given(shown(statement.table), statement.index.name)
  if (statement.kind === 'create-table')
    return [
      ...(statement.indexes ?? []),
      ...(statement.constraints ?? []).filter(one => one.type === 'unique'),
    ].flatMap(one => given(shown(statement.table), one.name))
  if (statement.kind !== 'add-constraint' || statement.constraint.type !== 'unique') return []
  return given(shown(statement.table), statement.constraint.name)
}
