import { outside } from '../postgres-advice.ts'
import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'drop-index-without-concurrently',
  title: 'Dropping an index while everybody waits',
  code: 'PG102',
  alsoKnownAs: ['squawk: require-concurrent-index-deletion', 'strong_migrations: remove_index'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'DROP INDEX locks the table against reads and writes: it waits for the longest query that runs on it, and every query that comes after waits behind it.',
  instead: 'Drop it with DROP INDEX CONCURRENTLY, outside of a transaction.',
  examples: [
    { bad: 'DROP INDEX users_email_idx;', good: 'DROP INDEX CONCURRENTLY users_email_idx;' },
    {
      bad: 'DROP INDEX IF EXISTS shop.a, shop.b;',
      good: 'CREATE TABLE tags (name text); CREATE INDEX tags_i ON tags (name); DROP INDEX tags_i;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'drop-index' || statement.concurrently) return
    const indexes = statement.indexes.filter(name => {
      const known = schema.index(name)
      // The index of a partitioned table takes no CONCURRENTLY.
      return known === undefined || (!known.isNew && schema.table(known.table)?.partitioned !== true)
    })
    if (indexes.length === 0) return
    const ifExists = statement.ifExists === true ? 'IF EXISTS ' : ''
    yield {
      what: `Drops ${indexes.map(shown).join(', ')} while reads and writes of the table wait.`,
      instead: rewrite(
        'Drop it beside the queries that go on, one index a statement:',
        indexes.map(name => `DROP INDEX CONCURRENTLY ${ifExists}${sqlName(name, 'postgres')};`),
        outside,
      ),
    }
  },
})
