import { expect, test } from 'vitest'
import { narrowing } from './narrowing.ts'
import type { ColumnType } from './statement.ts'

function type(text: string): ColumnType {
  const [, name, args, rest] = /^([a-z ]+?)(?:\(([^)]*)\))?( unsigned)?$/.exec(text)!
  return {
    name: name!,
    ...(args === undefined ? {} : { args: args.split(',') }),
    ...(rest === undefined ? {} : { unsigned: true }),
  }
}

test.each([
  ['varchar(100)', 'varchar(20)'],
  ['text', 'varchar(255)'],
  ['varchar', 'varchar(255)'],
  ['bigint', 'integer'],
  ['int', 'int unsigned'],
  ['int unsigned', 'int'],
  ['numeric(10,2)', 'numeric(8,2)'],
  ['numeric(10,4)', 'numeric(10,2)'],
  ['numeric', 'numeric(10,2)'],
  ['bigint', 'numeric(10,0)'],
  ['double precision', 'real'],
  ['numeric(10,2)', 'integer'],
  ['timestamp', 'date'],
  ['timestamptz', 'date'],
  ['timestamp', 'time'],
])('%s to %s loses values on PostgreSQL', (from, to) => {
  expect(narrowing(type(from), type(to), 'postgres')).toBeDefined()
})

test.each([
  ['varchar(20)', 'varchar(100)'],
  ['varchar(20)', 'text'],
  ['integer', 'bigint'],
  ['integer', 'numeric(12,2)'],
  ['numeric(8,2)', 'numeric(10,2)'],
  ['date', 'timestamp'],
  ['timestamp', 'timestamptz'],
  ['jsonb', 'text'],
  ['varchar(20)', 'uuid'],
])('%s to %s loses none there', (from, to) => {
  expect(narrowing(type(from), type(to), 'postgres')).toBeUndefined()
})

test.each([
  ['longtext', 'text'],
  ['text', 'varchar(255)'],
  ['datetime', 'date'],
  ['mediumblob', 'blob'],
  ['int', 'tinyint'],
])('%s to %s loses values on MySQL', (from, to) => {
  expect(narrowing(type(from), type(to), 'mysql')).toBeDefined()
})

test.each([
  ['varchar(255)', 'text'],
  ['int', 'int'],
  ['int unsigned', 'bigint'],
  ['text', 'longtext'],
])('%s to %s loses none there', (from, to) => {
  expect(narrowing(type(from), type(to), 'mysql')).toBeUndefined()
})
