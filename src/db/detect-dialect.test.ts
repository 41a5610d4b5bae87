import { describe, expect, test } from 'vitest'
import { globMatcher } from '../core/glob.ts'
import { evidenceGlobs, guessDialect } from './detect-dialect.ts'

const isEvidence = globMatcher(evidenceGlobs)

describe('a file of the migration tool settles it', () => {
  test.each([
    ['prisma/migrations/migration_lock.toml', '# comment\nprovider = "mysql"\n', 'mysql'],
    [
      'prisma/schema.prisma',
      'generator c { provider = "prisma-client-js" }\ndatasource db {\n provider = "postgresql"\n}',
      'postgres',
    ],
    ['drizzle.config.ts', "export default { dialect: 'sqlite', out: './drizzle' }", 'sqlite'],
    ['knexfile.js', "module.exports = { client: 'better-sqlite3' }", 'sqlite'],
    ['supabase/config.toml', 'project_id = "x"', 'postgres'],
    ['sqlc.yaml', 'sql:\n  - engine: mysql', 'mysql'],
  ])('%s', (path, text, dialect) => {
    expect(isEvidence(path)).toBe(true)
    expect(guessDialect([{ path, text }], [])).toMatchObject({ dialects: [dialect], because: path })
  })
})

describe('other files say which dialect is tried first', () => {
  test.each([
    ['.env.example', 'APP=1\nDATABASE_URL=mysql://u:p@h/db\n# DATABASE_URL=postgres://', 'mysql'],
    ['.env.dist', 'DB_CONNECTION=pgsql', 'postgres'],
    ['docker-compose.dev.yml', 'services:\n  db:\n    image: mariadb:11\n', 'mysql'],
    ['compose.yaml', 'services:\n  db:\n    image: "postgis/postgis:16"\n', 'postgres'],
    ['config/database.php', "'default' => env('DB_CONNECTION', 'sqlite'),\n'mysql' => [", 'sqlite'],
    ['config/database.yml', 'default:\n  adapter: postgresql', 'postgres'],
    ['go.mod', 'require github.com/go-sql-driver/mysql v1', 'mysql'],
    ['package.json', '{"dependencies":{"pg":"8"}}', 'postgres'],
  ])('%s', (path, text, dialect) => {
    expect(isEvidence(path)).toBe(true)
    const guess = guessDialect([{ path, text }], [])
    expect(guess.because).toBe(path)
    expect(guess.dialects[0]).toBe(dialect)
    expect(new Set(guess.dialects)).toEqual(new Set(['postgres', 'mysql', 'sqlite']))
  })
})

test('a file that names two databases says nothing, and the next one is asked', () => {
  const both = { path: 'compose.yml', text: 'image: mysql:8\nimage: postgres:16\n' }
  const lock = { path: 'package.json', text: '{"dependencies":{"mysql2":"3"}}' }
  expect(guessDialect([both], []).because).toBeUndefined()
  expect(guessDialect([both, lock], []).because).toBe('package.json')
})

test.each([
  ['CREATE TABLE a (id int AUTO_INCREMENT) ENGINE=InnoDB', 'mysql'],
  ["CREATE TABLE a (id bigserial, b jsonb DEFAULT '{}'::jsonb)", 'postgres'],
  ['CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)', 'sqlite'],
])('without any such file the syntax gives a hint: %s', (sql, dialect) => {
  expect(guessDialect([], [sql])).toMatchObject({
    dialects: [dialect, expect.any(String), expect.any(String)],
    because: undefined,
  })
})

test('what has run before outweighs what the new migration looks like', () => {
  const guess = guessDialect([], ['CREATE TABLE b (id bigserial)'], ['CREATE TABLE a (id int AUTO_INCREMENT)'])
  expect(guess).toMatchObject({
    dialects: ['mysql', expect.any(String), expect.any(String)],
    because: 'the SQL itself',
  })
})

test.each([
  ['DB_CONNECTION=mariadb\n', 'mariadb'],
  ['DB_CONNECTION=mysql\n', undefined],
  ['DB_CONNECTION=pgsql\n', 'postgres'],
])('%j says the server %s', (text, flavour) => {
  expect(guessDialect([{ path: '.env.example', text }], []).flavour).toBe(flavour)
})
