import { expect, test } from 'vitest'
import { isPerson, ownersOf } from './owners.ts'
import type { Statement } from './statement.ts'

const author = 'Ada Byron <ada@shop.example>'

test('knows a person by name, by address, and by a pattern', () => {
  expect(isPerson(author, 'Ada Byron')).toBe(true)
  expect(isPerson(author, 'ADA@shop.example')).toBe(true)
  expect(isPerson(author, '*@shop.example')).toBe(true)
  expect(isPerson(author, 'Ada')).toBe(false)
  expect(isPerson(author, 'ada@shopXexample')).toBe(false)
})

test('means a table with and without its schema', () => {
  const statement = { dialect: 'postgres', kind: 'alter-other', table: { schema: 'pay', name: 'items' } } as Statement
  const meant = (tables: string) => ownersOf(statement, [{ tables, allow: [] }]).length
  expect(['items', 'pay.*', 'pay.items', '*'].map(meant)).toEqual([1, 1, 1, 1])
  expect(['item', 'shop.items', 'pay'].map(meant)).toEqual([0, 0, 0])
})
