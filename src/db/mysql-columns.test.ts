import { expect, test } from 'vitest'
import { lint } from './lint.ts'
import type { Flavour } from './rule.ts'

async function advice(sql: string, flavour: Flavour, version?: readonly number[]): Promise<string[]> {
  const { findings } = await lint({
    files: [
      {
        path: '1.sql',
        text: "CREATE TABLE t (id int PRIMARY KEY, a int, s varchar(20) NOT NULL, e enum('a'));",
        isNew: false,
      },
      { path: '2.sql', text: sql, isNew: true },
    ],
    dialects: ['mysql'],
    flavour,
    ...(version === undefined ? {} : { version }),
  })
  return findings.map(({ rule, instead }) => `${rule}: ${instead}`)
}

test.each<[Flavour, readonly number[] | undefined, string]>([
  ['mysql', undefined, 'ALGORITHM=INSTANT'],
  ['mysql', [8, 4], 'ALGORITHM=INSTANT'],
  ['mysql', [8, 0, 11], 'ALGORITHM=INPLACE, LOCK=NONE'],
  ['mysql', [5, 7, 44], 'ALGORITHM=INPLACE, LOCK=NONE'],
  ['mariadb', [10, 11], 'ALGORITHM=INSTANT'],
  ['mariadb', [10, 2], 'ALGORITHM=INPLACE, LOCK=NONE'],
])('%s %j is advised in words that it knows', async (flavour, version, words) => {
  expect(await advice('ALTER TABLE t MODIFY a bigint;', flavour, version)).toEqual([expect.stringContaining(words)])
})

test('one change of a column that copies for several reasons is told once', async () => {
  const told = await advice('ALTER TABLE t MODIFY s text CHARACTER SET latin1 NULL;', 'mysql')
  expect(told.filter(line => /^change-(column|nullability|generated)/.test(line))).toHaveLength(1)
})

test('nothing is said where the statement itself refuses a copy', async () => {
  expect(await advice('ALTER TABLE t MODIFY a bigint, ALGORITHM=INPLACE;', 'mysql')).toEqual([])
  expect(await advice('ALTER TABLE t MODIFY a bigint, LOCK=NONE;', 'mysql')).toEqual([])
})

test.each<[string, Flavour]>([
  ['ALTER TABLE t MODIFY s varchar(60) NOT NULL;', 'mysql'],
  ['ALTER TABLE t MODIFY s varchar(300) NOT NULL;', 'mariadb'],
  ["ALTER TABLE t MODIFY e enum('a', 'b');", 'mysql'],
  ['ALTER TABLE t MODIFY unknown bigint NOT NULL;', 'mysql'],
  ['ALTER TABLE unknown MODIFY a bigint NOT NULL;', 'mysql'],
  ['CREATE TABLE n (a int); ALTER TABLE n MODIFY a bigint NOT NULL;', 'mysql'],
  ['ALTER TABLE t ADD b int; ALTER TABLE t MODIFY b bigint;', 'mysql'],
])('nothing is said about `%s` on %s', async (sql, flavour) => {
  expect(await advice(sql, flavour)).toEqual([])
})
