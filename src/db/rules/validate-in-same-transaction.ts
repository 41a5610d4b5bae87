import { sameName } from '../beside.ts'
import { rewrite, sqlColumn, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type Statement, shown } from '../statement.ts'

export default defineRule({
  id: 'validate-in-same-transaction',
  title: 'A constraint proven in the transaction that adds it',
  alsoKnownAs: [
    'squawk: constraint-missing-not-valid',
    'strong_migrations: validate_check_constraint',
    'strong_migrations: validate_foreign_key',
  ],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'The lock of ADD CONSTRAINT is held until the transaction ends, so that nobody can write while the rows are looked at: NOT VALID then gains nothing.',
  instead: 'Validate it in a migration of its own.',
  examples: [
    {
      context: { transaction: 'file' },
      bad: 'ALTER TABLE orders ADD CONSTRAINT paid CHECK (price > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT paid;',
      good: 'ALTER TABLE orders VALIDATE CONSTRAINT paid;',
    },
    {
      context: { transaction: 'none' },
      bad: 'BEGIN; ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES b NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT fk; COMMIT;',
      good: 'ALTER TABLE orders ADD CONSTRAINT paid CHECK (price > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT paid;',
    },
    {
      bad: 'ALTER TABLE orders ADD CONSTRAINT paid CHECK (price > 0) NOT VALID, VALIDATE CONSTRAINT paid;',
      good: 'BEGIN; ALTER TABLE orders ADD CONSTRAINT paid CHECK (price > 0) NOT VALID; COMMIT; BEGIN; ALTER TABLE orders VALIDATE CONSTRAINT paid; COMMIT;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'validate-constraint' || schema.isNewTable(statement.table)) return
    const { table, name } = statement
    const added = sinceCommit(schema).findLast(
      one => one.kind === 'add-constraint' && one.constraint.name === name && sameName(one.table, table, 'postgres'),
    )
    if (added === undefined || (schema.inTransaction !== true && added.offset !== statement.offset)) return
    yield {
      what: `Validates ${name} of ${shown(table)} in the transaction that adds it.`,
      instead: rewrite('Put this into the next migration:', [
        `ALTER TABLE ${sqlName(table, 'postgres')} VALIDATE CONSTRAINT ${sqlColumn(name, 'postgres')};`,
      ]),
    }
  },
})

function sinceCommit({ before }: Schema): readonly Statement[] {
  const ended = before.findLastIndex(
    one => one.kind === 'transaction' && (one.verb === 'commit' || one.verb === 'rollback'),
  )
  return before.slice(ended + 1)
}
