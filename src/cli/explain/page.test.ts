import { expect, test } from 'vitest'
import { defineGate, type Gate } from '../../core/gate.ts'
import { z } from '../../core/schema.ts'
import { width } from '../../core/width.ts'
import { defineRule } from '../../db/rule.ts'
import { list, page } from './page.ts'
import { named, topicsOf } from './topics.ts'

const gate = defineGate({
  id: 'freeze-window',
  title: 'Freeze window',
  why: 'Nobody is there to mend it on a Sunday.',
  version: 1,
  fast: true,
  options: z.strictObject({
    days: z.array(z.string()).default(['sunday']).describe('Days on which nothing is pushed.'),
  }),
  reads: () => ['clock', { files: ['calendar/*.ics'] }],
  check: async () => [],
})

const rule = defineRule({
  id: 'drop-column',
  code: 'DS103',
  title: 'Dropping a column',
  severity: 'error',
  dialects: ['postgres', 'sqlite'],
  why: 'Its values are lost.',
  instead: 'Drop it in the next release.',
  examples: [
    { dialects: ['sqlite'], before: 'CREATE TABLE t (a int);', bad: 'ALTER TABLE t DROP a;', good: 'SELECT 1;' },
  ],
  *check() {},
})

const topics = topicsOf({
  gates: [gate as unknown as Gate],
  rules: [rule, { ...rule, id: 'drop-many' }],
  secrets: [
    {
      id: 'some-token',
      title: 'token of some service',
      why: 'It opens it.',
      examples: [{ bad: 'key = "{upper:16}"' }],
    },
  ],
})

test('a gate: why, when, on what its answer depends, its options', () => {
  expect(page(topics[0]!, 100)).toBe(
    `
freeze-window  (gate)
Freeze window

Why      Nobody is there to mend it on a Sunday.

When     Asked before a push and, because it is fast, after a merge. Its answer is kept until one of
         these changes: the time; files calendar/*.ics.

Options (gates.freeze-window in .shiprc)
  days: list of string, default ["sunday"]
      Days on which nothing is pushed.

Page     docs/reference/gates/freeze-window.md in ship-guard's repository
`.trim(),
  )
})

test('a rule: code, severity, dialects, why, instead, examples', () => {
  expect(page(topics[1]!, 100)).toBe(
    `
drop-column  DS103  (rule; error; postgres, sqlite)
Dropping a column

Why      Its values are lost.

Instead  Drop it in the next release.

Reported (sqlite)
    -- in an earlier migration
    CREATE TABLE t (a int);
    -- in this push
    ALTER TABLE t DROP a;
Fine (sqlite)
    SELECT 1;

Page     docs/reference/rules/drop-column.md in ship-guard's repository
`.trim(),
  )
})

test('a kind of secret', () => {
  expect(page(topics[3]!, 100)).toContain(
    'some-token  (kind of secret)\nToken of some service\n\nWhy      It opens it.',
  )
})

test.each([40, 60, 100])('prose fits into %i columns, code is never broken', columns => {
  for (const topic of topics)
    for (const line of page(topic, columns).split('\n'))
      if (!line.startsWith('    ') && !line.includes('docs/')) expect(width(line)).toBeLessThanOrEqual(columns)
  expect(page(topics[1]!, 20)).toContain('\n    -- in an earlier migration\n')
})

test('is found by id or code, whatever the case, and one code may mean several', () => {
  expect(named(topics, 'Drop-Column').map(topic => topic.id)).toEqual(['drop-column'])
  expect(named(topics, ' ds103 ').map(topic => topic.id)).toEqual(['drop-column', 'drop-many'])
  expect(named(topics, 'nope')).toEqual([])
})

test('is found by the name that another tool has for it', () => {
  const known = topics.map(topic =>
    topic.id === 'drop-column' ? { ...topic, alsoKnownAs: ['squawk: ban-drop'] } : topic,
  )
  expect(named(known, 'ban-drop').map(topic => topic.id)).toEqual(['drop-column'])
  expect(named(known, 'squawk: ban-drop').map(topic => topic.id)).toEqual(['drop-column'])
})

test('the list has a line for everything, by kind', () => {
  expect(list(topics, 100)).toBe(
    `
Gates
  freeze-window  Freeze window

Rules for migrations
  drop-column    DS103  Dropping a column
  drop-many      DS103  Dropping a column

Kinds of secrets
  some-token     Token of some service

More about one of them: npx ship-guard explain <id or code>
`.trim(),
  )
})

test('a gate that cannot say what it reads without its required options says nothing of it', () => {
  const demanding = { ...gate, options: z.strictObject({ run: z.string() }), reads: () => [] } as unknown as Gate
  const [topic] = topicsOf({ gates: [demanding], rules: [], secrets: [] })
  expect(topic!.reads).toBeUndefined()
  expect(page(topic!, 100)).toContain('after a merge.\n')
})
