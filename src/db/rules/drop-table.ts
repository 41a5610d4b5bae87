import { keepTable, rewrite } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type Name, shown } from '../statement.ts'

export default defineRule({
  id: 'drop-table',
  title: 'Dropping a table',
  code: 'DS102',
  alsoKnownAs: ['squawk: ban-drop-table'],
  severity: 'error',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'Its rows are lost for good: rolling the deploy back does not bring them back, and the release that still runs reads it until it stops.',
  instead:
    'Release code that no longer uses the table, rename it (for example to old_orders), keep a dump, and drop it in a later release.',
  examples: [
    {
      bad: 'DROP TABLE orders;',
      good: 'CREATE TABLE orders (id int);',
    },
    {
      bad: 'DROP TABLE orders; CREATE TABLE orders (id int);',
      good: 'CREATE TABLE scratch (id int); DROP TABLE scratch;',
    },
    {
      dialects: ['postgres', 'mysql'],
      bad: 'DROP TABLE IF EXISTS shop.orders, shop.lines CASCADE;',
      good: 'CREATE TABLE scratch (id int); CREATE TABLE other (id int); DROP TABLE scratch, other;',
    },
    {
      dialects: ['postgres'],
      bad: 'DROP TABLE shop.orders; DROP SCHEMA audit;',
      good: 'CREATE TABLE shop.scratch (id int); DROP TABLE shop.scratch;',
      also: ['drop-schema'],
    },
    {
      dialects: ['postgres'],
      bad: "DO $$ BEGIN EXECUTE 'DROP TABLE orders'; END $$;",
      good: "DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD COLUMN note text'; END $$;",
    },
    {
      dialects: ['mysql'],
      bad: "SET @s = 'DROP TABLE orders'; PREPARE p FROM @s; EXECUTE p;",
      good: 'DROP TEMPORARY TABLE IF EXISTS numbers;',
    },
    {
      dialects: ['sqlite'],
      bad: 'CREATE TABLE new_t (id int); INSERT INTO new_t SELECT id FROM t WHERE id > 5; DROP TABLE t; ALTER TABLE new_t RENAME TO t;',
      good: 'CREATE TABLE new_t (id int); INSERT INTO new_t SELECT id FROM t; DROP TABLE t; ALTER TABLE new_t RENAME TO t;',
      before: 'CREATE TABLE t (id integer);',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'drop-table' || statement.temporary) return
    const tables = statement.tables.filter(
      table =>
        !schema.isNewTable(table) && schema.successor(statement, table) === undefined && !goesAnyway(table, schema),
    )
    if (tables.length === 0) return
    yield {
      what: `Drops ${tables.length === 1 ? 'table' : 'tables'} ${tables.map(shown).join(', ')}.`,
      instead: rewrite(
        'Release code that no longer uses it. In this release only keep its rows, and drop it in a later one:',
        tables.map(table => keepTable(table, statement.dialect)),
      ),
    }
  },
})

/** A later statement drops its whole schema, and is stopped for that. */
function goesAnyway(table: Name, schema: Schema): boolean {
  if (table.schema === undefined || schema.isNewSchema(table.schema)) return false
  return schema.after.some(
    later => later.kind === 'drop-schema' && later.inside === undefined && later.names.includes(table.schema!),
  )
}
