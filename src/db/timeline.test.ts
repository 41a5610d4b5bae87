import { expect, test } from 'vitest'
import type { Dialect } from './dialect.ts'
import { History } from './history.ts'
import { dialectOf } from './lint.ts'
import { positionOf } from './position.ts'
import { Timelines } from './timeline.ts'

/** How much is read when each of this many files asks for one table, for another one, and for an index. */
function work(files: number): { parsed: number; looked: number } {
  const counts = { parsed: 0, looked: 0 }
  const mysql = dialectOf('mysql')
  const dialect: Dialect = {
    ...mysql,
    parse(sql) {
      counts.parsed++
      return mysql.parse(sql)
    },
  }
  class Counted extends History {
    override statements(file: number) {
      counts.looked++
      return super.statements(file)
    }
  }
  const texts = Array.from({ length: files }, (_, n) =>
    n === 0
      ? 'CREATE TABLE t (a int); CREATE TABLE u (a int);'
      : `ALTER TABLE t ADD c${n} int; CREATE INDEX i${n} ON u (a);`,
  )
  const timelines = new Timelines(
    new Counted(
      dialect,
      texts.map(text => ({ text })),
    ),
  )
  for (let file = 1; file < files; file++) {
    timelines.tableAt({ name: 't' }, positionOf(file, 0))
    timelines.tableAt({ name: 'u' }, positionOf(file, 1))
    timelines.naming('index', `i${file - 1}`, positionOf(file, 1))
  }
  return counts
}

test('a history twice as long is at most a little more than twice the work', () => {
  const [once, twice] = [work(400), work(800)]
  expect(once.parsed).toBe(400)
  expect(twice.parsed).toBe(800)
  expect(twice.looked).toBeLessThan(once.looked * 2.1)
})

test('what nobody asks for is not read', () => {
  let parsed = 0
  const mysql = dialectOf('mysql')
  const dialect: Dialect = {
    ...mysql,
    parse(sql) {
      parsed++
      return mysql.parse(sql)
    },
  }
  const texts = [...Array.from({ length: 50 }, (_, n) => `CREATE TABLE t${n} (a int);`), 'ALTER TABLE t7 ADD b int;']
  const timelines = new Timelines(
    new History(
      dialect,
      texts.map(text => ({ text })),
    ),
  )
  expect(timelines.tableAt({ name: 't7' }, positionOf(50, 0))?.columns.length).toBe(1)
  expect(parsed).toBe(2)
})

test('a table renamed back and forth ten thousand times ends', () => {
  const sql = Array.from({ length: 5000 }, () => 'RENAME TABLE a TO b; RENAME TABLE b TO a;').join('\n')
  const timelines = new Timelines(new History(dialectOf('mysql'), [{ text: `CREATE TABLE a (x int); ${sql}` }]))
  expect(() => timelines.tableAt({ name: 'a' }, positionOf(0, 10_001))).not.toThrow()
})

test('a table with more columns than any server takes is no longer known whole', () => {
  const mysql = dialectOf('mysql')
  const adds = Array.from({ length: 2500 }, (_, at) => `ADD c${at} int`)
  const timelines = new Timelines(
    new History(mysql, [{ text: `CREATE TABLE t (a int); ALTER TABLE t ${adds.join()};` }]),
  )
  const table = timelines.tableAt({ name: 't' }, positionOf(1, 0))!
  expect(table.columns.length).toBe(2000)
  expect(table.complete).toBe(false)
})
