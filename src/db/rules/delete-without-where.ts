import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'delete-without-where',
  title: 'DELETE without WHERE',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'Every row is lost, no rollback of the deploy brings it back, and until the statement ends all of them are locked.',
  instead: 'Say in a WHERE which rows must go, and delete them in small steps.',
  examples: [
    { bad: 'DELETE FROM sessions;', good: 'DELETE FROM sessions WHERE ended = 1;' },
    { bad: 'DELETE FROM sessions WHERE 1 = 1;', good: 'CREATE TABLE numbers (id int); DELETE FROM numbers;' },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'data' || statement.change === undefined) return
    const { verb, table, where, limited } = statement.change
    if (verb !== 'delete' || limited === true || (where !== undefined && where.always !== true)) return
    if (schema.isNewTable(table) || schema.table(table)?.temporary === true) return
    const { dialect } = statement
    const copy = sqlName({ ...table, name: `${table.name}_old` }, dialect)
    yield {
      what: `Deletes every row of ${shown(table)}.`,
      instead: rewrite(
        'Say which rows must go (DELETE … WHERE …). If it must be all of them, keep them first, and drop the copy in a later release:',
        [`CREATE TABLE ${copy} AS SELECT * FROM ${sqlName(table, dialect)};`],
      ),
    }
  },
})
