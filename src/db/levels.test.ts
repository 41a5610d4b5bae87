import { expect, test } from 'vitest'
import { knownRuleNames, levelled, type RuleLevels } from './levels.ts'
import { lint } from './lint.ts'

async function said(levels: RuleLevels, text = 'ALTER TABLE users DROP COLUMN email;'): Promise<string[]> {
  const { findings } = await lint({ files: [{ path: 'a.sql', text, isNew: true }], dialects: ['postgres'], levels })
  return findings.map(({ severity, rule }) => `${severity} ${rule}`)
}

test.each(['drop-column', 'DS103', 'ban-drop-column', 'destructive'])('a level may be given to %s', async name => {
  expect(await said({ [name]: 'warning' })).toEqual(['warning drop-column'])
  expect(await said({ [name]: 'off' })).toEqual([])
})

test('the more exact name wins', async () => {
  expect(await said({ destructive: 'off', DS103: 'warning' })).toEqual(['warning drop-column'])
})

test('a warning can be raised to a stop, with the line that allows it', async () => {
  const text = 'ALTER TABLE users RENAME COLUMN email TO mail;'
  expect(await said({}, text)).toEqual(['warning rename-column'])
  expect(await said({ incompatible: 'error' }, text)).toEqual(['error rename-column'])
})

test('findings about whole files have levels too', () => {
  const finding = { rule: 'edited-migration', severity: 'error' as const, what: '', why: '', instead: '' }
  expect(levelled(finding, { 'edited-migration': 'warning' })?.severity).toBe('warning')
  expect(levelled(finding, { 'edited-migration': 'off' })).toBeUndefined()
  expect(levelled(finding, {})).toBe(finding)
})

test('every name that a config may use is known', () => {
  expect(knownRuleNames()).toEqual(
    expect.arrayContaining(['drop-column', 'DS103', 'ban-drop-column', 'destructive', 'naming', 'edited-migration']),
  )
})
