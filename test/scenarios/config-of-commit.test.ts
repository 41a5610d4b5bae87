import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig, loadConfigAt } from '../../src/config/load.ts'
import { ConfigError } from '../../src/config/problem.ts'
import { UsageError } from '../../src/core/errors.ts'
import { findConfig } from '../../src/io/config-file.ts'
import { files } from '../../src/io/files.ts'
import { openGit } from '../../src/io/git.ts'
import { type TempRepo, tempRepo } from '../support/temp-repo.ts'

const world = { findConfig, files }

async function configAt(repo: TempRepo, commit: string, checkout: () => Promise<string> = async () => repo.dir) {
  return loadConfigAt(world, await openGit(repo.dir, process.env), commit, checkout)
}

async function refusal(wanted: Promise<unknown>): Promise<UsageError> {
  const error = await wanted.then(
    () => new Error('it was accepted'),
    (caught: unknown) => caught,
  )
  expect(error).toBeInstanceOf(UsageError)
  return error as UsageError
}

const noCheckout = () => Promise.reject(new Error('a config of data needs no checkout'))

test('the config of a commit is judged, not that of the dirty work tree', async () => {
  await using repo = await tempRepo({ '.shiprc': 'protect: [release/*]\n' })
  const commit = await repo.ok('rev-parse', 'HEAD')
  await repo.write('.shiprc', 'protect: []\n')
  const loaded = await configAt(repo, commit, noCheckout)
  expect(loaded.config.protect).toEqual([{ refs: ['release/*'] }])
  expect(loaded).toMatchObject({ path: '.shiprc', blob: await repo.ok('rev-parse', `${commit}:.shiprc`) })
  expect(loaded.found?.path).toBe(join(repo.dir, '.shiprc'))
  expect((await loadConfig(world, repo.dir)).config.protect).toEqual([])
})

test('an untracked config counts for no commit, a commit without one has the defaults', async () => {
  await using repo = await tempRepo({ 'package.json': '{"name": "app"}', 'sub/.shiprc': 'protect: []\n' })
  await repo.write('.shiprc', 'protect: []\n')
  const loaded = await configAt(repo, 'HEAD', noCheckout)
  expect(loaded.config.protect).toEqual([{ refs: ['develop', 'main'] }])
  expect(loaded.found).toBeUndefined()
})

test('package.json of the commit may hold it', async () => {
  await using repo = await tempRepo({ 'package.json': '{"ship": {"protect": ["trunk"]}}' })
  const loaded = await configAt(repo, 'HEAD', noCheckout)
  expect(loaded).toMatchObject({ path: 'package.json', config: { protect: [{ refs: ['trunk'] }] } })
})

test('a second config in the commit is named, and a program that is not used is not run', async () => {
  await using repo = await tempRepo({ '.shiprc': 'postMerge: off\n', 'ship.config.mjs': 'throw new Error("run!")' })
  const { config, findings } = await configAt(repo, 'HEAD', noCheckout)
  expect(config.postMerge).toBe('off')
  expect(findings.map(finding => finding.what)).toEqual(['ship.config.mjs is not used: .shiprc comes first.'])
})

test('a JavaScript config is run where its commit is checked out', async () => {
  await using repo = await tempRepo({
    'ship.config.mjs': 'export { default } from "./branches.mjs"\n',
    'branches.mjs': '',
  })
  await repo.write('branches.mjs', 'export default { protect: ["from-checkout"] }\n')
  const loaded = await configAt(repo, 'HEAD')
  expect(loaded.config.protect).toEqual([{ refs: ['from-checkout'] }])
  expect(loaded.blob).toBe(await repo.ok('rev-parse', 'HEAD:ship.config.mjs'))
})

describe('what cannot be used', () => {
  test('names the commit, the file and the line', async () => {
    await using repo = await tempRepo({ '.shiprc': 'protect: [main]\ngates:\n  test: {}\n' })
    const error = await refusal(configAt(repo, await repo.ok('rev-parse', 'HEAD')))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toContain('.shiprc:3:3: gates.test: ')
    expect(error.message).toContain(`(in commit ${(await repo.ok('rev-parse', 'HEAD')).slice(0, 12)})`)
    expect(error.instead).toBe('Write `tests` instead of `test`.')
  })

  test('includes text that is no YAML', async () => {
    await using repo = await tempRepo({ '.shiprc': 'a: [\n' })
    expect((await refusal(configAt(repo, 'HEAD'))).message).toMatch(/^\.shiprc:\d+:\d+: this is not valid YAML/)
  })

  test('includes a symbolic link: what it points to is no part of the commit', async () => {
    await using repo = await tempRepo()
    await repo.ok('update-index', '--add', '--cacheinfo', `120000,${await linkBlob(repo)},.shiprc`)
    await repo.ok('commit', '-q', '-m', 'link')
    expect((await refusal(configAt(repo, 'HEAD'))).message).toContain('.shiprc (in commit HEAD) is a symbolic link')
  })

  test('includes a folder of that name', async () => {
    await using repo = await tempRepo({ '.shiprc/x': '1' })
    expect((await refusal(configAt(repo, 'HEAD'))).message).toContain('.shiprc (in commit HEAD) is not a file')
  })

  test('includes 10 MB', async () => {
    await using repo = await tempRepo({ '.shiprc.yml': `# ${'x'.repeat(10_000_000)}\n` })
    expect((await refusal(configAt(repo, 'HEAD'))).message).toContain('is larger than 1048576 bytes')
  })
})

test('nothing stays behind, whether it was read or refused', async () => {
  await using repo = await tempRepo({ '.shiprc': 'protect: [main]\n' })
  const good = await repo.ok('rev-parse', 'HEAD')
  await configAt(repo, good)
  await refusal(configAt(repo, await repo.commit({ '.shiprc': 'nonsense: 1\n' })))
  expect(await readdir(join(repo.dir, '.git/ship-guard/tmp'))).toEqual([])
})

test('works where the git folder cannot be written to', async () => {
  await using repo = await tempRepo({ '.shiprc': 'protect: [trunk]\n' })
  // A file in the way stands for a read-only folder, which root could write to.
  await repo.write('.git/ship-guard', 'in the way')
  await chmod(join(repo.dir, '.git/ship-guard'), 0o400)
  expect((await configAt(repo, 'HEAD')).config.protect).toEqual([{ refs: ['trunk'] }])
})

async function linkBlob(repo: TempRepo): Promise<string> {
  await repo.write('target', '../outside')
  return repo.ok('hash-object', '-w', 'target')
}
