import { isFirstEffect } from '../postgres-advice.ts'
import { defineRule } from '../rule.ts'
import type { Name, Statement } from '../statement.ts'

export default defineRule({
  id: 'table-without-schema',
  title: 'A table named without its schema',
  alsoKnownAs: ['squawk: require-table-schema'],
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres'],
  why: 'Which table is meant depends on the search_path of whoever runs the migration.',
  instead: 'Write the schema before the name: public.users.',
  examples: [
    { bad: 'CREATE TABLE users (id int);', good: 'CREATE TABLE public.users (id int);' },
    {
      bad: 'CREATE INDEX CONCURRENTLY users_i ON users (id);',
      good: 'CREATE INDEX CONCURRENTLY users_i ON app.users (id); CREATE TEMP TABLE t (a int);',
    },
  ],
  *check(statement, _, context) {
    if (statement.kind === 'create-table' && statement.temporary) return
    const bare = tablesOf(statement).filter(table => table.schema === undefined)
    if (bare.length === 0 || !isFirstEffect(statement, context)) return
    const names = bare.map(table => table.name)
    yield {
      what: `Names ${names.join(', ')} without a schema.`,
      instead: `Write ${names.map(name => `public.${name}`).join(', ')}, or the schema that is meant.`,
    }
  },
})

function tablesOf(statement: Statement): readonly Name[] {
  if (statement.kind === 'drop-table' || statement.kind === 'truncate') return statement.tables
  if (statement.kind === 'data') return statement.change === undefined ? [] : [statement.change.table]
  return 'table' in statement && statement.table !== undefined ? [statement.table] : []
}
