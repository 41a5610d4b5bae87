import { describe, expect, test } from 'vitest'
import { type FakeTreeFacts, fakeTree, gateContext } from '../../../test/support/fake-tree.ts'
import type { Change, Tree } from '../../core/tree.ts'
import db from './index.ts'

// What running them adds is asked on real servers (test/scenarios/db-replay.test.ts).
async function judged(facts: FakeTreeFacts, options: object = { dialect: 'postgres' }) {
  await using tree = fakeTree(facts)
  return await db.check(gateContext(db, tree, { replay: 'off', ...options }))
}

async function said(facts: FakeTreeFacts, options?: object): Promise<string[]> {
  const findings = await judged(facts, options)
  return findings.map(({ severity, code, rule, at }) => `${severity} ${code ?? rule} ${at?.file ?? '-'}`)
}

const users = { 'migrations/1.sql': 'CREATE TABLE users (id int, email text);' }
const drop = 'ALTER TABLE users DROP COLUMN email;'

describe('which migrations are judged', () => {
  test('nothing to say where there are none, and none about what the branch already has', async () => {
    expect(await said({ files: { 'a.txt': 'x' } })).toEqual([])
    const old = { 'migrations/1.sql': drop }
    expect(await said({ base: old, files: { ...old, 'src/app.js': 'x' } })).toEqual([])
  })

  test('those that are new, by content', async () => {
    expect(await said({ base: users, files: { ...users, 'migrations/2.sql': drop } })).toEqual([
      'error DS103 migrations/2.sql',
    ])
  })

  test('all of them when the branch has nothing yet: a long history hides no drop', async () => {
    expect(await said({ files: { ...users, 'migrations/2.sql': drop } })).toEqual(['error DS103 migrations/2.sql'])
  })

  test('not the way down', async () => {
    const files = {
      ...users,
      'migrations/2.down.sql': drop,
      'migrations/3.sql': `-- migrate:up\nSELECT 1;\n-- migrate:down\n${drop}`,
    }
    expect(await said({ base: users, files })).toEqual([])
  })

  test('where the config says they are', async () => {
    const files = { 'schema/2.sql': drop, 'migrations/2.sql': drop }
    expect(await said({ base: {}, files }, { dialect: 'mariadb', migrations: ['schema/*.sql'] })).toEqual([
      'error DS103 schema/2.sql',
    ])
  })
})

test('where the project itself says they are', async () => {
  const base = {
    'package.json': '{ "dependencies": { "knex": "3.1.0", "pg": "8.11.0" } }',
    'knexfile.js': "module.exports = { client: 'pg', migrations: { directory: './db/changes' } }",
    'db/changes/1_a.js':
      "exports.up = knex => knex.schema.createTable('users', t => { t.increments(); t.string('email') })",
  }
  const drop = "exports.up = knex => knex.schema.alterTable('users', t => { t.dropColumn('email') })"
  expect(await said({ base, files: { ...base, 'db/changes/2_b.js': drop } }, {})).toEqual([
    'error DS103 db/changes/2_b.js',
  ])
})

describe('a migration that the branch already has', () => {
  test('edited is an error, and its new content is judged', async () => {
    expect(await said({ base: users, files: { 'migrations/1.sql': drop } })).toEqual([
      'error edited-migration migrations/1.sql',
      'error DS103 migrations/1.sql',
    ])
  })

  test('edited in its comments is a warning, and is not judged again', async () => {
    const files = { 'migrations/1.sql': `-- better said\n${drop}` }
    expect(await said({ base: { 'migrations/1.sql': drop }, files })).toEqual([
      'warning edited-migration migrations/1.sql',
    ])
  })

  test('edited on the way down only is no edit', async () => {
    const both = (down: string) => ({ 'migrations/1.sql': `-- migrate:up\nSELECT 1;\n-- migrate:down\n${down}` })
    expect(await said({ base: both('SELECT 2;'), files: both('SELECT 3; SELECT 4;') })).toEqual([])
  })

  test('edited with an allowance in the file is recorded', async () => {
    const files = { 'migrations/1.sql': '-- ship-guard:allow edited-migration never released\nSELECT 1;' }
    expect(await said({ base: users, files })).toEqual(['info edited-migration migrations/1.sql'])
  })

  test('that Flyway runs again anyway may be edited', async () => {
    const base = { 'sql/R__view.sql': 'CREATE VIEW a AS SELECT 1;' }
    expect(await said({ base, files: { 'sql/R__view.sql': 'CREATE VIEW a AS SELECT 2;' } })).toEqual([])
    expect(await said({ base, files: { 'sql/R__view.sql': 'DROP TABLE a;' } })).toEqual(['error DS102 sql/R__view.sql'])
  })

  test('deleted is a warning, unless it only ran on the way down', async () => {
    const base = { ...users, 'migrations/2.down.sql': drop }
    expect(await said({ base, files: {} })).toEqual(['warning deleted-migration migrations/1.sql'])
  })

  test('renumbered is a warning; renamed and edited is an edit; moved here from elsewhere is new', async () => {
    const renamed = (from: string, text: string) => renamedTree(from, 'migrations/9.sql', text)
    expect(await said1(renamed('migrations/1.sql', users['migrations/1.sql']))).toEqual([
      'warning renumbered-migration',
    ])
    expect(await said1(renamed('migrations/1.sql', drop))).toEqual(['error edited-migration', 'error drop-column'])
    expect(await said1(renamed('drafts/1.sql', drop))).toEqual(['error drop-column'])
  })
})

test('a migration that is moved out of its folder is gone', async () => {
  expect(await said1(renamedTree('migrations/1.sql', 'old/1.sql', drop))).toEqual(['warning deleted-migration'])
})

/** git finds renames; the tree in memory does not. */
function renamedTree(from: string, path: string, text: string): Tree {
  const tree = fakeTree({ base: { [from]: users['migrations/1.sql'] }, files: { [path]: text } })
  const changes = async (globs?: readonly string[]): Promise<readonly Change[]> => {
    const [now] = await tree.list(globs)
    const [before] = await tree.baseList()
    return now === undefined ? [] : [{ kind: 'renamed', from, baseOid: before!.oid, ...now }]
  }
  return Object.assign(Object.create(tree) as Tree, { changes })
}

async function said1(tree: Tree): Promise<string[]> {
  const findings = await db.check(gateContext(db, tree, { dialect: 'postgres', replay: 'off' }))
  return findings.map(({ severity, rule }) => `${severity} ${rule}`)
}

describe('what cannot be read stops', () => {
  test.each<[string, string | Uint8Array]>([
    ['Latin-1', Buffer.from('-- caf\xe9\nSELECT 1;', 'latin1')],
    ['UTF-16', Buffer.from('\ufeffDROP TABLE a;', 'utf16le')],
    ['over 20 MB', Buffer.alloc(20 * 1024 * 1024 + 1, 'x')],
  ])('%s', async (_, content) => {
    expect(await said({ files: { 'migrations/1.sql': content } })).toEqual([
      'error unreadable-migration migrations/1.sql',
    ])
  })

  test('a symbolic link', async () => {
    const facts = { files: { 'migrations/1.sql': '../elsewhere.sql' }, modes: { 'migrations/1.sql': '120000' } }
    expect(await said(facts)).toEqual(['error unreadable-migration migrations/1.sql'])
  })

  test('but a byte order mark and CRLF do not, and places are those of the file', async () => {
    const [finding] = await judged({ files: { 'migrations/1.sql': `\ufeff-- 🦆\r\n${drop}\r\n` } })
    expect(finding!.at).toEqual({ file: 'migrations/1.sql', line: 2, column: 1, endLine: 2 })
  })

  test('an empty file is told', async () => {
    expect(await said({ files: { 'migrations/1.sql': '' } })).toEqual(['warning empty-migration migrations/1.sql'])
  })
})

describe('the dialect', () => {
  const mysql = { 'migrations/1.sql': 'CREATE TABLE `a` (id int) ENGINE=InnoDB;' }

  test('comes from the repository', async () => {
    const files = { ...mysql, 'compose.yml': 'services:\n  db:\n    image: mysql:8\n' }
    expect(await said({ files }, { dialect: 'auto' })).toEqual([])
  })

  test('is told by the migrations that the branch already has', async () => {
    const base = {
      'migrations/1.sql': 'CREATE TABLE users (id int unsigned NOT NULL AUTO_INCREMENT, email text) ENGINE=InnoDB;',
    }
    const files = { ...base, 'migrations/2.sql': drop }
    expect(await said({ base, files }, { dialect: 'auto' })).toEqual(['error DS103 migrations/2.sql'])
    // Only MySQL reads this.
    const modified = { ...base, 'migrations/2.sql': 'ALTER TABLE users MODIFY email varchar(9), DROP COLUMN email;' }
    expect(await said({ base, files: modified }, { dialect: 'auto' })).toEqual(['error DS103 migrations/2.sql'])
  })

  test('is said when it was guessed', async () => {
    const [finding] = await judged({ files: mysql }, {})
    expect(finding).toMatchObject({ severity: 'info', rule: 'guessed-dialect', what: expect.stringContaining('MySQL') })
  })

  test('that the config names is taken, and what it cannot read stops', async () => {
    expect(await said({ files: mysql }, { dialect: 'postgres' })).toEqual([
      'error unreadable-statement migrations/1.sql',
    ])
  })
})

test('earlier migrations are asked for what they made', async () => {
  const base = { 'migrations/1.sql': 'CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a) VIRTUAL);' }
  const files = { ...base, 'migrations/2.sql': 'ALTER TABLE t DROP COLUMN b;' }
  expect(await said({ base, files }, { dialect: 'mysql' })).toEqual(['warning BC104 migrations/2.sql'])
})

test('migrations in PHP: told that little was read, and a plain drop stops', async () => {
  const php = "<?php class X extends Migration { function up() { $t->dropColumn('a'); } function down() {} }"
  expect(await said({ files: { 'database/migrations/1.php': php } })).toEqual([
    'warning migration-in-code database/migrations/1.php',
    'error DS103 database/migrations/1.php',
  ])
})

test('an aborted check says nothing', async () => {
  await using tree = fakeTree({ files: { 'migrations/1.sql': drop } })
  const context = gateContext(db, tree, {}, { signal: AbortSignal.abort() })
  await expect(db.check(context)).rejects.toThrow()
})

test.each(['migrations/2_b.SQL', 'priv/repo/migrations/2_b.exs', 'db/migration/V2__b.java', 'migrations/2_b.sql.gz'])(
  '%s lies among migrations and is told, for it is not read',
  async path => {
    expect(await said({ base: users, files: { ...users, [path]: drop } })).toEqual([
      `warning migration-not-read ${path}`,
    ])
  },
)

describe('the status of environments', () => {
  const files = { 'migrations/1.sql': 'CREATE TABLE a (id int);' }

  test('of a name that the config does not know is wrong use, with the nearest one', async () => {
    await using tree = fakeTree({ files })
    const environments = { staging: { name: 'staging' } }
    const context = gateContext(db, tree, { replay: 'off', status: ['stagin'] }, { environments })
    await expect(db.check(context)).rejects.toMatchObject({ instead: expect.stringContaining('staging') })
  })

  test('cannot be told where no tool can be asked', async () => {
    await using tree = fakeTree({ files })
    const environments = { staging: { name: 'staging' } }
    const context = gateContext(db, tree, { replay: 'off', status: ['staging'] }, { environments })
    await expect(db.check(context)).rejects.toThrow('cannot be asked')
  })
})
