import { expect, test } from 'vitest'
import { dropsOf, replayed } from '../support/replayed.ts'

const engine = { flavour: 'sqlite' } as const
const base = [
  `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);
CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);`,
]

test('what is dropped is named, and a rebuild loses only what it does not copy', async () => {
  const { observations } = await replayed(engine, {
    base,
    up: [
      'ALTER TABLE users RENAME COLUMN name TO title;\nALTER TABLE users DROP COLUMN title;',
      `CREATE TABLE new_users (id INTEGER PRIMARY KEY, age INTEGER);
INSERT INTO new_users (id) SELECT id FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;`,
      'DROP TABLE notes;\nCREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);',
    ],
  })
  expect(observations.map(({ failed }) => failed)).toEqual([undefined, undefined, undefined])
  expect(observations.map(dropsOf)).toEqual([
    ['column users.name at 2'],
    ['column users.email at 3'],
    ['table notes at 1'],
  ])
})

test('a rebuild that keeps everything loses nothing', async () => {
  const { observations } = await replayed(engine, {
    base,
    up: `CREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT NOT NULL DEFAULT '', name TEXT);
INSERT INTO new_users SELECT * FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;`,
  })
  expect(observations.flatMap(dropsOf)).toEqual([])
})

test('a way back is compared, down and up again', async () => {
  const whole = await replayed(engine, {
    base,
    up: 'CREATE TABLE pets (id INTEGER, owner INTEGER REFERENCES users (id));\nCREATE INDEX pets_owner ON pets (owner);',
    down: 'DROP TABLE pets;',
  })
  expect(whole.roundtrips).toEqual([{ path: 'new1.sql', outcome: 'restored' }])
  const half = await replayed(engine, {
    base,
    up: 'ALTER TABLE users ADD COLUMN age INTEGER;\nCREATE INDEX users_name ON users (name);',
    down: 'DROP INDEX users_name;',
  })
  expect(half.roundtrips).toEqual([
    { path: 'new1.sql', outcome: 'differs', differs: ['column users.age is left over'] },
  ])
})

test('a migration that fails is told with the line', async () => {
  const { observations } = await replayed(engine, { base, up: 'SELECT 1;\nALTER TABLE users DROP COLUMN nothing;' })
  expect(observations[0]?.failed).toMatchObject({ message: expect.stringContaining('nothing'), at: { line: 2 } })
})

test('a function that only the application has is no fault of the migration', async () => {
  await expect(replayed(engine, { base, up: 'UPDATE users SET name = slug(name);' })).rejects.toThrow(/cannot run it/)
})
