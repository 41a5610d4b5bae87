import { expect, test } from 'vitest'
import sqlite from './index.ts'

test('columns are told with all that SQLite knows of them', () => {
  const [made] = sqlite.parse(
    "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x' COLLATE NOCASE, b UNSIGNED BIG INT, c, key text DEFAULT CURRENT_TIMESTAMP, o REFERENCES p (id), v AS (a || b), CHECK (a > 1))",
  )
  expect(made).toMatchObject({
    kind: 'create-table',
    columns: [
      { name: 'id', type: { name: 'integer' }, primaryKey: true, numbered: 'auto' },
      {
        name: 'a',
        type: { name: 'varchar', args: ['20'] },
        notNull: true,
        default: { is: 'constant' },
        collation: 'nocase',
      },
      { name: 'b', type: { name: 'unsigned big int' } },
      { name: 'c' },
      { name: 'key', default: { is: 'stable' } },
      { name: 'o', references: { table: { name: 'p' }, columns: ['id'] } },
      { name: 'v', virtual: true, expression: 'a || b' },
    ],
    constraints: [
      { type: 'primary-key' },
      { type: 'foreign-key' },
      { type: 'check', columns: ['a'], expression: 'a > 1' },
    ],
  })
})

test.each([
  ['INSERT INTO n SELECT * FROM t', true],
  ['INSERT OR IGNORE INTO n SELECT * FROM t', false],
  ['INSERT INTO n SELECT count(*) FROM t', false],
  ['INSERT INTO n SELECT * FROM t LIMIT 5', false],
])('%s: copies the whole table is %s', (sql, whole) => {
  const [statement] = sqlite.parse(sql)
  expect(statement?.kind === 'data' && statement.copies !== undefined).toBe(whole)
})

test('an index tells its table, its columns and which rows it holds', () => {
  expect(sqlite.parse('CREATE UNIQUE INDEX IF NOT EXISTS main.i ON t (a DESC, lower(b)) WHERE a > 1')).toMatchObject([
    {
      kind: 'create-index',
      table: { schema: 'main', name: 't' },
      index: { name: 'i', columns: ['a', '(lower(b))'], unique: true, where: 'a > 1' },
      surely: false,
    },
  ])
})
