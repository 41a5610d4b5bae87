import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { costsOf, dropsOf, type Migrations, replayed, replayedOn } from '../support/replayed.ts'
import { type ScratchForTest, startScratch } from '../support/scratch.ts'

const base = [
  `CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE users (id int PRIMARY KEY, email text, mood mood, name varchar(20));
CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id));
CREATE VIEW addresses AS SELECT email FROM users;
CREATE INDEX users_name ON users (name);`,
]

const engines = ['postgres-local', 'pglite'] as const

describe.each(engines)('on %s', id => {
  let scratch: ScratchForTest
  const replayed = (migrations: Migrations) => replayedOn(scratch, migrations)
  beforeAll(async () => {
    scratch = await startScratch({ flavour: 'postgres', engine: id, forTools: false })
  })
  beforeEach(async () => {
    await scratch.database.execute('DROP SCHEMA public CASCADE')
    await scratch.database.execute('CREATE SCHEMA public')
  })
  afterAll(() => scratch.stop())

  test('what is dropped is named, asked for or taken along', async () => {
    const { observations } = await replayed({
      base,
      up: [
        'ALTER TABLE users DROP COLUMN email CASCADE;',
        '-- gone\nDROP TYPE mood CASCADE;',
        "DO $$ BEGIN\n  EXECUTE 'DROP TABLE ' || 'orders';\nEND $$;",
        'ALTER TABLE users RENAME TO people;\nALTER TABLE people RENAME COLUMN name TO title;\nALTER TABLE people DROP COLUMN title;\nDROP TABLE people;',
        'CREATE TABLE passing (id int, extra int);\nALTER TABLE passing DROP COLUMN extra;\nDROP TABLE passing;',
      ],
    })
    expect(observations.map(dropsOf)).toEqual([
      ['column public.users.email at 1', 'view public.addresses by CASCADE of table column public.users.email at 1'],
      ['column public.users.mood by CASCADE of type public.mood at 2'],
      ['table public.orders at 1'],
      ['column public.users.name at 3', 'table public.users at 4'],
      [],
    ])
  })

  test('a rewrite is seen with its reason, and its absence as well', async () => {
    const { observations } = await replayed({
      base,
      up: [
        'ALTER TABLE users ALTER COLUMN id TYPE bigint;\nALTER TABLE users ADD COLUMN at timestamptz DEFAULT now();',
        'ALTER TABLE users ADD COLUMN key uuid DEFAULT gen_random_uuid();\nALTER TABLE users ALTER COLUMN name TYPE varchar(200);',
        'ALTER TABLE orders SET UNLOGGED;',
      ],
    })
    expect(observations.map(costsOf)).toEqual([
      ['1: rewrite public.users the type of a column changes'],
      ['1: rewrite public.users a new column gets a value computed for every row'],
      ['1: rewrite public.orders it becomes LOGGED or UNLOGGED'],
    ])
  })

  test('a way back that leaves something out is seen, and one that restores passes', async () => {
    const { roundtrips } = await replayed({
      base,
      up: [
        'CREATE TABLE pets (id int);',
        'ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT 1;\nDROP INDEX users_name;',
      ],
      down: 'ALTER TABLE users DROP COLUMN age;',
    })
    expect(roundtrips).toEqual([
      { path: 'new1.sql', outcome: 'no-down' },
      { path: 'new2.sql', outcome: 'differs', differs: ['index public.users_name is missing'] },
    ])
    expect(await scratch.database.query("SELECT 1 FROM pg_namespace WHERE nspname = 'ship_guard_scratch'")).toEqual([])
  })
})

describe('on a real server', () => {
  const engine = { flavour: 'postgres', engine: 'postgres-local' } as const

  test('the strongest lock on each table is seen, in one transaction and statement by statement', async () => {
    const up = 'ALTER TABLE users ADD COLUMN age int;\nCREATE INDEX ON orders (user_id);'
    const whole = await replayed(engine, { base, up })
    expect(whole.observations[0]?.locks).toEqual(
      expect.arrayContaining([
        { table: 'public.users', mode: 'AccessExclusiveLock' },
        { table: 'public.orders', mode: 'ShareLock' },
      ]),
    )
    const single = await replayed(engine, {
      base,
      transaction: 'none',
      up: `${up}\nCREATE INDEX CONCURRENTLY ON users (email);`,
    })
    expect(single.observations[0]?.failed).toBeUndefined()
    expect(single.observations[0]?.locks.map(({ table, mode, at }) => `${at?.line} ${table} ${mode}`)).toEqual(
      expect.arrayContaining(['1 public.users AccessExclusiveLock', '2 public.orders ShareLock']),
    )
  })

  test('a migration that fails is told with the server’s words and the line', async () => {
    const { observations, roundtrips } = await replayed(engine, {
      base,
      up: ['SELECT 1;\n\nALTER TABLE users\n  DROP COLUMN nothing;', 'SELECT 2;'],
    })
    expect(observations).toMatchObject([
      {
        failed: {
          message: 'column "nothing" of relation "users" does not exist',
          code: '42703',
          because: 'statement',
          at: { line: 3 },
        },
      },
    ])
    expect(roundtrips).toEqual([])
  })

  test('a migration that misses rows fails because of the data', async () => {
    const { observations } = await replayed(engine, { base, up: 'INSERT INTO orders VALUES (1, 1);' })
    expect(observations[0]?.failed).toMatchObject({ because: 'data' })
  })

  test('rows of a dump, psql’s own commands and roles from elsewhere are no trouble', async () => {
    const dump = `\\restrict x\nCOPY public.users (id, email) FROM stdin;\n1\ta;b\n2\t\\N\n\\.\n\nGRANT SELECT ON users TO reporting;\n`
    const { observations } = await replayed(engine, { base, up: [dump, 'SELECT 1 / (count(*) - 1) FROM users;'] })
    expect(observations.map(({ failed, notes }) => ({ failed, notes }))).toEqual([
      { failed: undefined, notes: ['Line 1 was not run: it is a command of psql, not of the server.'] },
      { failed: undefined, notes: [] },
    ])
  })

  test('what is on the branch already and does not run says nothing about what is new', async () => {
    await expect(replayed(engine, { base: ['CREATE TABLE a (id nonsense);'], up: 'SELECT 1;' })).rejects.toThrow(
      /^base1\.sql:1, which is on the branch already, does not run on PostgreSQL 15/,
    )
  })

  test('a server that dies midway is no answer', async () => {
    const up = 'SELECT pg_terminate_backend(pg_backend_pid());'
    await expect(replayed(engine, { base, up })).rejects.toThrow(/died while migrations ran on it/)
  })
})
