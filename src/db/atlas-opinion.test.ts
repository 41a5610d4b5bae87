import { describe, expect, test } from 'vitest'
import type { CommandResult } from '../core/world.ts'
import { atlasCommand, joined, readOpinion } from './atlas-opinion.ts'
import { rules } from './rules/registry.generated.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const ended = (stdout: string, stderr = '', code = 1): CommandResult => ({
  stdout: bytes(stdout),
  stderr: bytes(stderr),
  output: bytes(stdout + stderr),
  droppedBytes: 0,
  tookMs: 1,
  ended: 'exit',
  code,
})
const pathOf = (name: string) => `migrations/${name}`

const text = '-- é\nALTER TABLE users DROP COLUMN a;\n'
const printed = JSON.stringify({
  Env: { Driver: 'postgres', Dir: 'migrations' },
  Files: [
    {
      Name: '2.sql',
      Text: text,
      Reports: [
        {
          Text: 'destructive changes detected',
          Diagnostics: [{ Pos: 6, Text: 'Dropping non-virtual column "a"', Code: 'DS103' }],
        },
      ],
      Error: 'destructive changes detected',
    },
  ],
})

test('the address of the database stands in no argument', () => {
  const { argv, env } = atlasCommand({
    folder: '/m',
    latest: 2,
    config: '/c/atlas.hcl',
    devUrl: 'postgres://u:secret@h/d',
  })
  expect(argv.join(' ')).not.toContain('secret')
  expect(argv).toContain('file:///m')
  expect(env?.SHIP_GUARD_DEV_URL).toContain('secret')
})

test('a finding stands where Atlas counts its bytes, under our rule', () => {
  expect(readOpinion(ended(printed), pathOf, rules)).toMatchObject({
    findings: [
      { rule: 'drop-column', code: 'DS103', severity: 'error', at: { file: 'migrations/2.sql', line: 2, column: 1 } },
    ],
  })
})

describe('what is no answer is told as such', () => {
  test.each<[string, CommandResult, string]>([
    ['a login is wanted', ended('', 'Abort: command "migrate lint" is available only to Atlas Pro users'), 'Pro users'],
    ['garbage', ended('<html>'), '<html>'],
    ['nothing', ended('', '', 0), 'said nothing'],
    [
      'the folder fails',
      ended(JSON.stringify({ Files: [{ Name: 'atlas.sum', Error: 'checksum mismatch' }] })),
      'checksum mismatch',
    ],
  ])('%s', (_, result, said) => {
    expect(readOpinion(result, pathOf, rules)).toMatchObject({ because: expect.stringContaining(said) })
  })
})

test('what both say is said once', () => {
  const opinion = readOpinion(ended(printed), pathOf, rules)
  const theirs = 'findings' in opinion ? opinion.findings : []
  const own = { ...theirs[0]!, what: 'Drops users.a.' }
  expect(joined([own], theirs)).toEqual([own])
  expect(joined([], theirs)).toEqual(theirs)
  expect(joined([{ ...own, at: { file: 'migrations/2.sql', line: 9 } }], theirs)).toHaveLength(2)
})
