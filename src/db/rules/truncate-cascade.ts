import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'truncate-cascade',
  title: 'TRUNCATE with CASCADE',
  alsoKnownAs: ['squawk: ban-truncate-cascade'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'It also empties every table that points at this one, and those that point at them: tables that nobody named, and no rollback of the deploy brings them back.',
  instead: 'Name every table that is to be emptied, without CASCADE: PostgreSQL then refuses when one is missing.',
  examples: [
    { bad: 'TRUNCATE users CASCADE;', good: 'CREATE TABLE tags (a int); TRUNCATE tags CASCADE;' },
    { bad: 'TRUNCATE TABLE shop.users, orders RESTART IDENTITY CASCADE;', good: 'DELETE FROM users WHERE gone;' },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'truncate' || statement.cascade !== true) return
    const tables = statement.tables.filter(table => !schema.isNewTable(table))
    if (tables.length === 0) return
    yield {
      what: `Empties ${tables.map(shown).join(', ')}, and every table that points there.`,
      instead: rewrite('If the tables are really to be emptied, name each of them:', [
        `TRUNCATE ${tables.map(table => sqlName(table, 'postgres')).join(', ')};`,
      ]),
    }
  },
})
