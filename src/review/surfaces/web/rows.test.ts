import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rowsOf } from './rows.ts'
import type { PageLine, PageRow } from './shape.ts'

const bytes = (text: string) => Buffer.from(text)
const wordsOf = (line: PageLine | undefined) => line?.parts.map(([text]) => text).join('')

test('says how many equal lines are left out, also between two changes', () => {
  const before = Array.from({ length: 40 }, (_, at) => `line ${at + 1}`)
  const after = before.with(9, 'changed').with(29, 'changed too')
  const { rows } = rowsOf(bytes(before.join('\n')), bytes(after.join('\n')))!
  expect(rows.filter(row => row.kind === 'skipped').map(row => row.lines)).toEqual([6, 13])
  expect(rows.find(row => row.kind === 'changed')).toMatchObject({ left: { number: 10 }, right: { number: 10 } })
})

test('a file that is on one side only has lines on that side only', () => {
  const { rows } = rowsOf(undefined, bytes('a\nb\n'))!
  expect(rows).toEqual([
    { kind: 'changed', right: { number: 1, parts: [['a', false]] } },
    { kind: 'changed', right: { number: 2, parts: [['b', false]] } },
  ])
})

test('what has NUL in it is no text, but UTF-16 with its mark is', () => {
  expect(rowsOf(undefined, Buffer.from([65, 0, 66]))).toBeUndefined()
  const { rows } = rowsOf(undefined, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('öl', 'utf16le')]))!
  expect(rows.map(row => row.kind !== 'skipped' && wordsOf(row.right))).toEqual(['öl'])
})

test('a line of megabytes is cut, and says so', () => {
  const { rows } = rowsOf(undefined, bytes('x'.repeat(3_000_000)))!
  const [row] = rows as [Exclude<PageRow, { kind: 'skipped' }>]
  expect(wordsOf(row.right)).toHaveLength(4_002)
  expect(wordsOf(row.right)!.endsWith(' …')).toBe(true)
})

test('any two texts: every line of the rows stands in its file at that number', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'a b', '', 'ünïcode', '<b>')).map(lines => lines.join('\n'))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const sides = { left: before.split('\n'), right: after.split('\n') }
      for (const row of rowsOf(bytes(before), bytes(after))!.rows) {
        if (row.kind === 'skipped') continue
        for (const side of ['left', 'right'] as const)
          if (row[side] !== undefined) expect(wordsOf(row[side])).toBe(sides[side][row[side].number - 1])
      }
    }),
  )
})

test('any bytes give rows or none, and never throw', () => {
  const side = fc.option(fc.uint8Array({ maxLength: 400 }), { nil: undefined })
  fc.assert(fc.property(side, side, (before, after) => void rowsOf(before, after)))
})
