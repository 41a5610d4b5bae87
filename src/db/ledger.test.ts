import { describe, expect, test } from 'vitest'
import { atlasSum, atlasSumFindings } from './atlas-sum.ts'
import { journalFindings } from './drizzle-journal.ts'
import { changesIn, planFindings } from './sqitch-plan.ts'

describe('atlas.sum', () => {
  const files = { 'm/1.sql': 'SELECT 1;\n', 'm/2.sql': 'SELECT 2;\n' }
  const sum = atlasSum(Object.entries(files).map(([path, text]) => ({ name: path.slice(2), text })))
  const said = (texts: Record<string, string>) =>
    atlasSumFindings(new Map(Object.entries({ 'm/atlas.sum': sum, ...texts }))).map(
      one => `${one.at?.line} ${one.what}`,
    )

  test('agrees with its files', () => {
    expect(said(files)).toEqual([])
  })

  test.each([
    ['edited', { ...files, 'm/1.sql': 'DROP TABLE a;\n' }, '2 atlas.sum does not agree: 1.sql was edited.'],
    ['added at the end', { ...files, 'm/3.sql': '' }, '4 atlas.sum does not agree: 3.sql was added.'],
    ['added between', { ...files, 'm/11.sql': '' }, '3 atlas.sum does not agree: 11.sql was added.'],
    ['removed', { 'm/1.sql': 'SELECT 1;\n' }, '3 atlas.sum does not agree: 2.sql was removed.'],
    [
      'with a first line of its own',
      { ...files, 'm/atlas.sum': sum.replace(/^h1:./, 'h1:#') },
      '1 atlas.sum does not agree: its first line is not the sum of the others.',
    ],
  ])('%s', (_, texts, what) => {
    expect(said(texts)).toEqual([what])
  })

  test('a file that asks to be left out is', () => {
    const ignored = { name: '3.sql', text: '-- atlas:sum ignore\n\nSELECT 3;\n' }
    expect(atlasSum([{ name: '1.sql', text: 'SELECT 1;\n' }, ignored]).split('\n')).toHaveLength(3)
  })
})

describe('the journal of Drizzle', () => {
  const journal = (...entries: [tag: string, when: number][]) =>
    JSON.stringify({ entries: entries.map(([tag, when], idx) => ({ idx, tag, when })) }, null, 1)
  const said = (text: string, ...files: string[]) =>
    journalFindings(
      new Map([['drizzle/meta/_journal.json', text], ...files.map(file => [`drizzle/${file}.sql`, ''] as const)]),
    ).map(one => one.what)

  test('agrees with its files', () => {
    expect(said(journal(['0_a', 1], ['1_b', 2]), '0_a', '1_b')).toEqual([])
  })

  test.each<[string, string, string[], string]>([
    ['a file that is not listed', journal(['0_a', 1]), ['0_a', '1_b'], 'never runs it'],
    ['an entry without a file', journal(['0_a', 1], ['1_b', 2]), ['0_a'], 'there is no 1_b.sql'],
    ['an entry that is older than the one before', journal(['0_a', 2], ['1_b', 1]), ['0_a', '1_b'], 'leave it out'],
    ['no journal at all', '{', ['0_a'], 'cannot be read'],
  ])('%s', (_, text, files, what) => {
    expect(said(text, ...files)).toEqual([expect.stringContaining(what)])
  })
})

describe('sqitch.plan', () => {
  const plan = `%syntax-version=1.0.0
%project=shop

users 2024-01-10T09:30:00Z Ada <ada@example.com> # People.
app/orders [users] 2024-01-11T09:30:00Z Ada <ada@example.com>
@v1 2024-01-12T09:30:00Z Ada <ada@example.com>
users [users@v1] 2024-01-13T09:30:00Z Ada <ada@example.com> # Again.
`
  test('names a reworked change by the tag that followed its older form', () => {
    expect(changesIn(plan).map(change => change.script)).toEqual(['users@v1', 'app/orders', 'users'])
  })

  test('disagrees with a script that it does not list, and with a change that has none', () => {
    const paths = ['deploy/users@v1.sql', 'deploy/users.sql', 'deploy/other.sql']
    const texts = new Map([['sqitch.plan', plan], ...paths.map(path => [path, ''] as const)])
    const found = planFindings(texts, path => path.slice('deploy/'.length, -'.sql'.length))
    expect(found.map(one => one.what)).toEqual([
      'The plan lists app/orders, and there is no deploy/app/orders.sql.',
      'deploy/other.sql is not in sqitch.plan: sqitch never deploys it.',
    ])
  })
})
