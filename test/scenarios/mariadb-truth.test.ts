import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DatabaseError } from '../../src/core/database.ts'
import mysql from '../../src/db/dialects/mysql/index.ts'
import { lint } from '../../src/db/lint.ts'
import { rules } from '../../src/db/rules/registry.generated.ts'
import { type ScratchForTest, startScratch } from '../support/scratch.ts'
import { rareCasesOf } from '../support/statement-corpus.ts'

let scratch: ScratchForTest

beforeAll(async () => {
  scratch = await startScratch({ flavour: 'mariadb', forTools: false })
}, 60_000)

afterAll(() => scratch?.stop())

/** Why the server does not take it: a code such as ER_PARSE_ERROR. */
async function refusal(sql: string): Promise<string | undefined> {
  try {
    await scratch.database.execute(sql)
    return undefined
  } catch (error) {
    if (error instanceof DatabaseError) return error.code ?? error.message
    throw error
  }
}

// These act on the server itself, or wait for somebody.
const notHere =
  /^(KILL|SET PASSWORD|INSTALL|GRANT|REVOKE|CHANGE MASTER|PURGE|BACKUP|LOAD|LOCK|FLUSH|XA|HANDLER|SET TRANSACTION|DROP DATABASE)/

// What an older server does not know yet.
const newer = /VECTOR INDEX/

describe('statements of the corpus', () => {
  const cases = rareCasesOf('mysql').filter(
    one => one.only !== 'mysql' && !notHere.test(one.sql) && !newer.test(one.sql),
  )

  test.each(cases)('$sql is SQL to the server', async ({ sql }) => {
    expect(await refusal(sql.trim().replace(/;$/, ''))).not.toBe('ER_PARSE_ERROR')
    await scratch.database.execute('ROLLBACK')
  })
})

/** What the server can do it by, the cheapest first. */
async function cheapest(table: string, action: string): Promise<string> {
  for (const algorithm of ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY'])
    for (const lock of ['NONE', 'SHARED']) {
      await scratch.database.execute('DROP TABLE IF EXISTS costs')
      await scratch.database.execute(`CREATE TABLE costs (${table}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`)
      const why = await refusal(`ALTER TABLE costs ${action}, ALGORITHM=${algorithm}, LOCK=${lock}`)
      if (why === undefined) return algorithm
      expect(why, action).not.toBe('ER_PARSE_ERROR')
    }
  return 'refused'
}

async function reported(table: string, action: string): Promise<string[]> {
  const { findings } = await lint({
    files: [
      { path: '1.sql', text: `CREATE TABLE costs (${table});`, isNew: false },
      { path: '2.sql', text: `ALTER TABLE costs ${action};`, isNew: true },
    ],
    dialects: ['mysql'],
    flavour: 'mariadb',
  })
  return findings.map(finding => finding.rule)
}

const copying = new Set(
  `change-column-type-copies change-column-charset change-generated-column add-stored-column-copies add-check-copies
  add-column-with-expression-default remove-enum-member reorder-enum-members insert-enum-member grow-enum-storage remove-set-member
  reorder-set-members insert-set-member grow-set-storage drop-primary-key-rebuilds`.split(/\s+/),
)

describe('what is said to copy a table copies it on the server, and nothing else does', () => {
  const table = [
    'id int NOT NULL AUTO_INCREMENT PRIMARY KEY, a int, n int NOT NULL DEFAULT 0, dc decimal(10, 2), d datetime, c char(10)',
    's20 varchar(20) CHARACTER SET utf8mb4, s32 varchar(32) CHARACTER SET utf8mb4, s60 varchar(60) CHARACTER SET utf8mb4',
    's100 varchar(100) CHARACTER SET utf8mb4, l127 varchar(127) CHARACTER SET latin1, l128 varchar(128) CHARACTER SET latin1',
    "m3 varchar(20) CHARACTER SET utf8mb3, t text, vb varbinary(200), e enum('a', 'b'), st set('a', 'b')",
  ].join(', ')

  test.each([
    'MODIFY a bigint',
    'MODIFY a int(5)',
    'MODIFY a int unsigned',
    "MODIFY a int COMMENT 'x'",
    'MODIFY a int DEFAULT 5',
    'MODIFY a mediumint',
    'MODIFY dc decimal(12, 2)',
    'MODIFY dc decimal(10, 2) DEFAULT 1',
    'MODIFY d datetime(3)',
    'MODIFY d timestamp NULL',
    'MODIFY c char(20)',
    'MODIFY c varchar(10)',
    'MODIFY s20 varchar(300) CHARACTER SET utf8mb4',
    'MODIFY s20 varchar(10) CHARACTER SET utf8mb4',
    'MODIFY s32 varchar(63) CHARACTER SET utf8mb4',
    'MODIFY s32 varchar(64) CHARACTER SET utf8mb4',
    'MODIFY s60 varchar(63) CHARACTER SET utf8mb4',
    'MODIFY s60 varchar(64) CHARACTER SET utf8mb4',
    'MODIFY s100 varchar(3000) CHARACTER SET utf8mb4',
    'MODIFY s100 text CHARACTER SET utf8mb4',
    'MODIFY l127 varchar(256) CHARACTER SET latin1',
    'MODIFY l128 varchar(255) CHARACTER SET latin1',
    'MODIFY l128 varchar(256) CHARACTER SET latin1',
    'MODIFY l128 varchar(128) CHARACTER SET latin1 COLLATE latin1_bin',
    'MODIFY l128 varchar(128) CHARACTER SET utf8mb4',
    'MODIFY m3 varchar(20) CHARACTER SET utf8mb4',
    'MODIFY t mediumtext',
    'MODIFY vb varbinary(255)',
    'MODIFY vb varbinary(256)',
    "MODIFY e enum('a', 'b', 'c')",
    "MODIFY e enum('b', 'a')",
    "MODIFY e enum('a')",
    "MODIFY e enum('a', 'x', 'b')",
    "MODIFY st set('a', 'b', 'c')",
    "MODIFY st set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')",
    "MODIFY st set('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')",
    "MODIFY st set('b', 'a')",
    'ADD x int',
    'ADD x int FIRST',
    'ADD x int AFTER a',
    'ADD x int NOT NULL DEFAULT 5',
    'ADD x int AS (a + 1) VIRTUAL',
    'ADD x int AS (a + 1) STORED',
    'ADD x char(36) DEFAULT uuid()',
    'ADD x int DEFAULT (n + 1)',
    'ADD x datetime NOT NULL DEFAULT CURRENT_TIMESTAMP',
    'ADD x datetime DEFAULT (now())',
    "ADD x json DEFAULT ('[]')",
    'ADD CONSTRAINT positive CHECK (n >= 0)',
    'ADD INDEX (n)',
    'ALTER a SET DEFAULT 3',
    'CHANGE a b int',
  ])('%s', async action => {
    const said = (await reported(table, action)).filter(rule => copying.has(rule))
    expect({ action, copies: said.length > 0 }).toEqual({ action, copies: (await cheapest(table, action)) === 'COPY' })
  })
})

describe('what is said to block writes blocks them, and what is said to rebuild rebuilds', () => {
  const table =
    "id int NOT NULL PRIMARY KEY, parent int, body text, area point NOT NULL, name varchar(9) NOT NULL DEFAULT ''"

  /** What the server says to the action with these words in it. */
  async function tried(action: string, words: string, columns = table): Promise<string> {
    await scratch.database.execute('DROP TABLE IF EXISTS costs')
    await scratch.database.execute(`CREATE TABLE costs (${columns}) ENGINE=InnoDB`)
    return (await refusal(`ALTER TABLE costs ${words} ${action}`)) ?? 'accepted'
  }

  test.each([
    ['add-foreign-key-copies', 'ADD FOREIGN KEY (parent) REFERENCES costs (id)'],
    ['create-fulltext-index', 'ADD FULLTEXT INDEX (body)'],
    ['create-spatial-index', 'ADD SPATIAL INDEX (area)'],
    ['add-auto-increment-column', 'ADD number int NOT NULL AUTO_INCREMENT UNIQUE'],
    ['change-engine', 'ENGINE=Aria'],
    ['drop-primary-key-rebuilds', 'DROP PRIMARY KEY'],
  ])('%s: %s', async (rule, action) => {
    expect(await reported(table, action)).toContain(rule)
    expect(await tried(action, 'LOCK=SHARED,')).toBe('accepted')
    expect(await tried(action, 'LOCK=NONE,')).toMatch(/ER_ALTER_OPERATION_NOT_SUPPORTED/)
  })

  test('change-partitioning: PARTITION BY', async () => {
    const plain = 'id int NOT NULL PRIMARY KEY'
    const action = 'PARTITION BY HASH (id) PARTITIONS 2'
    expect(await reported(plain, action)).toContain('change-partitioning')
    expect(await tried(action, 'LOCK=SHARED', plain)).toBe('accepted')
    expect(await tried(action, 'LOCK=NONE', plain)).toMatch(/ER_ALTER_OPERATION_NOT_SUPPORTED/)
  })

  test.each([
    ['change-nullability', 'MODIFY name varchar(9)'],
    ['replace-primary-key', 'DROP PRIMARY KEY, ADD PRIMARY KEY (id, name)'],
  ])('%s: %s', async (rule, action) => {
    expect(await reported(table, action)).toContain(rule)
    expect(await tried(action, 'ALGORITHM=INPLACE, LOCK=NONE,')).toBe('accepted')
    expect(await tried(action, 'ALGORITHM=NOCOPY,')).toMatch(/ER_ALTER_OPERATION_NOT_SUPPORTED/)
  })

  test('a foreign key costs nothing with foreign_key_checks = 0, as the advice says', async () => {
    await scratch.database.execute('SET SESSION foreign_key_checks = 0')
    const action = 'ADD FOREIGN KEY (parent) REFERENCES costs (id)'
    expect(await tried(action, 'ALGORITHM=INPLACE, LOCK=NONE,')).toBe('accepted')
    await scratch.database.execute('SET SESSION foreign_key_checks = 1')
  })
})

describe('what the rules advise', () => {
  const cases = rules
    .filter(rule => (rule.dialects as readonly string[]).includes('mysql'))
    .flatMap(rule =>
      rule.examples
        .filter(({ dialects, context }) => (dialects?.includes('mysql') ?? true) && context?.flavour !== 'mysql')
        .map(example => ({ rule, example, bad: example.bad, id: rule.id })),
    )

  test.each(cases)('$id: the SQL for `$bad` is SQL to the server', async ({ rule, example }) => {
    const { bad, before, context } = example
    const { findings } = await lint({
      files: [
        ...(before === undefined ? [] : [{ path: '1.sql', text: before, isNew: false }]),
        {
          path: '2.sql',
          text: bad,
          isNew: true,
          running: { transaction: 'unknown', down: 'not-expected', ...context },
        },
      ],
      dialects: ['mysql'],
      flavour: 'mariadb',
      levels: { [rule.id]: 'warning' },
      ...(context?.settings === undefined ? {} : { settings: context.settings }),
    })
    const unread: string[] = []
    for (const finding of findings.filter(one => one.rule === rule.id))
      for (const sql of statementsOf(finding.instead)) {
        if ((await refusal(sql)) === 'ER_PARSE_ERROR') unread.push(sql)
        await refusal('ROLLBACK')
        await refusal('UNLOCK TABLES')
      }
    expect(unread).toEqual([])
  })
})

/** The SQL of an advice, statement by statement: from its second line to an empty one. */
function statementsOf(instead: string): string[] {
  const [, ...lines] = instead.replace(/\s(?:Or allow it|If it is intended)[\s\S]*$/, '').split('\n')
  const end = lines.indexOf('')
  const sql = lines.slice(0, end === -1 ? lines.length : end).join('\n')
  return mysql.parse(sql).map(statement => statement.text)
}
