import { expect, test } from 'vitest'
import { judgeGiven } from './given.ts'
import db from './index.ts'

function judged(texts: Record<string, string>, options: object = {}) {
  const fresh = Object.entries(texts).map(([path, text]) => ({ path, content: { text } }))
  return judgeGiven({ before: [], fresh, options: db.options.parse({ dialect: 'postgres', ...options }), evidence: [] })
}

const inKnex = "exports.up = knex => knex.schema.dropTable('users')\n"

test('judges a lone SQL file, whatever its name', async () => {
  const { findings } = await judged({ 'drop.sql': 'DROP TABLE users;\n' })
  expect(findings.map(finding => finding.rule)).toEqual(['drop-table'])
})

test('asks which tool runs a file in code when nothing tells', async () => {
  await expect(judged({ 'migrations/20240401_tidy.js': inKnex })).rejects.toThrow('Which tool runs')
})

test('no tool finds nothing in a file that is not in its language', async () => {
  const { findings } = await judged({ 'db/migrate/20240401_tidy.js': inKnex }, { tool: 'rails' })
  expect(findings.map(finding => finding.severity)).toEqual(['error'])
})

test('a named file that does not run on the way up is no pass', async () => {
  await expect(judged({ 'tidy.rb': 'drop_table :users\n' }, { tool: 'rails' })).rejects.toThrow('nothing was judged')
})
