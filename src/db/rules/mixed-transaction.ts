import { sameName } from '../beside.ts'
import { rewrite } from '../rewrite.ts'
import { defineRule, type FileContext, type Found } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type Statement, shown } from '../statement.ts'

export default defineRule({
  id: 'mixed-transaction',
  title: 'Statements that cannot share a transaction',
  code: 'TX101',
  severity: 'warning',
  dialects: ['postgres', 'mysql'],
  why: 'PostgreSQL refuses it, so the migration fails in the deploy; MySQL and MariaDB commit at it without a word, so that what stands before it cannot be taken back when something after it fails.',
  instead: 'Put it into a migration of its own that runs outside of a transaction.',
  examples: [
    {
      dialects: ['postgres'],
      bad: 'BEGIN; ALTER TABLE users ADD COLUMN a int; VACUUM users; COMMIT;',
      good: 'VACUUM users;',
    },
    {
      dialects: ['postgres'],
      context: { transaction: 'file' },
      bad: "ALTER SYSTEM SET work_mem = '64MB';",
      good: "SET LOCAL work_mem = '64MB';",
    },
    {
      dialects: ['postgres'],
      before: "CREATE TYPE mood AS ENUM ('sad');",
      context: { transaction: 'file' },
      bad: "ALTER TYPE mood ADD VALUE 'glad' AFTER 'sad'; INSERT INTO people (name, mood) VALUES ('Ada', 'glad');",
      good: "ALTER TYPE mood ADD VALUE 'glad' AFTER 'sad'; INSERT INTO people (name, mood) VALUES ('Ada', 'sad');",
    },
    {
      dialects: ['mysql'],
      bad: 'START TRANSACTION; UPDATE users SET state = 1 WHERE state IS NULL; ALTER TABLE users ADD COLUMN a int; COMMIT;',
      good: 'UPDATE users SET state = 1 WHERE state IS NULL; ALTER TABLE users ADD COLUMN a int;',
    },
  ],
  check(statement, schema, context) {
    if (statement.inside !== undefined) return []
    return statement.dialect === 'mysql' ? commits(statement, schema, context) : refused(statement, schema, context)
  },
})

/** PostgreSQL: "cannot run inside a transaction block". Indexes built CONCURRENTLY have a rule of their own. */
const alone =
  /^(vacuum|create\s+database|drop\s+database|create\s+tablespace|drop\s+tablespace|alter\s+system|reindex\s+(\([^)]*\)\s*)?(database|system))\b|^alter\s+database\s+\S+\s+set\s+tablespace\b|^(create|drop|alter)\s+subscription\b|^cluster\s*(verbose)?\s*;?$/i

function* refused(statement: Statement, schema: Schema, context: FileContext): Iterable<Found> {
  if (schema.inTransaction !== true) return
  const words = alone.exec(statement.text)
  if (words !== null)
    yield {
      what: `\`${words[0].replaceAll(/\s+/g, ' ').toUpperCase()}\` cannot run inside a transaction.`,
      instead: rewrite('Put it into a migration of its own that the tool runs outside of a transaction:', [
        `${statement.text};`,
      ]),
    }
  if (statement.kind !== 'data' && statement.kind !== 'change-column' && statement.kind !== 'create-table') return
  for (const added of valuesAdded(context)) {
    if (added.offset >= statement.offset || isMadeHere(added, schema)) continue
    if (statement.text.includes(`'${added.value.replaceAll("'", "''")}'`))
      yield {
        what: `Uses '${added.value}' of ${shown(added.type)} in the transaction that adds it.`,
        why: 'A new value of an enum type cannot be used before the transaction that adds it has ended: PostgreSQL refuses it, and the whole migration fails.',
        instead: 'Add the value in one migration, and use it in the next one.',
      }
  }
}

type AddedValue = Extract<Statement, { kind: 'add-enum-value' }>

const added = new WeakMap<FileContext, readonly AddedValue[]>()

/** Looked for once a file: most have none, and some have a hundred thousand statements. */
function valuesAdded(context: FileContext): readonly AddedValue[] {
  const known = added.get(context) ?? context.statements.filter(one => one.kind === 'add-enum-value')
  added.set(context, known)
  return known
}

/** Values of a type that the same transaction creates can be used at once. */
function isMadeHere({ type, dialect }: AddedValue, schema: Schema): boolean {
  return schema.before.some(one => one.kind === 'create-type' && sameName(one.name, type, dialect))
}

/** MySQL 8.4, "15.3.3 Statements That Cause an Implicit Commit". */
function* commits(statement: Statement, schema: Schema, context: FileContext): Iterable<Found> {
  if (!definesSchema(statement) || schema.inTransaction !== true) return
  const before = schema.before
  const from = before.findLastIndex(one => one.kind === 'transaction' || definesSchema(one))
  const opens = before[from]
  // Without a BEGIN of the file's own, or after DDL that has committed it, no transaction is open any more.
  if (opens === undefined ? context.transaction !== 'file' : opens.kind !== 'transaction' || opens.verb !== 'begin')
    return
  const change = before
    .slice(from + 1)
    .find(one => one.kind === 'data' && one.change !== undefined && !schema.isNewTable(one.change.table))
  if (change === undefined) return
  yield {
    what: `Commits the transaction that has changed rows since line ${change.line}.`,
    instead:
      'Put the change of rows and the change of the table into two migrations: each then happens as a whole or not at all.',
  }
}

const notSchema = new Set<Statement['kind']>([
  'data',
  'transaction',
  'set',
  'change-scope',
  'other',
  'call',
  'unreadable',
  'maintenance',
])

function definesSchema(statement: Statement): boolean {
  if (notSchema.has(statement.kind)) return false
  return !((statement.kind === 'create-table' || statement.kind === 'drop-table') && statement.temporary)
}
