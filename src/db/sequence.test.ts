import { describe, expect, test } from 'vitest'
import { compareVersions, type Sequenced, sequenceFindings } from './sequence.ts'

function file(path: string, isNew = false, facts: Partial<Sequenced> = {}): Sequenced {
  const name = path.split('/').at(-1)!
  const version = /^V?(\d[\d.]*)/.exec(name)?.[1]
  return { path, name, version, isNew, ...facts }
}

function said(...files: Sequenced[]): string[] {
  return sequenceFindings(files, 'main').map(({ severity, rule, at }) => `${severity} ${rule} ${at?.file}`)
}

describe('a new migration', () => {
  test('after the last one of the branch is in order', () => {
    expect(said(file('m/9_a.sql'), file('m/10_b.sql', true))).toEqual([])
  })

  test('before one that the branch has is out of order', () => {
    expect(said(file('m/1_a.sql'), file('m/3_c.sql'), file('m/2_b.sql', true))).toEqual([
      'warning out-of-order-migration m/2_b.sql',
    ])
  })

  test('of another folder has an order of its own', () => {
    expect(said(file('a/migrations/9_a.sql'), file('b/migrations/1_b.sql', true))).toEqual([])
    const folders = ['m/20240102_b/migration.sql', 'm/20240101_a/migration.sql']
    const prisma = folders.map((path, at) => file(path, at === 1, { version: /\d{8}/.exec(path)![0] }))
    expect(said(...prisma)).toEqual(['warning out-of-order-migration m/20240101_a/migration.sql'])
  })

  test('without a version is in no order', () => {
    expect(said(file('m/b.py'), file('m/a.py', true))).toEqual([])
  })

  test('with the version of another stops where the version is all that the tool remembers', () => {
    const [old, fresh] = ['m/003_a.up.sql', 'm/3_b.up.sql']
    expect(said(file(old, false, { name: '3' }), file(fresh, true, { name: '3' }))).toEqual([
      `error duplicate-migration-version ${fresh}`,
    ])
    expect(said(file(old), file(fresh, true))).toEqual([`warning duplicate-migration-version ${fresh}`])
  })

  test('may share a timestamp where the whole name counts', () => {
    expect(said(file('m/20240101000000_a.php'), file('m/20240101000000_b.php', true))).toEqual([])
  })

  test('two of one push with one version are told once', () => {
    expect(said(file('m/3_a.sql', true), file('m/3_b.sql', true))).toEqual([
      'warning duplicate-migration-version m/3_b.sql',
    ])
  })

  test('that says the same as another is told', () => {
    const text = 'CREATE TABLE a (id int);'
    expect(said(file('m/1_a.sql', false, { text }), file('m/2_b.sql', true, { text: `${text}\n` }))).toEqual([
      'warning duplicate-migration m/2_b.sql',
    ])
    expect(said(file('m/1_a.sql', false, { text: 'ANALYZE;' }), file('m/2_b.sql', true, { text: 'ANALYZE;' }))).toEqual(
      [],
    )
  })
})

test.each([
  ['1.9', '1.10'],
  ['2', '10'],
  ['1', '1.1'],
  ['20240101', '20240102'],
  ['2024_01_01_000000', '2024_01_01_000001'],
])('version %s comes before %s', (left, right) => {
  expect(compareVersions(left, right)).toBeLessThan(0)
  expect(compareVersions(right, left)).toBeGreaterThan(0)
})
