import { expect, test } from 'vitest'
import { exceptions } from './tracked.ts'

test('a few files are named one by one, with what a pattern would read in them made plain', () => {
  expect(exceptions(['schema.sql', 'db/[1] a*.sql'])).toEqual(['/schema.sql', '/db/\\[1\\] a\\*.sql'])
})

test('many of one ending in a folder are one pattern, but never in the top folder', () => {
  const numbers = Array.from({ length: 30 }, (_, n) => n)
  expect(exceptions(numbers.map(n => `migrations/${n}.sql`))).toEqual(['/migrations/*.sql'])
  expect(exceptions(numbers.map(n => `${n}.sql`))).toHaveLength(30)
})
