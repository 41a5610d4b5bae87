// The rows of table 4c of where git looks for hooks, and what users of other hook tools were hurt by, that no other file of this folder tries.

import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas } from '../support/guarded-repo.ts'
import { sourceRoot } from '../support/package-root.ts'
import { exec, TempRepo, tempRepo } from '../support/temp-repo.ts'

const bad = { 'check.sh': 'echo the tests say no; exit 1\n' }
const says = (stderr: string) => ({ code: 1, stderr: expect.stringContaining(stderr) })

test('hooks inside the git dir of a linked work tree are never used', async () => {
  await using repo = await guardedRepo()
  const linked = join(repo.home, 'linked')
  await repo.ok('worktree', 'add', '-q', '-b', 'side', linked)
  const dead = join(repo.dir, '.git', 'worktrees', 'linked', 'hooks')
  await mkdir(dead)
  await writeFile(join(dead, 'pre-push'), '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  await writeFile(join(linked, 'check.sh'), bad['check.sh'])
  await exec('git', ['commit', '-qam', 'bad'], { cwd: linked })
  expect(await exec('git', ['push', 'origin', 'HEAD:main'], { cwd: linked })).toMatchObject(says('the tests say no'))
  expect((await repo.shipGuard(['install'], { cwd: linked })).code).toBe(0)
  expect(await readFile(join(dead, 'pre-push'), 'utf8')).toBe('#!/bin/sh\nexit 0\n')
})

test('a relative core.hooksPath into .git: what install names guards linked work trees as well', async () => {
  await using repo = await guardedRepo()
  const linked = join(repo.home, 'linked')
  await repo.ok('worktree', 'add', '-q', '-b', 'side', linked)
  await repo.ok('config', 'core.hooksPath', '.git/hooks')
  await writeFile(join(linked, 'check.sh'), bad['check.sh'])
  await exec('git', ['commit', '-qam', 'bad'], { cwd: linked })
  const push = () => exec('git', ['push', '--dry-run', 'origin', 'HEAD:main'], { cwd: linked })
  expect((await push()).stderr).not.toContain('the tests say no')
  const command = /git config core\.hooksPath ".*"/.exec((await repo.shipGuard(['install'])).stderr)?.[0]
  expect((await exec('sh', ['-c', command ?? 'exit 99'], { cwd: repo.dir })).code).toBe(0)
  expect(await push()).toMatchObject(says('the tests say no'))
})

test('a clone that got its hooks from a template is guarded, and install makes them its own', async () => {
  await using repo = await guardedRepo()
  const template = join(repo.home, 'template')
  await cp(join(repo.dir, '.git', 'hooks'), join(template, 'hooks'), { recursive: true })
  const clone = new TempRepo(join(repo.home, 'clone'))
  await exec('git', ['-c', `init.templateDir=${template}`, 'clone', '-q', repo.origin, clone.dir])
  await clone.commit(bad)
  expect(await clone.git('push', 'origin', 'HEAD:main')).toMatchObject(says('the tests say no'))
  const doctor = await clone.shipGuard(['doctor'])
  expect(doctor.stdout + doctor.stderr).toContain('npx ship-guard install')
  expect((await clone.shipGuard(['install'])).code).toBe(0)
  // git keeps no reflog of what a clone brought: nothing was pushed from here, which is not the same as not knowing.
  expect(await clone.shipGuard(['doctor'])).toMatchObject({ code: 0, stderr: expect.stringContaining('All is well.') })
  await clone.ok('config', 'core.logAllRefUpdates', 'false')
  expect(await clone.shipGuard(['doctor'])).toMatchObject({ code: 3 })
  expect(await clone.git('push', 'origin', 'HEAD:main')).toMatchObject(says('the tests say no'))

  // A template with somebody else's hook: it is kept and runs first.
  await writeFile(join(template, 'hooks', 'pre-push'), '#!/bin/sh\necho the template >&2\n', { mode: 0o755 })
  const other = new TempRepo(join(repo.home, 'other'))
  await exec('git', ['-c', `init.templateDir=${template}`, 'clone', '-q', repo.origin, other.dir])
  expect((await other.shipGuard(['install'])).code).toBe(0)
  await other.commit(bad)
  const both = await other.git('push', 'origin', 'HEAD:main')
  expect(both).toMatchObject(says('the tests say no'))
  expect(both.stderr.indexOf('the template')).toBeLessThan(both.stderr.indexOf('the tests say no'))
})

test('git hook run starts the very hook that a push starts', async () => {
  await using repo = await guardedRepo()
  const before = await remoteHas(repo, 'main')
  const commit = await repo.commit(bad)
  await writeFile(join(repo.home, 'lines'), `refs/heads/main ${commit} refs/heads/main ${before}\n`)
  const empty = await repo.git('hook', 'run', 'pre-push', '--', 'origin', repo.origin)
  expect(empty).toMatchObject({ code: 0, stderr: '' })
  // git 2.39 has no --to-stdin, so the lines go to the hook that it names.
  const path = await repo.ok('rev-parse', '--git-path', 'hooks/pre-push')
  const input = await readFile(join(repo.home, 'lines'))
  expect(await exec(path, ['origin', repo.origin], { cwd: repo.dir, input })).toMatchObject(says('the tests say no'))
})

test('installing leaves nothing in the work tree, in the index or in anybody’s config', async () => {
  await using repo = await tempRepo({ 'package.json': '{ "name": "app" }\n' })
  const global = join(repo.home, 'gitconfig')
  await writeFile(global, '[user]\n\tname = Ada\n')
  const env = { GIT_CONFIG_GLOBAL: global, HOME: repo.home }
  const config = await repo.read('.git/config')
  for (const words of [['install'], ['install'], ['install', '--pre-commit'], ['uninstall']]) {
    expect((await repo.shipGuard(words, { env })).code, words.join(' ')).toBe(0)
    expect(await repo.ok('status', '--porcelain', '--ignored')).toBe('')
    expect([await repo.read('.git/config'), await readFile(global, 'utf8')]).toEqual([config, '[user]\n\tname = Ada\n'])
  }
})

test('with core.autocrlf no hook of ours gets Windows line ends', async () => {
  await using repo = await tempRepo({
    '.shiprc': 'protect: [main]\ngates: { db: false, secrets: false, changelog: false }\n',
  })
  await repo.ok('config', 'core.autocrlf', 'true')
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  for (const name of ['pre-push', 'post-merge', 'post-rewrite'])
    expect(await repo.read(`.git/hooks/${name}`)).not.toContain('\r')
})

test('the package runs nothing when it is installed', async () => {
  const { scripts = {} } = JSON.parse(await readFile(join(sourceRoot, 'package.json'), 'utf8')) as {
    scripts?: Record<string, string>
  }
  expect(Object.keys(scripts).filter(name => /^(pre|post)?install$/.test(name))).toEqual([])
})
