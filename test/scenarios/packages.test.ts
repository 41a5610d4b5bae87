import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const quiet = 'protect: [main]\ngates: { db: false, secrets: false, changelog: false }\n'

async function workspace(config: string, files: Readonly<Record<string, string>> = {}): Promise<TempRepo> {
  const repo = await tempRepo({
    'package.json': JSON.stringify({ name: 'all', private: true, workspaces: ['packages/*'] }),
    'packages/api/package.json': JSON.stringify({ name: '@acme/api', dependencies: { '@acme/shared': '*' } }),
    'packages/api/check.sh': 'exit 0\n',
    'packages/shared/package.json': JSON.stringify({ name: '@acme/shared' }),
    'packages/shared/check.sh': 'exit 0\n',
    'packages/web/package.json': JSON.stringify({ name: '@acme/web' }),
    'packages/web/check.sh': 'exit 0\n',
    ...files,
  })
  await repo.commit({ '.shiprc': config.replaceAll('RUNS', join(repo.home, 'runs')) }, 'guard')
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  const installed = await repo.shipGuard(['install'])
  if (installed.code !== 0) throw new Error(installed.stderr)
  await writeFile(join(repo.home, 'runs'), '')
  return repo
}

const each = `${quiet}packages:
  - path: packages/*
    gates: { command: { check: { run: 'basename "$PWD" >> RUNS; sh check.sh' } } }
`

async function ran(repo: TempRepo): Promise<readonly string[]> {
  const { stdout } = await exec('cat', [join(repo.home, 'runs')])
  await writeFile(join(repo.home, 'runs'), '')
  return stdout.split('\n').filter(Boolean).sort()
}

test('a push that touches one package asks that one, in its folder, and those that depend on it', async () => {
  await using repo = await workspace(each)
  await repo.commit({ 'packages/web/a.js': '1' })
  const first = await repo.git('push', 'origin', 'main')
  expect(first.stderr).toContain('Passed: origin/main')
  expect(first.code).toBe(0)
  expect(await ran(repo)).toEqual(['web'])
  await repo.commit({ 'packages/shared/a.js': '1' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await ran(repo)).toEqual(['api', 'shared'])
})
