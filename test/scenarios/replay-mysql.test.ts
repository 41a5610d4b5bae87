import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { costsOf, dropsOf, type Migrations, replayedOn } from '../support/replayed.ts'
import { type ScratchForTest, startScratch } from '../support/scratch.ts'

const base = [
  `CREATE TABLE users (id int PRIMARY KEY, email varchar(20), mood enum('sad', 'happy'), name varchar(20));
CREATE TABLE orders (id int PRIMARY KEY, user_id int, CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id));
CREATE TABLE notes (id int PRIMARY KEY, text text, user_id int);`,
]

let scratch: ScratchForTest
const replayed = (migrations: Migrations) => replayedOn(scratch, { transaction: 'none', ...migrations })
beforeAll(async () => {
  scratch = await startScratch({ flavour: 'mariadb', engine: 'mariadb-local', forTools: false })
})
beforeEach(async () => {
  await scratch.database.execute('DROP DATABASE scratch')
  await scratch.database.execute('CREATE DATABASE scratch CHARACTER SET utf8mb4')
  await scratch.database.execute('USE scratch')
})
afterAll(() => scratch.stop())

test('what is dropped is named as it was called before the file, also from a procedure', async () => {
  const { observations } = await replayed({
    base,
    up: [
      'ALTER TABLE users DROP COLUMN email, ADD COLUMN age int;',
      'DELIMITER //\nCREATE PROCEDURE tidy() BEGIN DROP TABLE notes; END//\nCALL tidy()//\nDELIMITER ;',
      'RENAME TABLE users TO people;\nALTER TABLE people CHANGE name title varchar(20);\nALTER TABLE people DROP COLUMN title;',
      'CREATE TABLE passing (id int, extra int);\nALTER TABLE passing DROP COLUMN extra;\nDROP TABLE passing;',
      'DROP TABLE orders, people;\nCREATE TABLE orders (id int);',
    ],
  })
  expect(observations.map(({ failed }) => failed)).toEqual([undefined, undefined, undefined, undefined, undefined])
  expect(observations.map(dropsOf)).toEqual([
    ['column users.email at 1'],
    ['table notes at 3'],
    ['column users.name at 3'],
    [],
    ['table orders at 1', 'table people at 1'],
  ])
})

test('the server says what an ALTER costs', async () => {
  const { observations } = await replayed({
    base,
    up: [
      `ALTER TABLE users ADD COLUMN age int;
ALTER TABLE users MODIFY mood enum('sad', 'happy', 'calm');
ALTER TABLE users MODIFY mood enum('happy', 'sad', 'calm');
ALTER TABLE users MODIFY email varchar(200);
ALTER TABLE orders MODIFY id bigint;
CREATE INDEX users_email ON users (email);
ALTER TABLE notes ADD FULLTEXT INDEX notes_text (text);
ALTER TABLE notes ADD CONSTRAINT notes_user FOREIGN KEY (user_id) REFERENCES users (id);
ALTER TABLE orders DROP FOREIGN KEY orders_user;
CREATE TABLE fresh (id int);
ALTER TABLE fresh MODIFY id bigint;`,
    ],
  })
  expect(observations[0]?.failed).toBeUndefined()
  expect(observations.flatMap(costsOf)).toEqual([
    '1: instant users none',
    '2: instant users none',
    '3: copy users shared',
    '4: instant users none',
    '5: copy orders shared',
    '6: nocopy users none',
    '7: inplace notes shared',
    '8: copy notes shared',
    '9: instant orders none',
  ])
})

test('a way back that leaves something out is seen', async () => {
  const { roundtrips } = await replayed({
    base,
    up: ['CREATE TABLE pets (id int);\nALTER TABLE users ADD COLUMN age int, ADD INDEX users_name (name);'],
    down: 'DROP TABLE pets;\nALTER TABLE users DROP COLUMN age;',
  })
  expect(roundtrips).toEqual([
    { path: 'new1.sql', outcome: 'differs', differs: ['index users.users_name is left over'] },
  ])
})

test('a way back that restores passes, and nothing of ours is left', async () => {
  const { roundtrips } = await replayed({
    base,
    up: ['ALTER TABLE users ADD COLUMN age int, ADD INDEX users_name (name);'],
    down: 'ALTER TABLE users DROP INDEX users_name, DROP COLUMN age;',
  })
  expect(roundtrips).toEqual([{ path: 'new1.sql', outcome: 'restored' }])
  const left = await scratch.database.query("SHOW DATABASES LIKE 'ship%'")
  expect(left).toEqual([])
})

test('a migration that fails is told with the server’s words and the line', async () => {
  const { observations } = await replayed({ base, up: '-- first\nSELECT 1;\nALTER TABLE users DROP COLUMN nothing;' })
  expect(observations[0]?.failed).toMatchObject({
    code: 'ER_CANT_DROP_FIELD_OR_KEY',
    because: 'statement',
    at: { line: 3 },
  })
})

test('a server that dies midway is no answer', async () => {
  await expect(replayed({ base, up: 'KILL CONNECTION_ID();' })).rejects.toThrow(/died while migrations ran on it/)
  await scratch.stop()
  scratch = await startScratch({ flavour: 'mariadb', engine: 'mariadb-local', forTools: false })
})
