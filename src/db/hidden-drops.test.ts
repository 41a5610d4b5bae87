// Drops that look like the drop of something that the migration made itself.
import { expect, test } from 'vitest'
import { lint } from './lint.ts'
import type { DialectId } from './statement.ts'

const made = 'CREATE TABLE a (id bigint PRIMARY KEY, x text); CREATE TABLE p (id int);'

/** Codes of what stops the last of these files. */
async function stopsOf(dialect: DialectId, ...texts: string[]): Promise<(string | undefined)[]> {
  const files = [made, ...texts].map((text, at) => ({ path: `${at}.sql`, text, isNew: at === texts.length }))
  const { findings } = await lint({ files, dialects: [dialect] })
  return findings.filter(one => one.severity === 'error').map(one => one.code ?? one.rule)
}

const schema = 'CREATE SCHEMA bin;'

test.each([
  ['a table that moved into a new schema', `${schema} ALTER TABLE a SET SCHEMA bin; DROP TABLE bin.a;`, 'DS102'],
  ['a column of it', `${schema} ALTER TABLE a SET SCHEMA bin; ALTER TABLE bin.a DROP COLUMN x;`, 'DS103'],
  ['the new schema with it', `${schema} ALTER TABLE a SET SCHEMA bin; DROP SCHEMA bin CASCADE;`, 'DS101'],
  [
    'the new schema that it moved into by a DO block',
    `${schema} DO $$ BEGIN ALTER TABLE a SET SCHEMA bin; END $$; DROP SCHEMA bin CASCADE;`,
    'DS101',
  ],
  [
    'a schema under the name of a new one',
    `${schema} ALTER SCHEMA bin RENAME TO b2; ALTER SCHEMA app RENAME TO bin; DROP SCHEMA bin CASCADE;`,
    'DS101',
  ],
  ['a new schema with a type', `${schema} ALTER TYPE mood SET SCHEMA bin; DROP SCHEMA bin CASCADE;`, 'DS101'],
  [
    'a new table that an old one became a partition of',
    'CREATE TABLE n (id bigint) PARTITION BY RANGE (id); ALTER TABLE n ATTACH PARTITION a DEFAULT; DROP TABLE n;',
    'DS102',
  ],
  [
    'a new table that an old one inherits from',
    'CREATE TABLE n (id bigint); ALTER TABLE a INHERIT n; DROP TABLE n CASCADE;',
    'DS102',
  ],
])('PostgreSQL: %s is not new', async (_, sql, code) => {
  expect(await stopsOf('postgres', sql)).toEqual([code])
})

test('PostgreSQL: a new table whose partitions are new is new', async () => {
  const sql = 'CREATE TABLE n (id int) PARTITION BY RANGE (id); CREATE TABLE n1 (id int);'
  expect(await stopsOf('postgres', `${sql} ALTER TABLE n ATTACH PARTITION n1 DEFAULT; DROP TABLE n;`)).toEqual([])
  expect(await stopsOf('postgres', 'CREATE SCHEMA s; CREATE TABLE s.t (id int); DROP SCHEMA s CASCADE;')).toEqual([])
})

test('MySQL: a new table that changed places with a partition holds its rows', async () => {
  const sql = 'CREATE TABLE n LIKE a; ALTER TABLE p EXCHANGE PARTITION p0 WITH TABLE n; DROP TABLE n;'
  expect(await stopsOf('mysql', sql)).toEqual(['DS102'])
})

test('MySQL: a table that moved into a new database is lost with it', async () => {
  const sql = 'CREATE DATABASE bin; RENAME TABLE a TO bin.a; DROP DATABASE bin;'
  expect(await stopsOf('mysql', sql)).toEqual(['DS101'])
})

const tidy = 'CREATE FUNCTION tidy() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DROP TABLE a; RETURN 1; END $$;'

test.each([
  ['a function that calls it', 'CREATE FUNCTION g() RETURNS int LANGUAGE sql AS $$ SELECT tidy() $$; SELECT g();'],
  ['a condition of a block', 'DO $$ BEGIN IF tidy() = 1 THEN NULL; END IF; END $$;'],
  ['a message of a block', "DO $$ BEGIN RAISE NOTICE '%', tidy(); END $$;"],
  ['the first value of a variable', 'DO $$ DECLARE n int := tidy(); BEGIN NULL; END $$;'],
  ['a default', 'ALTER TABLE p ADD COLUMN q int DEFAULT tidy();'],
  ['a check', 'ALTER TABLE p ADD CHECK (tidy() = 1);'],
  ['a change of type', 'ALTER TABLE p ALTER COLUMN id TYPE bigint USING tidy();'],
  ['an index', 'CREATE INDEX ON p ((id + tidy()));'],
  ['a table made from a query', 'CREATE TABLE q AS SELECT tidy();'],
  ['a view that is kept', 'CREATE MATERIALIZED VIEW m AS SELECT tidy();'],
  ['a trigger', 'CREATE TRIGGER t AFTER INSERT ON p EXECUTE FUNCTION tidy();'],
  ['a query, though the file makes it anew afterwards', `SELECT tidy(); ${tidy.replace('DROP TABLE a', 'NULL')}`],
])('PostgreSQL: a function of an earlier migration drops by way of %s', async (_, sql) => {
  expect(await stopsOf('postgres', tidy, sql)).toEqual(['DS102'])
})

test('PostgreSQL: a function that calls itself is read once, and one that is only made runs nothing', async () => {
  const walk = 'CREATE FUNCTION walk(n int) RETURNS int LANGUAGE sql AS $$ SELECT walk(n - 1) $$; SELECT walk(3);'
  expect(await stopsOf('postgres', walk)).toEqual([])
  expect(await stopsOf('postgres', tidy)).toEqual([])
})

const anew = 'CREATE TABLE n (id integer, x text);'
const takesPlace = 'DROP TABLE a; ALTER TABLE n RENAME TO a;'

test.each([
  ['every row is copied', `${anew} INSERT INTO n (id, x) SELECT id, upper(x) FROM a; ${takesPlace}`, []],
  [
    'takes its place by name, with the rows in order',
    'ALTER TABLE a RENAME TO old; CREATE TABLE IF NOT EXISTS a (id integer, x text); INSERT INTO a (id, x) SELECT id, x FROM old ORDER BY id; DROP TABLE IF EXISTS old;',
    [],
  ],
  [
    'only the first rows are copied',
    `${anew} INSERT INTO n (id, x) SELECT id, x FROM a ORDER BY id LIMIT 5; ${takesPlace}`,
    ['DS102'],
  ],
  [
    'it may have been there',
    'CREATE TABLE IF NOT EXISTS n (id integer, x text); INSERT INTO n SELECT * FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a;',
    ['DS102'],
  ],
  ['the copies are deleted again', `${anew} INSERT INTO n SELECT * FROM a; DELETE FROM n; ${takesPlace}`, ['DS102']],
  [
    'a column is filled with nothing',
    `${anew} INSERT INTO n (id, x) SELECT id, NULL AS x FROM a; ${takesPlace}`,
    ['DS103'],
  ],
])('SQLite: a table is made anew and %s', async (_, sql, codes) => {
  expect(await stopsOf('sqlite', sql)).toEqual(codes)
})

test.each([
  ["SELECT dblink_exec('dbname=x', 'DROP TABLE a');", ['unreadable-statement']],
  ["DO $$ BEGIN PERFORM dblink_exec('dbname=x', 'DROP TABLE a'); END $$;", ['unreadable-statement']],
  ["SELECT query_to_xml('drop table a', true, true, '');", ['unreadable-statement']],
  ["SELECT cron.schedule('x', '0 0 * * *', 'TRUNCATE a');", ['unreadable-statement']],
  ["COPY a TO PROGRAM 'psql -c x';", ['unreadable-statement']],
  ["INSERT INTO a SELECT * FROM dblink('dbname=x', 'SELECT id, x FROM a') AS t (id int, x text);", []],
  ["SELECT cron.schedule('x', '0 0 * * *', 'VACUUM');", []],
])('PostgreSQL: what a text runs elsewhere: %s', async (sql, codes) => {
  expect(await stopsOf('postgres', sql)).toEqual(codes)
})
