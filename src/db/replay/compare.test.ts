import { describe, expect, test } from 'vitest'
import type { Finding } from '../../core/finding.ts'
import { compare } from './compare.ts'
import type { Observation, Roundtrip } from './observation.ts'

const engine = 'PostgreSQL 15.18'
const spot = { line: 3, column: 1, endLine: 3 }

function seen(facts: Partial<Observation>): Observation {
  return { path: 'a.sql', tookMs: 1, drops: [], costs: [], locks: [], notes: [], ...facts }
}

function found(rule: string, what: string, facts: Partial<Finding> = {}): Finding {
  return {
    rule,
    severity: 'error',
    what,
    why: 'why',
    instead: 'instead',
    at: { file: 'a.sql', line: 3, endLine: 3 },
    ...facts,
  }
}

function joined(findings: readonly Finding[], observation: Observation, on = engine): string[] {
  return compare(findings, { engine: on, observations: [observation], roundtrips: [] }).map(
    ({ rule, severity, what, at }) => `${severity} ${rule} ${at?.line}: ${what}`,
  )
}

const table = { what: 'table', name: 'public.users', byCascade: false, at: spot } as const
const column = {
  what: 'column',
  name: 'public.users.mood',
  byCascade: true,
  with: 'type public.mood',
  at: spot,
} as const

describe('a drop', () => {
  test('that was read and seen is told once', () => {
    expect(joined([found('drop-table', 'Drops table users.')], seen({ drops: [table] }))).toEqual([
      'error drop-table 3: Drops table users.',
    ])
  })

  test('that nobody has read is an error with its code and its place', () => {
    expect(compare([], { engine, observations: [seen({ drops: [column] })], roundtrips: [] })).toMatchObject([
      {
        rule: 'drop-column',
        code: 'DS103',
        severity: 'error',
        what: 'Drops column public.users.mood, taken along by type public.mood (seen by running it on PostgreSQL 15.18).',
        instead: expect.stringContaining('-- ship-guard:allow drop-column <reason>'),
        at: { file: 'a.sql', line: 3 },
      },
    ])
  })

  test('whose name only the run has shown gets it', () => {
    const [line] = joined([found('drop-table', 'Drops table some_name.')], seen({ drops: [table] }))
    expect(line).toBe(
      'error drop-table 3: Drops table some_name. Run on PostgreSQL 15.18, it dropped table public.users.',
    )
  })

  test('by CASCADE is told besides the one that was asked for', () => {
    const cascade = { ...column, name: 'public.orders.user_id', with: 'table public.users' }
    const all = joined([found('drop-table', 'Drops table users.')], seen({ drops: [table, cascade] }))
    expect(all[1]).toMatch(
      /^error drop-column 3: Drops column public.orders.user_id, taken along by table public.users/,
    )
  })

  test('that an allowance above it was written for is allowed, and the allowance is not called unused', () => {
    const unused = found('unused-allowance', 'The allowance of drop-column allows nothing here.', {
      severity: 'warning',
      at: { file: 'a.sql', line: 2 },
    })
    expect(joined([unused], seen({ drops: [column] }))).toEqual([
      'info drop-column 3: Drops column public.users.mood, taken along by type public.mood (seen by running it on PostgreSQL 15.18). It is allowed there.',
    ])
  })

  test('that was allowed as it was read stays allowed when it is seen', () => {
    const allowed = found('drop-column', 'Drops type mood with CASCADE. Allowed: moved', { severity: 'info' })
    expect(joined([allowed], seen({ drops: [column] })).filter(line => line.startsWith('error'))).toEqual([])
  })

  test('that was read and did not happen stays an error and says so', () => {
    expect(joined([found('drop-table', 'Drops table users.')], seen({}))).toEqual([
      'error drop-table 3: Drops table users. Static and replay differ: run on PostgreSQL 15.18, it dropped nothing of that name.',
    ])
  })

  test('that was read where the file failed before is left as it is', () => {
    const failed = { message: 'no', because: 'statement' } as const
    expect(joined([found('drop-table', 'Drops table users.')], seen({ failed }))[0]).toBe(
      'error drop-table 3: Drops table users.',
    )
  })

  test('takes views along, which are told with it', () => {
    const view = {
      what: 'view',
      name: 'public.addresses',
      byCascade: true,
      with: 'table public.users',
      at: spot,
    } as const
    expect(joined([found('drop-table', 'Drops table users.')], seen({ drops: [table, view] }))).toEqual([
      'error drop-table 3: Drops table users. With it goes view public.addresses.',
    ])
    expect(joined([], seen({ drops: [view] }))).toEqual([
      'warning drop-with-cascade 3: The CASCADE of table public.users takes along view public.addresses (seen by running it on PostgreSQL 15.18).',
    ])
  })
})

describe('a cost', () => {
  const rewrite = { table: 'public.users', what: 'rewrite', because: 'the type of a column changes', at: spot } as const
  const warned = found('change-column-type', 'Changes the type of users.id.', { severity: 'warning' })

  test('that was feared and seen is confirmed', () => {
    expect(joined([warned], seen({ costs: [rewrite] }))).toEqual([
      'warning change-column-type 3: Changes the type of users.id. PostgreSQL 15.18 was seen to rewrite it.',
    ])
  })

  test('that was feared and not seen is told quietly', () => {
    expect(joined([warned], seen({}))).toEqual([
      'info change-column-type 3: Changes the type of users.id. Run on PostgreSQL 15.18, it rewrote nothing.',
    ])
  })

  test('that nobody feared is a warning', () => {
    expect(joined([], seen({ costs: [rewrite] }))).toEqual([
      'warning table-rewrite 3: Rewrites public.users: the type of a column changes (seen by running it on PostgreSQL 15.18).',
    ])
  })

  test('is what MariaDB says it is', () => {
    const mariadb = 'MariaDB 10.11.19'
    const copies = found('change-column-type-copies', 'Changes users.email.', { severity: 'warning' })
    const cost = (what: 'instant' | 'copy', lock: 'none' | 'shared') =>
      seen({ costs: [{ table: 'users', what, lock, at: spot }] })
    expect(joined([copies], cost('instant', 'none'), mariadb)).toEqual([
      'info change-column-type-copies 3: Changes users.email. Asked on an empty copy of the table, MariaDB 10.11.19 does it with ALGORITHM=INSTANT, LOCK=NONE.',
    ])
    expect(joined([copies], cost('copy', 'shared'), mariadb)[0]).toMatch(
      /^warning .* with ALGORITHM=COPY, LOCK=SHARED\.$/,
    )
    expect(joined([], cost('copy', 'shared'), mariadb)).toEqual([
      'warning table-copy 3: Copies users and blocks writes to it meanwhile (ALGORITHM=COPY, LOCK=SHARED, asked of MariaDB 10.11.19).',
    ])
    expect(joined([], cost('instant', 'none'), mariadb)).toEqual([])
  })
})

test('a migration that fails stops, unless it only misses rows', () => {
  const message = 'column "x" does not exist'
  expect(joined([], seen({ failed: { message, because: 'statement', at: spot } }))).toEqual([
    'error migration-fails 3: It does not run on PostgreSQL 15.18: column "x" does not exist.',
  ])
  expect(joined([], seen({ failed: { message, because: 'data' } }))[0]).toMatch(/^warning migration-fails/)
})

test('a way back that does not restore is a warning, and one that was not tried is none', () => {
  const roundtrips: Roundtrip[] = [
    { path: 'a.sql', outcome: 'restored' },
    { path: 'b.sql', outcome: 'no-down' },
    { path: 'c.sql', outcome: 'not-tried' },
    { path: 'd.sql', outcome: 'differs', differs: ['one', 'two', 'three', 'four'] },
    { path: 'e.sql', outcome: 'failed', message: 'The way back fails: no' },
  ]
  expect(
    compare([], { engine, observations: [], roundtrips }).map(({ rule, what, at }) => `${at?.file} ${rule}: ${what}`),
  ).toEqual([
    'd.sql down-does-not-restore: Run on PostgreSQL 15.18, its way back does not restore the schema: one; two; three; and 1 more.',
    'e.sql down-does-not-restore: Run on PostgreSQL 15.18, its way back does not restore the schema: The way back fails: no.',
  ])
})
