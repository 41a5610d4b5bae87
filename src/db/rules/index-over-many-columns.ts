import { rewrite, sqlCreateIndex } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'index-over-many-columns',
  title: 'An index over more than three columns',
  alsoKnownAs: ['strong_migrations: add_index_columns'],
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'Every write pays for each column of it, while look-ups rarely gain anything from more than the first two or three.',
  instead: 'Begin the index with the columns that tell rows apart best, and leave the others out.',
  examples: [
    {
      bad: 'CREATE TABLE t (a int, b int, c int, d int); CREATE INDEX i ON t (a, b, c, d);',
      good: 'CREATE TABLE t (a int, b int, c int, d int); CREATE INDEX i ON t (a, b, c);',
    },
    {
      bad: 'CREATE TABLE t (a int, b int, c int, d int); CREATE INDEX i ON t (d, c, b, a);',
      good: 'CREATE TABLE t (a int, b int, c int, d int); CREATE UNIQUE INDEX i ON t (a, b, c, d);',
    },
  ],
  *check(statement) {
    if (statement.kind !== 'create-index' || statement.index.unique === true || statement.index.columns.length <= 3)
      return
    const { table, index, dialect } = statement
    yield {
      what: `Builds an index over ${index.columns.length} columns of ${shown(table)}.`,
      instead: rewrite('Put the columns that tell rows apart best first, and leave the others out:', [
        sqlCreateIndex(table, { ...index, columns: index.columns.slice(0, 3) }, dialect),
      ]),
    }
  },
})
