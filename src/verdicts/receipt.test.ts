import { expect, test } from 'vitest'
import { readReceipt, receiptName, writeReceipt } from './receipt.ts'

const facts = { version: '1.0.0', remote: 'origin', ref: 'refs/heads/main', base: 'b', trees: ['t1', 't2'] }
const noon = new Date('2026-01-01T12:00:00Z')
const tool = { path: '/usr/bin/php', size: 10, mtimeMs: 5 }
const nothing = () => undefined

test('its name depends on everything that was judged, and not on messages', () => {
  const names = [
    facts,
    { ...facts, version: '1.0.1' },
    { ...facts, remote: 'fork' },
    { ...facts, ref: 'refs/heads/develop' },
    { ...facts, base: 'c' },
    { ...facts, trees: ['t1'] },
    { ...facts, trees: ['t2', 't1'] },
  ].map(receiptName)
  expect(new Set(names).size).toBe(names.length)
  expect(receiptName({ ...facts })).toBe(names[0])
})

test('reads back what was written', () => {
  expect(readReceipt(writeReceipt({ says: 'ok', tools: [] }), noon, nothing)).toEqual({ says: 'ok', tools: [] })
})

test('a changed file, a changed tool and a passed time make it worthless', () => {
  const text = writeReceipt({ says: 'ok', tools: [tool], until: '2026-01-01T12:01:00Z' })
  expect(readReceipt(text, noon, () => tool)).toBeDefined()
  expect(readReceipt(text.replace('ok', 'no'), noon, () => tool)).toBeUndefined()
  expect(readReceipt(text, noon, () => ({ ...tool, mtimeMs: 6 }))).toBeUndefined()
  expect(readReceipt(text, noon, nothing)).toBeUndefined()
  expect(readReceipt(text, new Date('2026-01-01T12:02:00Z'), () => tool)).toBeUndefined()
})

test('a program that appears where there was none makes it worthless', () => {
  const text = writeReceipt({ says: 'ok', tools: [{ path: '/usr/local/bin/php', size: -1, mtimeMs: 0 }] })
  expect(readReceipt(text, noon, nothing)).toBeDefined()
  expect(readReceipt(text, noon, () => tool)).toBeUndefined()
})
