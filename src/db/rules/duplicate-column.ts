import { sameColumn } from '../beside.ts'
import { defineRule } from '../rule.ts'
import { type DialectId, type Statement, shown } from '../statement.ts'

export default defineRule({
  id: 'duplicate-column',
  title: 'A column that is written twice',
  alsoKnownAs: ['squawk: ban-duplicate-column-assignments'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'PostgreSQL refuses it, so the migration fails in the deploy; most often one of the two was meant to be another column.',
  instead: 'Write each column once.',
  examples: [
    {
      bad: 'UPDATE users SET name = nick, name = email WHERE id = 1;',
      good: 'UPDATE users SET name = nick, mail = email WHERE id = 1;',
    },
    {
      bad: "INSERT INTO users (id, name, id) VALUES (1, 'a', 2);",
      good: "INSERT INTO users (id, name) VALUES (1, 'a');",
    },
    {
      bad: 'CREATE TABLE tags (id int, name text, id int);',
      good: 'UPDATE boards SET cells[1] = 0, cells[2] = 0 WHERE id = 1;',
    },
  ],
  *check(statement) {
    const twice = repeated(columnsOf(statement), statement.dialect)
    if (twice.length === 0) return
    const table =
      statement.kind === 'create-table'
        ? statement.table
        : statement.kind === 'data'
          ? statement.change?.table
          : undefined
    yield { what: `Writes ${twice.join(', ')}${table === undefined ? '' : ` of ${shown(table)}`} twice.` }
  },
})

function columnsOf(statement: Statement): readonly string[] {
  if (statement.kind === 'create-table') return (statement.columns ?? []).map(column => column.name)
  return statement.kind === 'data' ? (statement.change?.columns ?? []) : []
}

function repeated(columns: readonly string[], dialect: DialectId): string[] {
  return columns.filter((name, at) => columns.findIndex(one => sameColumn(one, name, dialect)) < at)
}
