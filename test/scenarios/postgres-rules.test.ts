// What the rules claim about PostgreSQL, and the rewrites that they print, tried on a real server.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import postgres from '../../src/db/dialects/postgres/index.ts'
import { lint } from '../../src/db/lint.ts'
import type { ColumnType } from '../../src/db/statement.ts'
import { rewrites } from '../../src/db/type-change.ts'
import { type ScratchForTest, startScratch } from '../support/scratch.ts'

let scratch: ScratchForTest

beforeAll(async () => {
  scratch = await startScratch({ flavour: 'postgres', engine: 'postgres-local', forTools: false })
  await postgres.load?.()
}, 60_000)

afterAll(() => scratch.stop())

const setup = `
CREATE TABLE users (id integer NOT NULL, tenant integer NOT NULL, name varchar(50), email text, code text, price numeric(8,2));
INSERT INTO users SELECT n, n % 3, 'name ' || n, n || '@example.com', 'c', n FROM generate_series(1, 500) n;
CREATE INDEX users_email_idx ON users (email);
CREATE TABLE orders (id integer PRIMARY KEY, user_id integer, price integer);
INSERT INTO orders SELECT n, n, n FROM generate_series(1, 500) n;
ALTER TABLE users ADD CONSTRAINT users_id_key UNIQUE (id);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE DOMAIN positive AS int;
CREATE TABLE moods (m mood, p positive);`

/** Runs a script as a tool without transactions does: one statement after the other. */
async function execute(sql: string): Promise<void> {
  for (const text of new Set(postgres.parse(sql).map(({ offset, endOffset }) => sql.slice(offset, endOffset))))
    await scratch.database.execute(text)
}

async function fresh(more = ''): Promise<void> {
  await execute('DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public; RESET ALL;')
  await execute(setup + more)
}

async function fileOf(table: string): Promise<unknown> {
  const [row] = await scratch.database.query('SELECT pg_relation_filenode($1::regclass) AS file', [table])
  return row?.file
}

/** The strongest lock that the statement holds on a table until its transaction ends. */
async function locksOf(sql: string, table: string): Promise<unknown[]> {
  await scratch.database.execute('BEGIN')
  try {
    await execute(sql)
    const rows = await scratch.database.query(
      'SELECT DISTINCT mode FROM pg_locks WHERE relation = $1::regclass AND pid = pg_backend_pid()',
      [table],
    )
    return rows.map(row => row.mode)
  } finally {
    await scratch.database.execute('ROLLBACK')
  }
}

async function adviceFor(
  rule: string,
  bad: string,
  more = '',
  transaction: 'file' | 'unknown' = 'unknown',
): Promise<string> {
  const running = { transaction, down: 'not-expected' as const }
  const { findings } = await lint({
    files: [
      { path: '1.sql', text: setup + more, isNew: false },
      { path: '2.sql', text: bad, isNew: true, running },
    ],
    dialects: ['postgres'],
  })
  const found = findings.find(finding => finding.rule === rule)
  expect(found, `${rule} among ${findings.map(finding => finding.rule).join(', ')}`).toBeDefined()
  const [, ...lines] = found!.instead.split('\n')
  const end = lines.indexOf('')
  return lines.slice(0, end === -1 ? lines.length : end).join('\n')
}

describe('the rewrite that is printed runs, without writing the table again', () => {
  test.each<[rule: string, bad: string, more?: string]>([
    [
      'create-index-without-concurrently',
      'CREATE INDEX i ON users (lower(email), name DESC) INCLUDE (price) WHERE price > 1;',
    ],
    [
      'create-index-without-concurrently',
      "DO $$ BEGIN EXECUTE 'CREATE UNIQUE INDEX i ON users (id, lower(email)) WHERE price > 1'; END $$;",
    ],
    ['drop-index-without-concurrently', 'DROP INDEX IF EXISTS users_email_idx, other_idx;'],
    ['concurrently-in-transaction', 'CREATE INDEX CONCURRENTLY i ON users (name);'],
    ['add-primary-key', 'ALTER TABLE users ADD PRIMARY KEY (id);'],
    ['add-primary-key', 'ALTER TABLE users ADD CONSTRAINT "The Key" PRIMARY KEY (id, tenant);'],
    ['add-unique-constraint', 'ALTER TABLE users ADD UNIQUE (email);'],
    [
      'redefine-primary-key',
      'ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (tenant, id);',
      'ALTER TABLE users ADD PRIMARY KEY (id);',
    ],
    ['add-primary-key-over-nullable-columns', 'ALTER TABLE users ADD PRIMARY KEY (email);'],
    ['change-column-type', 'ALTER TABLE users ALTER COLUMN id TYPE bigint;'],
    ['change-column-type', 'ALTER TABLE users ALTER COLUMN name TYPE integer USING length(name);'],
    ['add-column-with-volatile-default', 'ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();'],
    ['set-not-null', 'ALTER TABLE users ALTER COLUMN name SET NOT NULL;'],
    ['add-check-without-not-valid', 'ALTER TABLE orders ADD CONSTRAINT paid CHECK (price > 0 AND price < 1000);'],
    ['add-check-without-not-valid', 'ALTER TABLE orders ADD CHECK (price > 0);'],
    ['add-check-without-not-valid', 'ALTER TABLE orders ADD COLUMN total int DEFAULT 5 CHECK (total > 0);'],
    [
      'add-foreign-key-without-not-valid',
      'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE DEFERRABLE;',
    ],
    ['add-foreign-key-without-not-valid', 'ALTER TABLE orders ADD COLUMN owner int DEFAULT 1 REFERENCES users (id);'],
    [
      'add-foreign-key-without-not-valid',
      'ALTER TABLE ONLY public."orders" ADD COLUMN a int, ADD CONSTRAINT "The (Key)" FOREIGN KEY (user_id) REFERENCES users (id) ON UPDATE CASCADE, ALTER price SET DEFAULT 1;',
    ],
    ['create-trigger', 'CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();'],
    [
      'add-stored-generated-column',
      'ALTER TABLE users ADD COLUMN twice numeric GENERATED ALWAYS AS (price * 2) STORED;',
    ],
    ['add-identity-column', 'ALTER TABLE users ADD COLUMN nr bigint GENERATED ALWAYS AS IDENTITY;'],
    ['add-identity-column', 'ALTER TABLE users ADD COLUMN "The Nr" bigserial;'],
    ['set-replica-identity', 'ALTER TABLE orders REPLICA IDENTITY FULL;'],
    ['disable-autovacuum', 'ALTER TABLE orders SET (autovacuum_enabled = false);'],
    ['reindex-without-concurrently', 'REINDEX INDEX users_email_idx;'],
    ['reindex-without-concurrently', 'REINDEX (VERBOSE) TABLE orders;'],
    ['alter-domain-add-constraint', 'ALTER DOMAIN positive ADD CHECK (VALUE > 0);'],
    ['rename-enum-value', "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';"],
    ['json-column', "ALTER TABLE users ADD COLUMN settings json NOT NULL DEFAULT '{}';"],
    [
      'change-type-of-checked-column',
      'ALTER TABLE users ALTER COLUMN name TYPE varchar(80);',
      "ALTER TABLE users ADD CONSTRAINT named CHECK (name <> '');",
    ],
    ['truncate-cascade', 'TRUNCATE orders CASCADE;'],
  ])('%s: `%s`', async (rule, bad, more = '') => {
    await fresh(more)
    const before = await fileOf('users')
    const advice = await adviceFor(rule, bad, more, rule === 'concurrently-in-transaction' ? 'file' : 'unknown')
    await execute(advice)
    expect(await fileOf('users')).toBe(before)
  })

  test('a partitioned table gets its index partition by partition, and a partition leaves it', async () => {
    const parts = `CREATE TABLE events (at date, kind text) PARTITION BY RANGE (at);
CREATE TABLE the_partition PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');`
    await fresh(parts)
    await execute(
      await adviceFor('create-index-on-partitioned-table', 'CREATE INDEX ON events (kind, lower(kind));', parts),
    )
    const [valid] = await scratch.database.query(
      "SELECT bool_and(indisvalid) AS all FROM pg_index WHERE indrelid = 'events'::regclass",
    )
    expect(valid).toEqual({ all: true })
    await expect(scratch.database.execute('CREATE INDEX CONCURRENTLY i ON events (at)')).rejects.toThrow('concurrently')
    await execute(
      await adviceFor(
        'detach-partition-without-concurrently',
        'ALTER TABLE events DETACH PARTITION the_partition;',
        parts,
      ),
    )
  })
})

describe('the lock that a rule speaks of', () => {
  test.each<[sql: string, table: string, lock: string]>([
    ['CREATE INDEX i ON users (name)', 'users', 'ShareLock'],
    ['DROP INDEX users_email_idx', 'users', 'AccessExclusiveLock'],
    ['ALTER TABLE users ADD PRIMARY KEY (id)', 'users', 'AccessExclusiveLock'],
    ['ALTER TABLE users ADD UNIQUE (email)', 'users', 'AccessExclusiveLock'],
    ['ALTER TABLE users ADD EXCLUDE USING btree (id WITH =)', 'users', 'AccessExclusiveLock'],
    ['ALTER TABLE users ALTER name SET NOT NULL', 'users', 'AccessExclusiveLock'],
    ['ALTER TABLE users ADD CHECK (id > 0)', 'users', 'AccessExclusiveLock'],
    ['ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id)', 'users', 'ShareRowExclusiveLock'],
    ['ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id)', 'orders', 'ShareRowExclusiveLock'],
    ['CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()', 'users', 'ShareRowExclusiveLock'],
    ['CLUSTER users USING users_id_key', 'users', 'AccessExclusiveLock'],
    ['REINDEX TABLE users', 'users', 'ShareLock'],
    ['ALTER DOMAIN positive ADD CHECK (VALUE > 0)', 'moods', 'ShareLock'],
  ])('`%s` on %s is %s', async (sql, table, lock) => {
    await fresh()
    expect(await locksOf(sql, table)).toContain(lock)
  })
})

describe('the table is written again', () => {
  test.each([
    ['ALTER TABLE users ADD COLUMN a uuid DEFAULT gen_random_uuid()', true],
    ['ALTER TABLE users ADD COLUMN a timestamptz DEFAULT clock_timestamp()', true],
    ['ALTER TABLE users ADD COLUMN a timestamptz DEFAULT now()', false],
    ["ALTER TABLE users ADD COLUMN a text NOT NULL DEFAULT 'x'", false],
    ['ALTER TABLE users ADD COLUMN a int GENERATED ALWAYS AS (id * 2) STORED', true],
    ['ALTER TABLE users ADD COLUMN a bigserial', true],
    ['ALTER TABLE users ADD COLUMN a int GENERATED ALWAYS AS IDENTITY', true],
    ['ALTER TABLE users SET UNLOGGED', true],
    ['ALTER TABLE users ADD COLUMN a int DEFAULT 1 CHECK (a > 0)', false],
    ['VACUUM FULL users', true],
    ['CLUSTER users USING users_id_key', true],
  ])('`%s`: %s', async (sql, isRewritten) => {
    await fresh()
    const before = await fileOf('users')
    await execute(sql)
    expect((await fileOf('users')) !== before).toBe(isRewritten)
  })
})

describe('a change of type', () => {
  const types =
    `smallint;integer;bigint;numeric(8,2);numeric(10,2);numeric(10,3);numeric;varchar(20);varchar(50);varchar;text;char(9);timestamp(3);timestamp;
timestamptz;timestamptz(3);timestamptz(6);varbit(4);varbit(9);varbit;cidr;inet;integer[];bigint[];interval(3);interval(6);interval;interval day;time(3);time`.split(
      /;\n?/,
    )
  const typeIn = (definition: string): ColumnType => {
    const [made] = postgres.parse(`CREATE TABLE t (a ${definition})`)
    return (made?.kind === 'create-table' ? made.columns?.[0]?.type : undefined)!
  }

  test.each(types)('from %s: rewrites exactly where we say so', async from => {
    // With UTC as its zone the server need not write a timestamp again to make it a timestamptz. Few sessions have it.
    await scratch.database.execute("SET timezone = 'Europe/Berlin'")
    const wrong: string[] = []
    for (const to of types) {
      await scratch.database.execute('DROP TABLE IF EXISTS t')
      await scratch.database.execute(`CREATE TABLE t (a ${from}); INSERT INTO t VALUES (NULL)`)
      const before = await fileOf('t')
      try {
        await scratch.database.execute(`ALTER TABLE t ALTER a TYPE ${to}`)
      } catch {
        continue
      }
      const real = (await fileOf('t')) === before ? 'no' : 'yes'
      const said = rewrites(typeIn(from), typeIn(to))
      if (said !== real) wrong.push(`${from} -> ${to}: the server says ${real}, we say ${said}`)
    }
    expect(wrong).toEqual([])
  })
})

test('functions are as changeable as the server says', async () => {
  const functions = await scratch.database.query(
    "SELECT proname AS name, string_agg(DISTINCT provolatile::text, '') AS kinds FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^[a-z_0-9]+$' GROUP BY 1",
  )
  const wrong = functions.flatMap(({ name, kinds }) => {
    const [made] = postgres.parse(`CREATE TABLE t (a text DEFAULT "${name}"())`)
    const said = made?.kind === 'create-table' ? made.columns?.[0]?.default?.is : undefined
    const isVolatile = String(kinds).includes('v')
    const fits =
      said === 'unknown' ||
      (said === 'volatile' ? isVolatile : !isVolatile && (said === 'stable' || String(kinds) !== 's'))
    return fits ? [] : [`${name}: the server says ${kinds}, we say ${said}`]
  })
  expect(functions.length).toBeGreaterThan(1000)
  expect(wrong).toEqual([])
})

test('CONCURRENTLY is refused in a transaction, and a name is cut to 63 bytes', async () => {
  await fresh()
  for (const sql of [
    'CREATE INDEX CONCURRENTLY i ON users (name)',
    'DROP INDEX CONCURRENTLY users_email_idx',
    'REINDEX TABLE CONCURRENTLY users',
  ])
    await expect(locksOf(sql, 'users')).rejects.toThrow('cannot run inside a transaction block')
  await scratch.database.execute(`CREATE TABLE "${'é'.repeat(40)}" (a int)`)
  const [row] = await scratch.database.query("SELECT relname FROM pg_class WHERE relname LIKE 'éé%'")
  expect(row).toEqual({ relname: 'é'.repeat(31) })
})

test('NOT NULL takes the word of a CHECK, and a foreign key on a new empty column is not looked up', async () => {
  await fresh('ALTER TABLE users ADD CONSTRAINT named CHECK (name IS NOT NULL);')
  const seen = async (table: string) => {
    await scratch.database.query('SELECT pg_stat_force_next_flush()')
    const [row] = await scratch.database.query('SELECT coalesce(pg_stat_get_numscans($1::regclass), 0)::int AS scans', [
      table,
    ])
    return row?.scans
  }
  const before = await seen('users')
  await execute('ALTER TABLE users ALTER COLUMN name SET NOT NULL;')
  expect(await seen('users')).toBe(before)
  const lookups = await seen('orders')
  await execute('ALTER TABLE orders ADD COLUMN owner int REFERENCES users (id);')
  expect(await seen('orders')).toBe(lookups)
})
