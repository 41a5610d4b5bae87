import { expect, test } from 'vitest'
import { rules } from '../../src/db/rules/registry.generated.ts'
import { gates } from '../../src/gates/registry.generated.ts'
import { tempRepo } from '../support/temp-repo.ts'

test('explains a rule by its code, anywhere in a repository and with nothing but the package', async () => {
  await using repo = await tempRepo()
  const explained = await repo.shipGuard(['explain', 'ds103'])
  expect(explained).toMatchObject({ code: 0, stderr: '' })
  expect(explained.stdout).toMatch(/^drop-column {2}DS103 {2}\(rule; error; /)
  expect(explained.stdout).toContain('ALTER TABLE users DROP COLUMN email;')
})

test.each([
  ['tests-failed', 'tests-failed  (finding of the gate tests)', 'Instead  Run the command yourself'],
  ['protected-branch-deleted', 'protected-branch-deleted  (finding about the push itself)', 'Why      Everyone'],
])('explains what a refusal names: %s', async (id, heading, part) => {
  await using repo = await tempRepo()
  const explained = await repo.shipGuard(['explain', id])
  expect(explained).toMatchObject({ code: 0, stderr: '' })
  expect(explained.stdout).toContain(heading)
  expect(explained.stdout).toContain(part)
})

test('explains outside of any repository', async () => {
  await using repo = await tempRepo()
  expect(await repo.shipGuard(['explain', 'tests'], { cwd: '/' })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Options (gates.tests in .shiprc)'),
  })
})

test('lists every gate and rule, and each of them can be explained', async () => {
  await using repo = await tempRepo()
  const listed = await repo.shipGuard(['explain'])
  const json = await repo.shipGuard(['explain', '--json'])
  expect([listed.code, json.code]).toEqual([0, 0])
  const { format, topics } = JSON.parse(json.stdout) as { format: number; topics: { id: string; kind: string }[] }
  expect(format).toBe(1)
  for (const { id } of [...gates, ...rules]) {
    expect(listed.stdout).toContain(`  ${id} `)
    expect(topics.map(topic => topic.id)).toContain(id)
  }
})

test('for programs: one rule with everything about it', async () => {
  await using repo = await tempRepo()
  const { stdout } = await repo.shipGuard(['explain', 'DS103', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({
    format: 1,
    topics: [
      {
        kind: 'rule',
        id: 'drop-column',
        code: 'DS103',
        severity: 'error',
        why: expect.any(String),
        instead: expect.any(String),
        examples: expect.arrayContaining([expect.objectContaining({ bad: expect.any(String) })]),
      },
    ],
  })
})

test('a name that is not known is wrong use, and the nearest names are told', async () => {
  await using repo = await tempRepo()
  const wrong = await repo.shipGuard(['explain', 'drop-colum'])
  expect(wrong).toMatchObject({ code: 2, stdout: '' })
  expect(wrong.stderr).toContain('There is no gate or rule "drop-colum".')
  expect(wrong.stderr).toContain('Did you mean drop-column')
  const hostile = await repo.shipGuard(['explain', '\u001b[2Jx'])
  expect(hostile).toMatchObject({ code: 2, stdout: '' })
  expect(hostile.stderr).not.toContain('\u001b')
})
