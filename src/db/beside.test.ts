import { expect, test } from 'vitest'
import { earlierAbout, laterAbout } from './beside.ts'
import { dialectOf } from './lint.ts'
import type { FileContext } from './rule.ts'

test('what comes before and after is told by the place, and a file that names one table for ever is not read whole each time', () => {
  const statements = dialectOf('mysql').parse(`${'DROP TABLE a; DROP TABLE b;'.repeat(1500)} ALTER TABLE a ADD x int;`)
  const context = { statements } as unknown as FileContext
  const name = { name: 'a' }
  expect(laterAbout(name, statements[2990]!, context)).toEqual([
    ...[2992, 2994, 2996, 2998].map(at => statements[at]),
    statements[3000],
  ])
  expect(earlierAbout(name, statements[4]!, context)).toEqual([statements[0], statements[2]])
  expect(laterAbout(name, statements[0]!, context).length).toBe(1000)
  expect(earlierAbout(name, statements[3000]!, context).at(-1)).toBe(statements[2998])
})
