import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Statement } from '../../statement.ts'
import mysql from './index.ts'

/** The effects of one statement, without their place. */
function effects(sql: string): object[] {
  return mysql.parse(sql).map(statement => {
    const { dialect, text, offset, endOffset, line, atColumn, endLine, ...effect } = statement
    return effect
  })
}

const table = { name: 't' }

describe('ALTER TABLE', () => {
  test('MODIFY and CHANGE say the whole column again, CHANGE under a new name after the old one', () => {
    expect(effects('ALTER TABLE t MODIFY a varchar(300) NOT NULL FIRST, CHANGE b c int unsigned NULL AFTER a')).toEqual(
      [
        {
          kind: 'change-column',
          table,
          column: 'a',
          change: {
            set: 'definition',
            to: { name: 'a', type: { name: 'varchar', args: ['300'] }, notNull: true, position: 'first' },
          },
        },
        { kind: 'rename-column', table, column: 'b', to: 'c' },
        {
          kind: 'change-column',
          table,
          column: 'c',
          change: {
            set: 'definition',
            to: { name: 'c', type: { name: 'int', unsigned: true }, position: { after: 'a' } },
          },
        },
      ],
    )
  })

  test('keys, indexes and checks come with their names and columns', () => {
    const sql = `ALTER TABLE t ADD UNIQUE KEY u (a, b(10)), ADD FULLTEXT INDEX f (c), ADD CONSTRAINT k FOREIGN KEY (a)
      REFERENCES shop.o (id) ON DELETE SET NULL, ADD CHECK (a > 0 AND b < 5), ADD INDEX ((lower(c)))`
    expect(effects(sql)).toEqual([
      { kind: 'add-constraint', table, constraint: { type: 'unique', name: 'u', columns: ['a', 'b'] } },
      {
        kind: 'create-index',
        table,
        index: { name: 'f', columns: ['c'], method: 'fulltext' },
        concurrently: false,
        surely: true,
      },
      {
        kind: 'add-constraint',
        table,
        constraint: {
          type: 'foreign-key',
          name: 'k',
          columns: ['a'],
          references: { table: { schema: 'shop', name: 'o' }, columns: ['id'] },
        },
      },
      {
        kind: 'add-constraint',
        table,
        constraint: { type: 'check', columns: ['a', 'b'], expression: 'a > 0 AND b < 5' },
      },
      { kind: 'create-index', table, index: { columns: ['(lower(c))'] }, concurrently: false, surely: true },
    ])
  })

  test('what is dropped is told by its kind', () => {
    const sql =
      'ALTER TABLE t DROP PRIMARY KEY, DROP FOREIGN KEY k, DROP CHECK c, DROP CONSTRAINT IF EXISTS x, DROP INDEX i, DROP PARTITION p0, p1'
    expect(effects(sql)).toEqual([
      { kind: 'drop-constraint', table, type: 'primary-key' },
      { kind: 'drop-constraint', table, type: 'foreign-key', name: 'k' },
      { kind: 'drop-constraint', table, type: 'check', name: 'c' },
      { kind: 'drop-constraint', table, name: 'x', ifExists: true },
      { kind: 'drop-index', table, indexes: [{ name: 'i' }], concurrently: false },
      { kind: 'drop-partition', table, partitions: ['p0', 'p1'] },
    ])
  })

  test('settings may follow each other without commas', () => {
    const options = effects(
      'ALTER TABLE t ENGINE=InnoDB ROW_FORMAT=DYNAMIC COMMENT="a, DROP b", ALGORITHM=COPY, LOCK SHARED',
    )
    expect(options).toEqual([
      { kind: 'table-option', table, option: 'engine', to: 'innodb' },
      { kind: 'table-option', table, option: 'row-format', to: 'dynamic' },
      { kind: 'table-option', table, option: 'algorithm', to: 'copy' },
      { kind: 'table-option', table, option: 'lock', to: 'shared' },
      { kind: 'alter-other', table },
    ])
  })

  test('a new name of the table comes last, since everything else still means the old one', () => {
    expect(
      effects('ALTER TABLE t RENAME TO u, ADD a int').map(effect => ('kind' in effect ? effect.kind : '')),
    ).toEqual(['add-column', 'rename-table'])
  })

  const actions = [
    'ADD a int',
    "ADD COLUMN e enum('x,y', 'DROP COLUMN z') NOT NULL DEFAULT 'x,y'",
    'ADD (a int, b decimal(10, 2))',
    'ADD INDEX i (a, b)',
    'ADD CONSTRAINT c CHECK (a IN (1, 2))',
    'MODIFY a int COMMENT "x, DROP y"',
    'CHANGE a b int AFTER c',
    'ALTER a SET DEFAULT (concat("a", "b"))',
    'RENAME COLUMN a TO b',
    'RENAME INDEX a TO b',
    'DROP INDEX i',
    'DROP FOREIGN KEY f',
    'ENGINE = InnoDB',
    'ROW_FORMAT=DYNAMIC COMMENT "x"',
    'ORDER BY a ASC, b, c DESC',
    'DROP PARTITION p0, p1',
    'CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
    'ALGORITHM=INPLACE',
    'FORCE',
    'FROBNICATE a',
    'ADD',
    '',
  ]

  test('a column dropped anywhere in an ALTER is seen, whatever stands beside it', () => {
    const some = fc.array(fc.constantFrom(...actions), { maxLength: 5 })
    fc.assert(
      fc.property(
        some,
        some,
        fc.constantFrom('DROP COLUMN victim', 'DROP victim', 'drop `victim`'),
        (before, after, drop) => {
          const statements = mysql.parse(`ALTER TABLE t ${[...before, drop, ...after].join(', ')};`)
          expect(statements.some(isDropOrUnreadable)).toBe(true)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('an action that nobody knows is unreadable wherever it stands', () => {
    const some = fc.array(fc.constantFrom(...actions), { maxLength: 5 })
    fc.assert(
      fc.property(some, some, (before, after) => {
        const statements = mysql.parse(`ALTER TABLE t ${[...before, 'FROBNICATE x', ...after].join(', ')};`)
        expect(statements.some(statement => statement.kind === 'unreadable')).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

function isDropOrUnreadable(statement: Statement): boolean {
  return statement.kind === 'unreadable' || (statement.kind === 'drop-column' && statement.columns.includes('victim'))
}

describe('CREATE TABLE', () => {
  test('types are told by their usual names', () => {
    const types = mysql
      .parse(
        'CREATE TABLE t (a integer unsigned, b bool, c double precision, d national varchar(9), e serial, f numeric(8), g char(3) byte)',
      )
      .flatMap(statement => (statement.kind === 'create-table' ? (statement.columns ?? []) : []))
      .map(column => column.type)
    expect(types).toEqual([
      { name: 'int', unsigned: true },
      { name: 'tinyint', args: ['1'] },
      { name: 'double' },
      { name: 'varchar', args: ['9'] },
      { name: 'bigint', unsigned: true },
      { name: 'decimal', args: ['8'] },
      { name: 'binary', args: ['3'] },
    ])
  })

  test('defaults are told by what they give', () => {
    const defaults = mysql
      .parse(
        "CREATE TABLE t (a int DEFAULT -1, b text DEFAULT ('x'), c datetime DEFAULT CURRENT_TIMESTAMP ON UPDATE now(), d char(36) DEFAULT (uuid()), e int DEFAULT NULL, f int DEFAULT (a + 1))",
      )
      .flatMap(statement => (statement.kind === 'create-table' ? (statement.columns ?? []) : []))
      .map(column => column.default?.is)
    expect(defaults).toEqual(['constant', 'constant', 'stable', 'volatile', 'null', 'unknown'])
  })

  test('keys and checks of single columns stand among the constraints too', () => {
    const [made] = mysql.parse(
      'CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, u int REFERENCES users (id) ON DELETE CASCADE, m varchar(9) UNIQUE CHECK (m > 0), total int AS (u + 1) STORED, KEY k (m(3)))',
    )
    expect(made).toMatchObject({
      columns: [
        { name: 'id', numbered: 'auto', primaryKey: true },
        { name: 'u', references: { table: { name: 'users' }, columns: ['id'] } },
        { name: 'm', unique: true, check: 'm > 0' },
        { name: 'total', stored: true, expression: 'u + 1' },
      ],
      constraints: [{ type: 'primary-key' }, { type: 'foreign-key' }, { type: 'unique' }, { type: 'check' }],
      indexes: [{ name: 'k', columns: ['m'] }],
    })
  })
})

describe('rows', () => {
  test.each([
    ['UPDATE t SET a = 1', { verb: 'update', columns: ['a'], mayBeNull: [] }],
    [
      'UPDATE t SET a = NULL, b = c WHERE a IS NULL',
      { mayBeNull: ['a', 'b'], where: { text: 'a IS NULL', isNull: 'a' } },
    ],
    ['UPDATE t SET a = COALESCE(b, 0) WHERE 1 = 1', { mayBeNull: [], where: { text: '1 = 1', always: true } }],
    ['UPDATE t AS x JOIN o ON o.id = x.id SET x.a = 2', { columns: ['a'], limited: true }],
    ['UPDATE IGNORE t SET a = 1', { limited: true }],
    ['DELETE FROM t', { verb: 'delete' }],
    ['DELETE x FROM t AS x JOIN o ON o.id = x.id', { verb: 'delete', limited: true }],
    ['WITH c AS (SELECT 1) DELETE FROM t WHERE id = 1', { verb: 'delete', where: { text: 'id = 1' } }],
    ['INSERT INTO t (a, b) VALUES (1, NULL), (2, now())', { verb: 'insert', columns: ['a', 'b'], mayBeNull: ['b'] }],
  ])('%s', (sql, change) => {
    expect(effects(sql)).toMatchObject([{ kind: 'data', change: { table, ...change } }])
  })

  test.each([
    ['INSERT INTO n SELECT * FROM t', { from: table, to: { name: 'n' } }],
    ['INSERT INTO n (a, b) SELECT a, b FROM t', { from: table, to: { name: 'n' }, columns: ['a', 'b'] }],
    ['INSERT INTO n SELECT * FROM t WHERE a', undefined],
    ['INSERT INTO n SELECT max(a) FROM t', undefined],
    ['INSERT IGNORE INTO n SELECT * FROM t', undefined],
    ['INSERT INTO n SELECT DISTINCT * FROM t', undefined],
    ['INSERT INTO n SELECT t.* FROM t JOIN o ON o.id = t.id', undefined],
  ])('%s copies all or is not said to', (sql, copies) => {
    expect((effects(sql)[0] as { copies?: object }).copies).toEqual(copies)
  })
})

describe('views', () => {
  test('name what they read', () => {
    const sql = `CREATE OR REPLACE VIEW v AS WITH c AS (SELECT 1 AS one) SELECT u.id, o.\`total\`, EXTRACT(YEAR FROM o.made) FROM users u
      LEFT JOIN shop.orders AS o ON o.user_id = u.id, c WHERE EXISTS (SELECT * FROM logs)`
    expect(effects(sql)).toMatchObject([
      {
        kind: 'create-view',
        replaces: true,
        reads: [{ name: 'users' }, { schema: 'shop', name: 'orders' }, { name: 'logs' }],
      },
    ])
    expect((effects(sql)[0] as { columns: string[] }).columns).toEqual(
      expect.arrayContaining(['id', 'total', 'made', 'user_id', '*']),
    )
  })

  test('count(*) takes no columns', () => {
    expect(effects('CREATE VIEW v AS SELECT count(*) AS n, a * 2 FROM t')).toMatchObject([{ columns: ['a'] }])
  })
})

describe('what runs by way of something else', () => {
  test('SET STATEMENT … FOR runs what stands behind it', () => {
    expect(effects('SET STATEMENT max_statement_time = 1 FOR ALTER TABLE t DROP a')).toMatchObject([
      { kind: 'drop-column' },
    ])
  })

  test('an event is told even when it changes rows only', () => {
    expect(effects('CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t')).toMatchObject([
      { kind: 'other-ddl' },
      { kind: 'data', inside: 'event e' },
    ])
  })

  test('a password is not read', () => {
    expect(JSON.stringify(effects("SET PASSWORD FOR 'a'@'%' = PASSWORD('secret')"))).not.toContain('secret')
  })
})
