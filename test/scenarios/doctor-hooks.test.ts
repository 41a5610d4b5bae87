// Every way in which git comes to run no hook, or another one, and says nothing: doctor finds it, and the command it names mends it.
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Check } from '../../src/core/diagnosis.ts'
import { asNpx, diagnosed, hooksOf, typed } from '../support/diagnosed.ts'
import { exec, TempRepo, tempRepo } from '../support/temp-repo.ts'

const template = await tempRepo()
const done = await template.shipGuard(['install'])
if (done.code !== 0) throw new Error(done.stderr)
afterAll(() => template[Symbol.asyncDispose]())

/** A clone in which the hooks are, with a commit that its remote does not have. */
async function installed(): Promise<TempRepo> {
  const repo = new TempRepo(await mkdtemp(join(tmpdir(), 'ship-guard-test-')))
  await cp(template.home, repo.home, { recursive: true })
  await repo.ok('remote', 'set-url', 'origin', repo.origin)
  const record = join(repo.dir, '.git', 'ship-guard', 'installed.json')
  await writeFile(record, (await readFile(record, 'utf8')).replaceAll(template.home, repo.home))
  return repo
}

function hook(repo: TempRepo, name = 'pre-push'): string {
  return join(repo.dir, '.git', 'hooks', name)
}

async function put(path: string, text: string, mode = 0o755): Promise<void> {
  await writeFile(path, text)
  await chmod(path, mode)
}

/** Whether git starts ship-guard on a push from here: it writes that down where SHIP_GUARD_PROBE says. */
async function isGuarded(repo: TempRepo, cwd = repo.dir): Promise<boolean> {
  const answers = join(repo.home, 'answers')
  await writeFile(answers, '')
  await exec('git', ['push', '--dry-run', 'origin', 'HEAD:refs/heads/any'], {
    cwd,
    timeoutMs: 20_000,
    env: { SHIP_GUARD_PROBE: answers },
  })
  return (await readFile(answers, 'utf8')).includes(' refs/heads/any ')
}

test('a clone with the hooks in place is well, without anything being asked of a remote', async () => {
  await using repo = await installed()
  await repo.ok('remote', 'set-url', 'origin', 'ssh://nobody.invalid/app.git')
  const ended = await repo.shipGuard(['doctor'])
  expect(ended.stdout).toContain(`✓ pre-push      git starts ${hook(repo)}.`)
  expect(ended.stdout).toContain('remote origin: ssh://nobody.invalid/app.git')
  expect(ended.stdout).toMatch(/✓ protected +develop, main/)
  expect(ended.stderr).toContain('All is well.')
  expect(ended.code).toBe(0)
})

test.each<[string, (repo: TempRepo) => Promise<void>, RegExp]>([
  ['nothing was ever installed', async repo => void (await repo.shipGuard(['uninstall'])), /There is no .*pre-push\./],
  ['the hook is gone', repo => rm(hook(repo)), /There is no .*pre-push\./],
  ['the whole folder is gone', repo => rm(join(repo.dir, '.git', 'hooks'), { recursive: true }), /There is no/],
  [
    'a file is where the folder was',
    async repo => {
      await rm(join(repo.dir, '.git', 'hooks'), { recursive: true })
      await writeFile(join(repo.dir, '.git', 'hooks'), '')
    },
    /hooks is no folder/,
  ],
  ['it is not executable', repo => chmod(hook(repo), 0o644), /not executable/],
  [
    'a folder is in its place',
    async repo => {
      await rm(hook(repo))
      await mkdir(hook(repo))
    },
    /is a folder, which git cannot start/,
  ],
  [
    'it is a link to nothing',
    async repo => {
      await rm(hook(repo))
      await symlink('../gone', hook(repo))
    },
    /is a link to \.\.\/gone, and nothing is there/,
  ],
  [
    'its first line ends as on Windows',
    async repo => {
      const text = await readFile(hook(repo), 'utf8')
      await put(hook(repo), text.replaceAll('\n', '\r\n'))
    },
    /Windows line endings/,
  ],
  [
    'a hook of somebody else took its place',
    async repo => put(hook(repo), '#!/bin/sh\nexit 0\n'),
    /does not start ship-guard/,
  ],
  [
    'one for a program that is not here took its place',
    async repo => put(hook(repo), '#!/usr/bin/env no-such-program\n'),
    /for no-such-program, which is not installed/,
  ],
  [
    'one for a path that is not here took its place',
    async repo => put(hook(repo), '#!/opt/no such/sh\n'),
    /for \/opt\/no, which is not installed/,
  ],
  [
    'it was changed by hand',
    async repo => {
      const text = await readFile(hook(repo), 'utf8')
      await put(hook(repo), text.replace('remote=$1 url=$2', 'exit 0\nremote=$1 url=$2'))
    },
    /it was changed since/,
  ],
  [
    'its patterns were changed by hand',
    async repo => {
      const text = await readFile(hook(repo), 'utf8')
      await put(hook(repo), text.replace(/case \$1 in .*main.*\n/, '\n'))
    },
    /it was changed since/,
  ],
  [
    'the hook from before is a folder',
    repo => mkdir(join(`${hook(repo)}.chained`, 'x'), { recursive: true }).then(() => {}),
    /the hook from before, is a folder/,
  ],
  [
    'the hook from before lost its mode',
    repo => put(`${hook(repo)}.chained`, '#!/bin/sh\n', 0o644),
    /chained is not executable/,
  ],
  [
    'core.hooksPath is empty',
    async repo => void (await repo.ok('config', 'core.hooksPath', '')),
    /core\.hooksPath is empty \(local/,
  ],
  [
    'core.hooksPath is /dev/null',
    async repo => void (await repo.ok('config', 'core.hooksPath', '/dev/null')),
    /is \/dev\/null \(local.*no folder/,
  ],
  [
    'core.hooksPath names a folder that is not there',
    async repo => void (await repo.ok('config', 'core.hooksPath', '/no/such/folder')),
    /there is no \/no\/such\/folder/,
  ],
  [
    'core.hooksPath names a folder elsewhere',
    async repo => {
      await mkdir(join(repo.home, 'else where'))
      await repo.ok('config', 'core.hooksPath', join(repo.home, 'else where'))
    },
    /There is no .*else where\/pre-push\. core\.hooksPath is .* \(local/,
  ],
  [
    'core.hooksPath has several values',
    async repo => {
      await repo.ok('config', 'core.hooksPath', '/no/such/folder')
      await repo.ok('config', '--add', 'core.hooksPath', '/no/such/other')
    },
    /core\.hooksPath has 2 values; git uses the last/,
  ],
  [
    'core.hooksPath is set for this work tree alone',
    async repo => {
      await repo.ok('config', 'extensions.worktreeConfig', 'true')
      await repo.ok('config', '--worktree', 'core.hooksPath', '/dev/null')
    },
    /is \/dev\/null \(worktree/,
  ],
  [
    'core.hooksPath is set for this work tree and for all',
    async repo => {
      await repo.ok('config', 'extensions.worktreeConfig', 'true')
      await repo.ok('config', '--worktree', 'core.hooksPath', '/dev/null')
      await repo.ok('config', 'core.hooksPath', '/no/such/folder')
    },
    /is \/dev\/null \(worktree/,
  ],
  [
    'core.hooksPath comes from a file that the config includes',
    async repo => {
      await writeFile(join(repo.home, 'more'), '[core]\n\thooksPath = /no/such/folder\n')
      await repo.ok('config', 'include.path', join(repo.home, 'more'))
    },
    /\(local, file:.*more\)/,
  ],
  [
    'a tracked folder lost our lines',
    async repo => {
      await repo.write('.githooks/pre-push', '#!/bin/sh\n:\n', 0o755)
      await repo.ok('config', 'core.hooksPath', '.githooks')
    },
    /does not start ship-guard/,
  ],
  [
    'the lines in a tracked folder call a shim that is gone',
    async repo => {
      await mkdir(join(repo.dir, '.githooks'))
      await repo.ok('config', 'core.hooksPath', '.githooks')
      await repo.shipGuard(['install'])
      await rm(join(repo.dir, '.git', 'ship-guard', 'hooks'), { recursive: true })
    },
    /calls .*ship-guard\/hooks\/pre-push, which is not there/,
  ],
  [
    'husky’s folder was never made',
    async repo => {
      await repo.write('package.json', '{ "devDependencies": { "husky": "9" } }')
      await repo.write('.husky/pre-push', '')
      await repo.shipGuard(['install'])
      await repo.ok('config', 'core.hooksPath', '.husky/_')
    },
    /there is no .*\.husky\/_/,
  ],
])('%s', async (_, breakIt, says) => {
  await using repo = await installed()
  await breakIt(repo)
  const sick = await hooksOf(repo)
  expect(sick.problems).not.toEqual([])
  expect(JSON.stringify(sick.looked)).toMatch(says)
  await mended(repo, sick.problems)
})

/** Types what doctor names, again and again while something new is named, as a person would. */
async function mended(repo: TempRepo, problems: readonly Check[]): Promise<void> {
  let now = problems
  for (let step = 0; step < 3 && now.length > 0; step += 1) {
    const done = await typed(repo, now[0]!, repo.dir)
    expect(done.code, `${now[0]!.instead}\n${done.stderr}`).toBe(0)
    now = (await hooksOf(repo)).problems
  }
  expect(now).toEqual([])
  expect(await isGuarded(repo)).toBe(true)
}

test.each(['global', 'system'])(
  'core.hooksPath set in the %s config is outbid here, and that config is left alone',
  async scope => {
    await using repo = await installed()
    const file = join(repo.home, 'their config')
    await writeFile(file, `[core]\n\thooksPath = ${join(repo.home, 'theirs')}\n`)
    await mkdir(join(repo.home, 'theirs'))
    const env = scope === 'global' ? { GIT_CONFIG_GLOBAL: file } : { GIT_CONFIG_SYSTEM: file, GIT_CONFIG_NOSYSTEM: '0' }
    const sick = await hooksOf(repo, { env })
    expect(sick.problems).toMatchObject([{ id: 'pre-push', what: expect.stringContaining(`(${scope}, file:${file})`) }])
    expect((await typed(repo, sick.problems[0]!, repo.dir, env)).code).toBe(0)
    expect((await hooksOf(repo, { env })).problems).toEqual([])
    expect(await readFile(file, 'utf8')).toContain('theirs')
  },
)

test.each([
  { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.hooksPath', GIT_CONFIG_VALUE_0: '/dev/null' },
  { GIT_CONFIG_PARAMETERS: "'core.hookspath'='/dev/null'" },
])('core.hooksPath in the environment is found, and unset is named', async env => {
  await using repo = await installed()
  const sick = await hooksOf(repo, { env })
  expect(sick.problems).toMatchObject([{ id: 'environment', instead: 'unset GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS' }])
  const after = await exec('sh', ['-c', `${sick.problems[0]!.instead} && exec npx ship-guard doctor`], {
    cwd: repo.dir,
    env: { ...env, ...(await asNpx(repo)) },
  })
  expect(after.code).toBe(0)
})

test('a linked work tree in which a relative core.hooksPath leads nowhere', async () => {
  await using repo = await installed()
  const linked = join(repo.home, 'linked tree')
  await repo.ok('worktree', 'add', '-q', '-b', 'side', linked)
  await repo.ok('config', 'core.hooksPath', '.git/hooks')
  const sick = await hooksOf(repo)
  expect(sick.looked.find(({ of }) => of === `linked work tree ${linked}`)!.checks[0]).toMatchObject({
    state: 'problem',
  })
  expect(sick.looked.find(({ of }) => of === `work tree ${repo.dir}`)!.checks[0]).toMatchObject({ state: 'fine' })
  await mended(repo, sick.problems)
  expect(await isGuarded(repo, linked)).toBe(true)
})

test('husky without its own folder in a linked work tree, as git leaves it', async () => {
  await using repo = await tempRepo({
    'package.json': '{ "devDependencies": { "husky": "9" } }',
    '.husky/pre-commit': '',
  })
  expect(
    (await exec('node', [join(import.meta.dirname, '../../node_modules/husky/bin.js')], { cwd: repo.dir })).code,
  ).toBe(0)
  await repo.shipGuard(['install'])
  await repo.commit({}, 'with our lines')
  expect((await hooksOf(repo)).problems).toEqual([])
  const linked = join(repo.home, 'linked')
  await repo.ok('worktree', 'add', '-q', '-b', 'side', linked)
  expect(await isGuarded(repo, linked)).toBe(false)
  const sick = await hooksOf(repo)
  expect(sick.problems).toMatchObject([
    { id: 'pre-push', what: expect.stringContaining(`there is no ${linked}/.husky/_`) },
  ])
  await mended(repo, sick.problems)
  expect(await isGuarded(repo, linked)).toBe(true)
})

test('husky that is told to do nothing, by the shell or by its start file', async () => {
  await using repo = await tempRepo({
    'package.json': '{ "devDependencies": { "husky": "9" } }',
    '.husky/pre-commit': '',
  })
  await exec('node', [join(import.meta.dirname, '../../node_modules/husky/bin.js')], { cwd: repo.dir })
  await repo.shipGuard(['install'])
  expect((await hooksOf(repo, { env: { HUSKY: '0' } })).problems).toMatchObject([
    { id: 'switched-off', instead: 'unset HUSKY' },
  ])
  await mkdir(join(repo.home, 'xdg', 'husky'), { recursive: true })
  await writeFile(join(repo.home, 'xdg', 'husky', 'init.sh'), 'export HUSKY=0\n')
  const env = { XDG_CONFIG_HOME: join(repo.home, 'xdg') }
  const sick = await hooksOf(repo, { env })
  expect(sick.problems).toMatchObject([{ id: 'switched-off' }])
  expect((await typed(repo, sick.problems[0]!, repo.dir, env)).code).toBe(0)
  expect((await hooksOf(repo, { env })).problems).toEqual([])
})

test('hooks that lie dead behind core.hooksPath, an alias that goes around them and a submodule without any are told', async () => {
  await using repo = await installed()
  await put(hook(repo, 'commit-msg'), '#!/bin/sh\n')
  await repo.write('.githooks/.keep', '')
  await repo.ok('config', 'core.hooksPath', '.githooks')
  await repo.shipGuard(['install'])
  await repo.ok('config', 'alias.yolo', 'push --no-verify')
  await repo.ok('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', repo.origin, 'sub module')
  const told = (await hooksOf(repo)).told
  expect(told.map(({ id }) => id).sort()).toEqual(['alias', 'dead-hooks', 'submodule'])
  expect(told.find(({ id }) => id === 'dead-hooks')!.what).toContain('does not run commit-msg in')
  for (const check of told.filter(({ id }) => id !== 'dead-hooks'))
    expect((await typed(repo, check, repo.dir)).code, check.instead).toBe(0)
  expect((await hooksOf(repo)).told.map(({ id }) => id)).toEqual(['dead-hooks'])
})

test('a shim of another version, and one whose config has changed since, are renewed by install', async () => {
  await using repo = await installed()
  const text = await readFile(hook(repo), 'utf8')
  await put(hook(repo), text.replace(/, ship-guard \S+\. /, ', ship-guard 0.0.1. '))
  const older = (await hooksOf(repo)).told
  expect(older).toMatchObject([{ id: 'shim', what: expect.stringContaining('is of ship-guard 0.0.1; this is') }])
  expect((await typed(repo, older[0]!, repo.dir)).code).toBe(0)
  await repo.write('.shiprc', 'protect: [trunk]\n')
  const stale = (await hooksOf(repo)).told
  expect(stale).toMatchObject([{ id: 'shim', what: expect.stringContaining('has changed since') }])
  expect((await typed(repo, stale[0]!, repo.dir)).code).toBe(0)
  expect((await hooksOf(repo)).told).toEqual([])
})

test('a package and a Node that are gone since the install', async () => {
  await using repo = await installed()
  const record = join(repo.dir, '.git', 'ship-guard', 'installed.json')
  const was = await readFile(record, 'utf8')
  const { node, package: folder } = JSON.parse(was) as { node: string; package: string }
  const shim = (await readFile(hook(repo), 'utf8')).replaceAll(`'${node}'`, "'/gone/node'")
  await put(hook(repo), shim.replaceAll(`'${folder}'`, "'/gone/ship-guard'"))
  await writeFile(record, was.replaceAll(`"${node}"`, '"/gone/node"').replaceAll(`"${folder}"`, '"/gone/ship-guard"'))
  const sick = await hooksOf(repo)
  expect(sick.problems).toMatchObject([
    { id: 'package', what: expect.stringContaining('does not find the ship-guard package') },
  ])
  await mended(repo, sick.problems)
  await writeFile(record, was.replaceAll(`"${node}"`, '"/gone/node"'))
  expect((await hooksOf(repo)).told.map(({ id, what }) => [id, what])).toContainEqual([
    'node',
    expect.stringContaining('/gone/node, is gone'),
  ])
})

test('a config that cannot be read is one of the things to mend', async () => {
  await using repo = await installed()
  await repo.write('.shiprc', 'protcet: [main]\n')
  const sick = await diagnosed(repo)
  expect(sick.code).toBe(1)
  expect(sick.problems).toMatchObject([{ id: 'config' }])
})

test('names that could fool a terminal are shown harmlessly', async () => {
  await using repo = await installed()
  await repo.ok('config', 'core.hooksPath', '/no/\u001b[2Jsuch')
  const ended = await repo.shipGuard(['doctor'])
  expect(ended.code).toBe(1)
  expect(ended.stdout + ended.stderr).not.toContain('\u001b')
})

test('a repository without a work tree has nothing to be guarded', async () => {
  await using repo = await tempRepo()
  await rename(repo.origin, join(repo.home, 'other.git'))
  const ended = await repo.shipGuard(['doctor'], { cwd: join(repo.home, 'other.git') })
  expect(ended.code).toBe(0)
})
