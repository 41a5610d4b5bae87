import { expect, test } from 'vitest'
import { type TempRepo, tempRepo } from '../support/temp-repo.ts'

async function guarded(command: string, files: Readonly<Record<string, string>> = {}): Promise<TempRepo> {
  const config = `gates:\n  db: false\n  secrets: false\n  changelog: false\n  command:\n    style: ${command}\n`
  const repo = await tempRepo({ '.shiprc': config, ...files })
  const installed = await repo.shipGuard(['install'])
  if (installed.code !== 0) throw new Error(installed.stderr)
  return repo
}

test('a command of the user’s own refuses with the end of its output and the reason the user gave', async () => {
  await using repo = await guarded('{ run: sh style.sh, title: Style, why: Reviews are for ideas. }', {
    'style.sh': 'exit 0\n',
  })
  await repo.commit({ 'style.sh': 'echo "a.js:1 has tabs"; exit 2\n' })
  const refused = await repo.git('push', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('Style: `sh style.sh` failed (exit 2).')
  expect(refused.stderr).toContain('a.js:1 has tabs')
  expect(refused.stderr).toContain('Reviews are for ideas.')
  await repo.commit({ 'style.sh': 'exit 0 # again\n' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
})

test('a plain string is a command', async () => {
  await using repo = await guarded('test ! -e bad')
  await repo.commit({ bad: 'x' })
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('`test ! -e bad` failed (exit 1).')
})

test('a command that does not exist keeps the push back undecided, with the way out', async () => {
  await using repo = await guarded('no-such-linter --all')
  await repo.commit({ 'a.js': 'x' })
  const refused = await repo.git('push', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toMatch(/a program in it was not found \(exit\s+127\)/)
  expect((await repo.shipGuard(['check', '--only', 'style'])).code).toBe(3)
})

test('a command that hangs is ended after its time limit', async () => {
  await using repo = await guarded('{ run: sleep 300, timeout: 1s }')
  await repo.commit({ 'a.js': 'x' })
  const refused = await repo.git('push', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('`sleep 300` did not end within 1.0 s and was stopped.')
})

test('judges the pushed commit, whatever lies in the work tree', async () => {
  await using repo = await guarded('test ! -e bad')
  await repo.commit({ 'a.js': 'x' })
  await repo.write('bad', 'not committed')
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  await repo.commit({ bad: 'x' })
  await repo.ok('rm', '-q', '--cached', 'bad')
  expect((await repo.git('push', 'origin', 'main')).code).toBe(1)
})

test('an answer is kept while the files that it reads are the same', async () => {
  await using repo = await guarded(`{ run: 'echo x >> ../runs', reads: ['src/**'] }`)
  const runs = async () => (await import('node:fs/promises')).readFile(`${repo.home}/runs`, 'utf8').catch(() => '')
  await repo.commit({ 'src/a.js': '1' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  await repo.commit({ 'other.txt': '1' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await runs()).toBe('x\n')
  await repo.commit({ 'src/a.js': '2' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await runs()).toBe('x\nx\n')
})
