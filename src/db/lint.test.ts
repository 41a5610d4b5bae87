import { describe, expect, test } from 'vitest'
import type { Finding } from '../core/finding.ts'
import { lint, type MigrationFile } from './lint.ts'
import type { DialectId } from './statement.ts'

type Dialects = readonly [DialectId, ...DialectId[]]

async function said(sql: string | readonly MigrationFile[], ...dialects: Dialects): Promise<string[]> {
  const files = typeof sql === 'string' ? [{ path: 'new.sql', text: sql, isNew: true }] : sql
  const { findings } = await lint({ files, dialects })
  return findings
    .filter(isOfTheCore)
    .map(({ severity, code, rule, what, at }) => `${severity} ${code ?? rule} ${at?.line}: ${what}`)
}

/** What a team may find wrong besides with these examples is not looked at here. */
function isOfTheCore({ rule, code, severity }: Finding): boolean {
  return severity !== 'warning' || code?.startsWith('DS') === true || rule.endsWith('allowance')
}

function history(...texts: string[]): MigrationFile[] {
  return texts.map((text, index) => ({ path: `${index}.sql`, text, isNew: index === texts.length - 1 }))
}

describe('what was made in the same file', () => {
  test('several drops in one ALTER are one finding that names every column', async () => {
    expect(await said('ALTER TABLE a DROP COLUMN b, ADD d int, DROP COLUMN c;', 'postgres')).toEqual([
      'error DS103 1: Drops a.b, a.c.',
    ])
  })

  test.each<[string, DialectId, string]>([
    ['IF NOT EXISTS may find the table there', 'postgres', 'CREATE TABLE IF NOT EXISTS t (a int); DROP TABLE t;'],
    ['a table of another schema', 'postgres', 'CREATE TABLE a.t (a int); DROP TABLE b.t;'],
    [
      'the name means another table after SET search_path',
      'postgres',
      'CREATE TABLE t (a int); SET search_path = b; DROP TABLE t;',
    ],
    ['the name means another table after USE', 'mysql', 'CREATE TABLE t (a int); USE b; DROP TABLE t;'],
    ['what was made is rolled back', 'postgres', 'BEGIN; CREATE TABLE t (a int); ROLLBACK; DROP TABLE t;'],
    [
      'the new table took another name',
      'postgres',
      'CREATE TABLE t (a int); ALTER TABLE t RENAME TO z; ALTER TABLE real RENAME TO t; DROP TABLE t;',
    ],
    [
      'a block may not have run',
      'postgres',
      'DO $$ BEGIN IF false THEN CREATE TABLE t (a int); END IF; END $$; DROP TABLE t;',
    ],
    ['MySQL may tell names apart by case', 'mysql', 'CREATE TABLE T (a int); DROP TABLE t;'],
  ])('is no excuse when %s', async (_, dialect, sql) => {
    expect(await said(sql, dialect)).toEqual([expect.stringContaining('error DS102')])
  })

  test.each<[string, DialectId, string]>([
    ['a table', 'postgres', 'CREATE TABLE t (a int); ALTER TABLE t DROP COLUMN a; DROP TABLE t;'],
    ['a renamed one', 'mysql', 'CREATE TABLE t (a int); RENAME TABLE t TO z; DROP TABLE z;'],
    [
      'everything in a new schema',
      'postgres',
      'CREATE SCHEMA s; CREATE TABLE s.t (a int); DROP TABLE s.t; DROP SCHEMA s CASCADE;',
    ],
    [
      'a column under its new name',
      'mysql',
      'ALTER TABLE t ADD a int; ALTER TABLE t CHANGE a b int; ALTER TABLE t DROP B;',
    ],
    ['names that SQLite does not tell apart', 'sqlite', 'CREATE TABLE Scratch (a); DROP TABLE "SCRATCH";'],
  ])('is temporary: %s', async (_, dialect, sql) => {
    expect(await said(sql, dialect)).toEqual([])
  })
})

describe('what hides in something that is called', () => {
  const tidy = 'CREATE PROCEDURE tidy() BEGIN ALTER TABLE users DROP COLUMN email; END;'

  test('a procedure drops when it is called, at the place of the call', async () => {
    expect(await said(`${tidy}\nCALL tidy();`, 'mysql')).toEqual([
      'error DS103 2: Drops users.email (by way of procedure tidy).',
    ])
  })

  test('a procedure that is only made drops nothing yet', async () => {
    expect(await said(tidy, 'mysql')).toEqual([])
  })

  test('a procedure of an earlier migration is found', async () => {
    expect(await said(history(tidy, 'CALL tidy();'), 'mysql')).toEqual([expect.stringContaining('DS103')])
  })

  test('a procedure that no migration makes could do anything', async () => {
    expect(await said('CALL mystery();', 'mysql')).toEqual([expect.stringContaining('error unreadable-statement')])
  })

  test('a function that a query calls drops too, also through another one', async () => {
    const functions = `CREATE FUNCTION inner_one() RETURNS void LANGUAGE sql AS 'DROP TABLE users';
CREATE PROCEDURE outer_one() LANGUAGE plpgsql AS $$ BEGIN CALL deeper(); END $$;
CREATE PROCEDURE deeper() LANGUAGE sql AS 'DROP TABLE orders';`
    expect(await said(`${functions}\nSELECT inner_one();\nCALL outer_one();`, 'postgres')).toEqual([
      'error DS102 4: Drops table users (by way of function inner_one).',
      'error DS102 5: Drops table orders (by way of procedure deeper).',
    ])
  })

  test('procedures that call each other for ever are each read once', async () => {
    const loop = 'CREATE PROCEDURE a() BEGIN CALL b(); END; CREATE PROCEDURE b() BEGIN CALL a(); %s END; CALL a();'
    expect(await said(loop.replace('%s', ''), 'mysql')).toEqual([])
    expect(await said(loop.replace('%s', 'DROP TABLE t;'), 'mysql')).toEqual([expect.stringContaining('DS102')])
  })
})

describe('earlier migrations', () => {
  test('SQLite rebuilds: a column that the old table got later and the new one lacks is lost', async () => {
    const files = history(
      'CREATE TABLE t (id integer);',
      'ALTER TABLE t ADD COLUMN email text; ALTER TABLE t RENAME COLUMN id TO key;',
      'CREATE TABLE n (key integer); INSERT INTO n SELECT key FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;',
    )
    expect(await said(files, 'sqlite')).toEqual(['error DS103 1: Rebuilds t without email.'])
  })

  test('a rebuild of a table that no migration makes is told, not stopped', async () => {
    const sql = 'CREATE TABLE n (id int); INSERT INTO n SELECT id FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;'
    expect(await said(sql, 'sqlite')).toEqual([expect.stringContaining('warning DS103')])
  })

  test('a column that is computed when it is read loses nothing; a stored one does', async () => {
    const boxes =
      'CREATE TABLE b (w int, v int GENERATED ALWAYS AS (w + 1) VIRTUAL, s int GENERATED ALWAYS AS (w + 1) STORED);'
    expect(await said(history(boxes, 'ALTER TABLE b DROP COLUMN v;'), 'mysql')).toEqual([])
    expect(await said(history(boxes, 'ALTER TABLE b DROP COLUMN s;'), 'mysql')).toEqual(['error DS103 1: Drops b.s.'])
  })

  test('a table made by an earlier file of the same push is no news to a later one', async () => {
    const files = history('CREATE TABLE t (a int);', 'DROP TABLE t;').map(file => ({ ...file, isNew: true }))
    expect(await said(files, 'postgres')).toEqual(['error DS102 1: Drops table t.'])
  })

  test('MySQL and PostgreSQL rebuild a table as SQLite does', async () => {
    const made = 'CREATE TABLE t (id int, email varchar(20));'
    const swap = (columns: string) =>
      `CREATE TABLE n (id int, email varchar(20)); INSERT INTO n (${columns}) SELECT ${columns} FROM t; ALTER TABLE t RENAME TO old; ALTER TABLE n RENAME TO t; DROP TABLE old;`
    for (const dialect of ['postgres', 'mysql'] as const) {
      expect(await said(history(made, swap('id, email')), dialect)).toEqual([])
      expect(await said(history(made, swap('id')), dialect)).toEqual(['error DS103 1: Rebuilds old without email.'])
    }
  })

  test('are not judged themselves', async () => {
    expect(await said(history('DROP TABLE a; FROBNICATE;', 'SELECT 1;'), 'postgres')).toEqual([])
  })
})

describe('an allowance', () => {
  const drop = 'ALTER TABLE users DROP COLUMN email;'

  test.each([
    '-- ship-guard:allow drop-column moved',
    '/* ship-guard:allow DS103 moved */',
    '--ship-guard:allow drop-column moved',
  ])('`%s` directly above is recorded with its reason', async comment => {
    expect(await said(`${comment}\n-- and more to say\n${drop}`, 'postgres')).toEqual([
      'info DS103 3: Drops users.email. Allowed: moved',
    ])
  })

  test('with # in MySQL', async () => {
    expect(await said(`# ship-guard:allow drop-column moved\n${drop}`, 'mysql')).toEqual([
      expect.stringMatching(/^info/),
    ])
  })

  test('with the placeholder that the refusal prints gives no reason', async () => {
    expect(await said(`-- ship-guard:allow drop-column <reason>\n${drop}`, 'postgres')).toEqual([
      expect.stringContaining('error DS103'),
      expect.stringContaining('error allowance-without-reason'),
    ])
  })

  test('without a reason allows nothing and is an error', async () => {
    expect(await said(`-- ship-guard:allow drop-column\n${drop}`, 'postgres')).toEqual([
      expect.stringContaining('error DS103'),
      expect.stringContaining('error allowance-without-reason'),
    ])
  })

  test.each([
    ['with an empty line in between', `-- ship-guard:allow drop-column moved\n\n${drop}`],
    ['above another statement', `-- ship-guard:allow drop-column moved\nSELECT 1;\n${drop}`],
    ['below the statement', `${drop} -- ship-guard:allow drop-column moved`],
    ['for another rule', `-- ship-guard:allow drop-table moved\n${drop}`],
  ])('%s allows nothing, and that is told', async (_, sql) => {
    const findings = await said(sql, 'postgres')
    expect(findings).toEqual([
      expect.stringContaining('error DS103'),
      expect.stringContaining('warning unused-allowance'),
    ])
  })

  test('in a string is none', async () => {
    const sql = `SELECT '\n-- ship-guard:allow drop-column moved\n'; ${drop}`
    expect(await said(sql, 'postgres')).toEqual([expect.stringContaining('error DS103')])
  })

  test('of a rule that does not exist is told', async () => {
    expect(await said('-- ship-guard:allow drop-colum moved\nSELECT 1;', 'postgres')).toEqual([
      expect.stringContaining('warning unknown-allowance'),
    ])
  })

  test('anywhere in the file answers for a finding about the whole file', async () => {
    const raised = { rule: 'edited-migration', severity: 'error' as const, what: 'Edited.', why: '', instead: '' }
    const text = 'SELECT 1;\n-- ship-guard:allow edited-migration never released\n'
    expect(await said([{ path: 'a.sql', text, isNew: true, raised: [raised] }], 'postgres')).toEqual([
      'info edited-migration undefined: Edited. Allowed: never released',
    ])
  })
})

describe('a dialect that is not known', () => {
  test('is the first that reads the whole file', async () => {
    const { readAs, findings } = await lint({
      files: [{ path: 'a.sql', text: 'CREATE TABLE `a` (id int) ENGINE=InnoDB;\nDROP TABLE b;', isNew: true }],
      dialects: ['postgres', 'mysql', 'sqlite'],
    })
    expect([...readAs.values()]).toEqual(['mysql'])
    expect(findings.map(finding => finding.code)).toEqual(['DS102'])
  })

  test('a drop that another dialect reads as well stands', async () => {
    // To PostgreSQL and SQLite this is a comment; MySQL runs it.
    expect(await said('SELECT 1; /*!50003 DROP TABLE a */;', 'postgres', 'mysql', 'sqlite')).toEqual([
      expect.stringContaining('error DS102'),
    ])
  })

  test('a file that no dialect reads is stopped at what is unreadable', async () => {
    expect(await said('FROBNICATE;', 'postgres', 'mysql', 'sqlite')).toEqual([
      expect.stringContaining('error unreadable-statement'),
    ])
  })
})

test('the refusal prints the line that allows it', async () => {
  const { findings } = await lint({
    files: [{ path: 'a.sql', text: 'DROP TABLE a;', isNew: true }],
    dialects: ['mysql'],
  })
  expect(findings[0]!.instead).toContain('-- ship-guard:allow drop-table <reason>')
})
