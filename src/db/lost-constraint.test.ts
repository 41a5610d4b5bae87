import { expect, test } from 'vitest'
import { lint } from './lint.ts'
import type { DialectId } from './statement.ts'

const before = `CREATE TABLE users (id int PRIMARY KEY);
  CREATE TABLE posts (id int, user_id int NOT NULL, words int,
    CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id), CONSTRAINT posts_words CHECK (words > 0));`

async function lost(sql: string, dialect: DialectId = 'postgres', base = before): Promise<string[]> {
  const files = [
    { path: '1.sql', text: base, isNew: false },
    { path: '2.sql', text: sql, isNew: true },
  ]
  const { findings } = await lint({ files, dialects: [dialect] })
  return findings.flatMap(({ code }) => (code?.startsWith('CD') ? [code] : []))
}

test('tells what a constraint is from the migration that made it, whatever its name', async () => {
  expect(await lost('ALTER TABLE posts DROP CONSTRAINT posts_user;')).toEqual(['CD101'])
  expect(await lost('ALTER TABLE posts DROP CONSTRAINT posts_words;')).toEqual(['CD102'])
})

test('says nothing about a key that goes with its column', async () => {
  expect(await lost('ALTER TABLE posts DROP CONSTRAINT posts_user, DROP COLUMN user_id;')).toEqual([])
  expect(await lost('ALTER TABLE posts DROP FOREIGN KEY posts_user, DROP COLUMN user_id;', 'mysql')).toEqual([])
})

test('says nothing about a key that comes back in the same file with another ON DELETE', async () => {
  const again = 'ADD CONSTRAINT posts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE'
  expect(await lost(`ALTER TABLE posts DROP FOREIGN KEY posts_user; ALTER TABLE posts ${again};`, 'mysql')).toEqual([])
})

test('says nothing about a CHECK that stood for NOT NULL until the column says it', async () => {
  const base = `${before} ALTER TABLE posts ADD CONSTRAINT posts_words_not_null CHECK (words IS NOT NULL);`
  const drop = 'ALTER TABLE posts DROP CONSTRAINT posts_words_not_null;'
  expect(await lost(`ALTER TABLE posts ALTER COLUMN words SET NOT NULL; ${drop}`, 'postgres', base)).toEqual([])
  expect(await lost(drop, 'postgres', base)).toEqual(['CD102'])
})

test('says nothing about a constraint whose kind nobody can tell', async () => {
  expect(await lost('ALTER TABLE elsewhere DROP CONSTRAINT something;')).toEqual([])
})

test('sees what SQLite leaves out when it builds a table anew', async () => {
  const rebuild = (columns: string) =>
    `CREATE TABLE n (${columns}); INSERT INTO n SELECT id, user_id, words FROM posts; DROP TABLE posts; ALTER TABLE n RENAME TO posts;`
  expect(await lost(rebuild('id int, user_id int NOT NULL, words int'), 'sqlite')).toEqual(['CD102', 'CD101'])
  const kept = 'id int, user_id int NOT NULL REFERENCES users (id), words int CHECK (words > 1)'
  expect(await lost(rebuild(kept), 'sqlite')).toEqual([])
})
