import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { sourceRoot } from '../support/package-root.ts'
import { type TempRepo, tempRepo } from '../support/temp-repo.ts'

const schema = JSON.parse(readFileSync(join(sourceRoot, 'report.schema.json'), 'utf8')) as object

test('several reports at once: people on stderr, programs on stdout, and a file', async () => {
  await using repo = await withoutEntry()
  const check = await repo.shipGuard([
    'check',
    '--report',
    'terminal',
    '--report',
    'json',
    '--report',
    'json=out/r.json',
  ])
  expect(check.code).toBe(1)
  expect(check.stderr.trimEnd().split('\n').at(-1)).toMatch(/^Refused: origin\/main needs changelog\. /)
  expect(await repo.read('out/r.json')).toBe(check.stdout)
  const matches = new Ajv2020().compile(schema)
  matches(JSON.parse(check.stdout))
  expect(matches.errors).toBeNull()
  expect(JSON.parse(check.stdout)).toMatchObject({ result: 'refused', exitCode: check.code })
})

test('a format that is not known, and a file that cannot be written, are wrong use and never a pass', async () => {
  await using repo = await withoutEntry()
  const unknown = await repo.shipGuard(['check', '--report', 'jsno'])
  expect(unknown).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Did you mean json?') })
  const unwritable = await repo.shipGuard(['check', '--report', 'terminal', '--report', 'json=README.md/r.json'])
  expect(unwritable.code).toBe(2)
  expect(unwritable.stderr).toContain('Refused: origin/main needs changelog.')
  expect(unwritable.stderr).toContain('The report could not be written to README.md/r.json')
})

test('a narrow terminal and one without colours get what they can show', async () => {
  await using repo = await withoutEntry()
  const narrow = await repo.shipGuard(['check'], { env: { COLUMNS: '40' } })
  const findings = narrow.stderr.split('\n').filter(line => line.startsWith('  '))
  expect(findings.length).toBeGreaterThan(2)
  expect(narrow.stderr).not.toContain('\u001b')
  const coloured = await repo.shipGuard(['check'], { env: { NO_COLOR: undefined, FORCE_COLOR: '1' } })
  expect(coloured.stderr).toContain('\u001b[31m')
})

/** A push to main that lacks its changelog entry. */
async function withoutEntry(): Promise<TempRepo> {
  const repo = await tempRepo({ 'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n', 'src/a.js': '1\n' })
  await repo.commit({ 'src/a.js': '2\n' })
  return repo
}
