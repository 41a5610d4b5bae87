import { beforeAll, describe, expect, test } from 'vitest'
import { FileMoment, FileSchema } from './file-schema.ts'
import { History } from './history.ts'
import { dialectOf } from './lint.ts'
import type { DialectId } from './statement.ts'
import { Timelines } from './timeline.ts'

beforeAll(() => dialectOf('postgres').load?.())

interface Asked {
  readonly dialect?: DialectId
  readonly earlier?: readonly string[]
  readonly certain?: boolean
  readonly transaction?: 'file' | 'none' | 'unknown'
}

/** The schema at the last statement of a file. */
function atEnd(
  sql: string,
  { dialect = 'postgres', earlier = [], certain = true, transaction = 'unknown' }: Asked = {},
) {
  const history = new History(
    dialectOf(dialect),
    [...earlier, sql].map(text => ({ text })),
  )
  const moment = new FileMoment(new Timelines(history), earlier.length, transaction)
  moment.at = moment.statements.length - 1
  return new FileSchema(moment, certain)
}

const users =
  'CREATE TABLE users (id serial PRIMARY KEY, email text UNIQUE, age int CHECK (age > 0), boss int REFERENCES users);'

describe('a table', () => {
  test('has the columns, constraints and indexes that earlier migrations gave it', () => {
    const schema = atEnd('SELECT 1;', {
      earlier: [users, 'ALTER TABLE users ADD COLUMN nick text, DROP COLUMN age; CREATE INDEX ON users (nick);'],
    })
    const facts = schema.table({ name: 'users' })!
    expect(facts.columns?.map(column => column.name)).toEqual(['id', 'email', 'boss', 'nick'])
    expect(facts.constraints.map(one => one.name)).toEqual(['users_pkey', 'users_email_key', 'users_boss_fkey'])
    expect(facts.indexes.map(one => one.name)).toEqual(['users_pkey', 'users_email_key', 'users_nick_idx'])
  })

  test('is the same with and without the schema that holds it by default', () => {
    const schema = atEnd('SELECT 1;', {
      earlier: ['CREATE TABLE public.users (id int);', 'ALTER TABLE users ADD a int;'],
    })
    expect(schema.columns({ name: 'users' })?.length).toBe(2)
    expect(schema.columns({ schema: 'public', name: 'users' })?.length).toBe(2)
    expect(schema.columns({ schema: 'audit', name: 'users' })).toBeUndefined()
  })

  test('keeps everything under a new name, also when two swap theirs', () => {
    const earlier = [
      'CREATE TABLE a (one int); CREATE TABLE b (two int);',
      'ALTER TABLE a RENAME TO tmp; ALTER TABLE b RENAME TO a; ALTER TABLE tmp RENAME TO b;',
    ]
    const schema = atEnd('SELECT 1;', { earlier })
    expect(schema.columns({ name: 'a' })?.map(column => column.name)).toEqual(['two'])
    expect(schema.columns({ name: 'b' })?.map(column => column.name)).toEqual(['one'])
    expect(schema.table({ name: 'tmp' })).toBeUndefined()
  })

  test('that is dropped is gone, by itself or with its schema', () => {
    const earlier = [
      'CREATE TABLE a (x int); CREATE SCHEMA s; CREATE TABLE s.b (y int);',
      'DROP TABLE a; DROP SCHEMA s CASCADE;',
    ]
    const schema = atEnd('SELECT 1;', { earlier })
    expect(schema.table({ name: 'a' })).toBeUndefined()
    expect(schema.table({ schema: 's', name: 'b' })).toBeUndefined()
  })

  test('that no migration makes has no facts, but the columns that one added', () => {
    const schema = atEnd('SELECT 1;', { earlier: ['ALTER TABLE old ADD COLUMN a int NOT NULL DEFAULT 1;'] })
    expect(schema.table({ name: 'old' })).toBeUndefined()
    expect(schema.columns({ name: 'old' })).toBeUndefined()
    expect(schema.column({ name: 'old' }, 'a')?.notNull).toBe(true)
  })

  test('that is temporary ends with its migration', () => {
    const schema = atEnd('SELECT 1;', { earlier: ['CREATE TEMP TABLE t (a int);'] })
    expect(schema.table({ name: 't' })).toBeUndefined()
  })

  test('changes its columns', () => {
    const earlier = [
      users,
      'ALTER TABLE users ALTER email SET NOT NULL, ALTER age TYPE bigint, ALTER age SET DEFAULT 1; ALTER TABLE users RENAME age TO years;',
    ]
    const schema = atEnd('SELECT 1;', { earlier })
    expect(schema.column({ name: 'users' }, 'email')?.notNull).toBe(true)
    expect(schema.column({ name: 'users' }, 'years')).toMatchObject({
      type: { name: 'bigint' },
      default: { text: '1' },
    })
    expect(schema.column({ name: 'users' }, 'age')).toBeUndefined()
  })

  test('is new when this file makes it, and not when an earlier file of the same push does', () => {
    expect(atEnd('CREATE TABLE t (a int); DROP TABLE t;').isNewTable({ name: 't' })).toBe(true)
    expect(atEnd('DROP TABLE t;', { earlier: ['CREATE TABLE t (a int);'] }).isNewTable({ name: 't' })).toBe(false)
  })

  test('made with IF NOT EXISTS is new for those who only tell, unless an earlier migration makes it', () => {
    const sql = 'CREATE TABLE IF NOT EXISTS t (a int); SELECT 1;'
    expect(atEnd(sql).isNewTable({ name: 't' })).toBe(false)
    expect(atEnd(sql, { certain: false }).isNewTable({ name: 't' })).toBe(true)
    expect(atEnd(sql, { certain: false, earlier: ['CREATE TABLE t (a int);'] }).isNewTable({ name: 't' })).toBe(false)
  })

  test('that takes its name in a condition is new to nobody', () => {
    const sql =
      'CREATE TABLE n (a int); DO $$ BEGIN IF x() THEN ALTER TABLE n RENAME TO t; END IF; END $$; DROP TABLE t;'
    expect(atEnd(sql, { certain: false }).isNewTable({ name: 't' })).toBe(false)
  })
})

describe('an index or constraint by its name', () => {
  test('is found on its table, also under the name that PostgreSQL gave it and after the table was renamed', () => {
    const earlier = [users, 'CREATE INDEX by_age ON users (age);', 'ALTER TABLE users RENAME TO people;']
    const schema = atEnd('SELECT 1;', { earlier })
    expect(schema.index({ name: 'by_age' })).toMatchObject({ table: { name: 'people' }, index: { columns: ['age'] } })
    expect(schema.index({ name: 'users_email_key' })).toMatchObject({ table: { name: 'people' }, isNew: false })
    expect(schema.constraint({ name: 'people' }, 'users_boss_fkey')).toMatchObject({ type: 'foreign-key' })
  })

  test('is gone after DROP INDEX, and new when this file made it', () => {
    const earlier = [users, 'CREATE INDEX by_age ON users (age);', 'DROP INDEX by_age;']
    const schema = atEnd('CREATE INDEX fresh ON users (email); SELECT 1;', { earlier })
    expect(schema.index({ name: 'by_age' })).toBeUndefined()
    expect(schema.table({ name: 'users' })?.indexes.map(one => one.name)).not.toContain('by_age')
    expect(schema.index({ name: 'fresh' })?.isNew).toBe(true)
  })

  test('MySQL: on the table that the statement names', () => {
    const earlier = ['CREATE TABLE a (x int, y int, UNIQUE (x), KEY y (y)); CREATE TABLE b (y int, KEY y (y));']
    const schema = atEnd('SELECT 1;', { dialect: 'mysql', earlier })
    expect(schema.index({ name: 'y' }, { name: 'b' })?.table).toEqual({ name: 'b' })
    expect(schema.index({ name: 'x' }, { name: 'a' })?.index.unique).toBe(true)
    const dropped = atEnd('SELECT 1;', { dialect: 'mysql', earlier: [...earlier, 'DROP INDEX x ON a;'] })
    expect(dropped.table({ name: 'a' })?.constraints).toEqual([])
  })

  test('a constraint is gone with its name or its column', () => {
    const earlier = [users, 'ALTER TABLE users DROP CONSTRAINT users_age_check; ALTER TABLE users DROP COLUMN boss;']
    const facts = atEnd('SELECT 1;', { earlier }).table({ name: 'users' })!
    expect(facts.constraints.map(one => one.name)).toEqual(['users_pkey', 'users_email_key'])
  })

  test('NOT VALID ends with VALIDATE', () => {
    const earlier = [users, 'ALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL) NOT VALID;']
    const before = atEnd('SELECT 1;', { earlier })
    expect(before.constraint({ name: 'users' }, 'c')?.notValid).toBe(true)
    expect(before.isFilled({ name: 'users' }, 'email')).toBe(false)
    const after = atEnd('ALTER TABLE users VALIDATE CONSTRAINT c; SELECT 1;', { earlier })
    expect(after.constraint({ name: 'users' }, 'c')?.notValid).toBeUndefined()
    expect(after.isFilled({ name: 'users' }, 'email')).toBe(true)
  })
})

describe('a backfill', () => {
  const ask = (sql: string) =>
    atEnd(`${sql} ALTER TABLE t ALTER c SET NOT NULL;`, { earlier: ['CREATE TABLE t (c int, d int);'] })
  const filled = (sql: string) => ask(sql).isFilled({ name: 't' }, 'c')

  test.each([
    'UPDATE t SET c = 1;',
    'UPDATE t SET c = 1 WHERE c IS NULL;',
    'UPDATE t SET c = 1 WHERE true;',
    'UPDATE t SET c = 1; ALTER TABLE t ADD COLUMN e int;',
    'UPDATE t SET c = 1; INSERT INTO t (c, d) VALUES (1, NULL);',
    'ALTER TABLE t DROP COLUMN c; ALTER TABLE t ADD COLUMN c int DEFAULT 0;',
    'UPDATE public.t SET c = 1 WHERE c IS NULL;',
  ])('covers every row: %s', sql => {
    expect(filled(sql)).toBe(true)
  })

  test.each([
    'UPDATE t SET d = 1;',
    'UPDATE t SET c = 1 WHERE d = 2;',
    'UPDATE t SET c = 1 WHERE d IS NULL;',
    'UPDATE t SET c = NULL;',
    'UPDATE t SET c = 1; UPDATE t SET c = NULL WHERE d = 1;',
    'UPDATE t SET c = 1; INSERT INTO t (d) VALUES (1);',
    'UPDATE t SET c = 1; INSERT INTO t (c) VALUES (NULL);',
    'UPDATE t SET c = 1; ALTER TABLE t DROP COLUMN c; ALTER TABLE t ADD COLUMN c int;',
    'BEGIN; UPDATE t SET c = 1; ROLLBACK;',
    'DO $$ BEGIN IF x() THEN UPDATE t SET c = 1; END IF; END $$;',
    'UPDATE other SET c = 1;',
  ])('does not: %s', sql => {
    expect(filled(sql)).toBe(false)
  })
})

describe('views and types', () => {
  const view = 'CREATE VIEW v AS SELECT email FROM users;'

  test('a view reads what its query names, until it is dropped or replaced', () => {
    const readers = (...earlier: string[]) => atEnd('SELECT 1;', { earlier: [users, ...earlier] })
    expect(readers(view).readers({ name: 'users' }, 'email')).toEqual([{ name: 'v' }])
    expect(readers(view).readers({ name: 'users' }, 'age')).toEqual([])
    expect(readers(view).readers({ name: 'users' })).toEqual([{ name: 'v' }])
    expect(readers(view, 'DROP VIEW v;').readers({ name: 'users' })).toEqual([])
    expect(readers(view, 'CREATE OR REPLACE VIEW v AS SELECT 1;').readers({ name: 'users' })).toEqual([])
  })

  test('an enum grows and renames its members', () => {
    const earlier = [
      "CREATE TYPE mood AS ENUM ('a', 'b');",
      "ALTER TYPE mood ADD VALUE 'c'; ALTER TYPE mood RENAME VALUE 'a' TO 'z';",
    ]
    expect(atEnd('SELECT 1;', { earlier }).enumMembers({ name: 'mood' })).toEqual(['z', 'b', 'c'])
  })
})

describe('a transaction', () => {
  test.each<[string, 'file' | 'none' | 'unknown', boolean | undefined]>([
    ['SELECT 1;', 'file', true],
    ['SELECT 1;', 'none', false],
    ['SELECT 1;', 'unknown', undefined],
    ['BEGIN; SELECT 1;', 'unknown', true],
    ['BEGIN; SELECT 1; COMMIT; SELECT 2;', 'none', false],
    ['START TRANSACTION; SELECT 1;', 'none', true],
    ['BEGIN; SAVEPOINT a; ROLLBACK TO a; SELECT 1;', 'none', true],
    ['COMMIT; SELECT 1;', 'file', false],
  ])('%s in a file run as `%s`: %s', (sql, transaction, expected) => {
    expect(atEnd(sql, { transaction }).inTransaction).toBe(expected)
  })
})

describe('a table that takes the place of another', () => {
  test.each<[DialectId, string]>([
    ['sqlite', 'CREATE TABLE n (id int); INSERT INTO n SELECT id FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;'],
    ['mysql', 'CREATE TABLE n (id int); INSERT INTO n SELECT * FROM t; RENAME TABLE t TO old, n TO t; DROP TABLE old;'],
    [
      'postgres',
      'ALTER TABLE t RENAME TO old; CREATE TABLE t (id int); INSERT INTO t SELECT id FROM old; DROP TABLE old;',
    ],
  ])('%s: %s', (dialect, sql) => {
    const history = new History(dialectOf(dialect), [{ text: 'CREATE TABLE t (id int);' }, { text: sql }])
    const moment = new FileMoment(new Timelines(history), 1, 'unknown')
    moment.at = moment.statements.findIndex(statement => statement.kind === 'drop-table')
    const drop = moment.statements[moment.at]!
    if (drop.kind !== 'drop-table') throw new Error('no drop')
    const successor = new FileSchema(moment, true).successor(drop, drop.tables[0]!)
    expect(successor?.columns?.map(column => column.name)).toEqual(['id'])
  })

  test.each([
    'CREATE TABLE n (id int); INSERT INTO n SELECT id FROM t WHERE id > 1; DROP TABLE t; ALTER TABLE n RENAME TO t;',
    'CREATE TABLE n (id int); DROP TABLE t; INSERT INTO n SELECT id FROM t; ALTER TABLE n RENAME TO t;',
    'CREATE TABLE n (id int); INSERT INTO n SELECT id FROM t; DROP TABLE t; ALTER TABLE other RENAME TO t;',
    'INSERT INTO n SELECT id FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;',
  ])('does not: %s', sql => {
    const history = new History(dialectOf('sqlite'), [{ text: sql }])
    const moment = new FileMoment(new Timelines(history), 0, 'unknown')
    moment.at = moment.statements.findIndex(statement => statement.kind === 'drop-table')
    expect(new FileSchema(moment, true).successor(moment.statements[moment.at]!, { name: 't' })).toBeUndefined()
  })
})
