// Every place where git may look for hooks: table 4c of what git does.

import { spawn } from 'node:child_process'
import { cp, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageFolder, shipGuardBin } from '../support/package-root.ts'
import { type Ended, type ExecOptions, exec, tempRepo } from '../support/temp-repo.ts'

const events = ['pre-push', 'post-merge', 'post-rewrite']

function shipGuard(cwd: string, args: readonly string[], options: ExecOptions = {}): Promise<Ended> {
  return exec(process.execPath, [shipGuardBin, ...args], { cwd, ...options })
}

/** Whether a push of an unprotected and of a protected ref from this folder is judged: only the shim compiled here leaves its mark. */
async function expectHooksIn(folder: string): Promise<void> {
  for (const event of events) {
    const text = await readFile(join(folder, event), 'utf8')
    expect(text).toMatch(new RegExp(`^#!/bin/sh\\n# ship-guard hook: ${event}\\.`))
    expect(text).not.toContain('\r')
    expect((await lstat(join(folder, event))).mode & 0o777).toBe(0o755)
  }
  expect((await readdir(folder)).filter(name => name.endsWith('.tmp'))).toEqual([])
}

/** git itself says with which hook it starts: nothing is judged when it is not ours. */
async function gitRunsOurs(cwd: string): Promise<boolean> {
  const path = (await exec('git', ['rev-parse', '--git-path', 'hooks/pre-push'], { cwd })).stdout.trim()
  const text = await readFile(join(path.startsWith('/') ? '' : cwd, path), 'utf8').catch(() => '')
  return text.includes('# ship-guard hook: pre-push') || text.includes('# >>> ship-guard >>>')
}

test('a plain repository, from a folder inside it and through a symbolic link', async () => {
  await using repo = await tempRepo({ 'deep/down/file': 'x' })
  const first = await shipGuard(join(repo.dir, 'deep', 'down'), ['install'])
  expect(first.code).toBe(0)
  expect(first.stdout).toBe('')
  expect(first.stderr).toContain('ship-guard is installed.')
  await expectHooksIn(join(repo.dir, '.git', 'hooks'))

  const link = join(repo.home, 'link')
  await symlink(repo.dir, link)
  const again = await shipGuard(link, ['install'])
  expect(again.stderr).toContain('installed already; nothing changed')
  expect(await repo.ok('config', '--list', '--local')).not.toMatch(/hook/i)
})

test('a protected push is judged by the real package, an unprotected one passes in silence', async () => {
  await using repo = await tempRepo({ 'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n' })
  await repo.shipGuard(['install'])
  await repo.commit({ 'src/app.js': 'let a\n' })
  const free = await repo.git('push', '-q', 'origin', 'HEAD:refs/heads/feature')
  expect(free).toEqual({ code: 0, stdout: '', stderr: '' })
  const refused = await repo.git('push', '--porcelain', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stdout).not.toContain('ship-guard')
  expect(refused.stderr).toContain('origin/main')
})

test('a linked work tree: one install guards all', async () => {
  await using repo = await tempRepo()
  const linked = join(repo.home, 'linked')
  await repo.ok('worktree', 'add', '-q', '-b', 'side', linked)
  expect((await shipGuard(linked, ['install'])).code).toBe(0)
  await expectHooksIn(join(repo.dir, '.git', 'hooks'))
  expect(await gitRunsOurs(repo.dir)).toBe(true)
  expect(await gitRunsOurs(linked)).toBe(true)
})

test('a git dir elsewhere and a submodule have hooks of their own', async () => {
  await using repo = await tempRepo()
  const separate = join(repo.home, 'separate')
  const gitDir = join(repo.home, 'separate.git')
  await exec('git', ['clone', '-q', '--separate-git-dir', gitDir, repo.origin, separate])
  expect((await shipGuard(separate, ['install'])).code).toBe(0)
  await expectHooksIn(join(gitDir, 'hooks'))

  await repo.ok('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', repo.origin, 'sub')
  expect((await shipGuard(join(repo.dir, 'sub'), ['install'])).code).toBe(0)
  await expectHooksIn(join(repo.dir, '.git', 'modules', 'sub', 'hooks'))
  expect(await gitRunsOurs(repo.dir)).toBe(false)
})

test('a hooks folder that is missing is made; a file in its place is named', async () => {
  await using repo = await tempRepo()
  const hooks = join(repo.dir, '.git', 'hooks')
  await rm(hooks, { recursive: true, force: true })
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  await expectHooksIn(hooks)
  expect((await repo.shipGuard(['uninstall'])).code).toBe(0)
  expect(await readdir(join(repo.dir, '.git'))).not.toContain('hooks')

  await writeFile(hooks, 'not a folder')
  const refused = await repo.shipGuard(['install'])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain(`${hooks} is not a folder.`)
})

test('an absolute core.hooksPath that is the repository’s own folder is used', async () => {
  await using repo = await tempRepo()
  await repo.ok('config', 'core.hooksPath', join(repo.dir, '.git', 'hooks'))
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  await expectHooksIn(join(repo.dir, '.git', 'hooks'))
})

test('a relative core.hooksPath into .git works here and is said to lead nowhere in linked work trees', async () => {
  await using repo = await tempRepo()
  await repo.ok('config', 'core.hooksPath', '.git/hooks')
  await repo.ok('worktree', 'add', '-q', '-b', 'side', join(repo.home, 'linked'))
  const done = await repo.shipGuard(['install'])
  expect(done.code).toBe(0)
  expect(done.stderr).toContain(`git config core.hooksPath "${join(repo.dir, '.git', 'hooks')}"`)
})

test('a tracked hooks folder gets the block, and the shim lies beside the verdicts', async () => {
  await using repo = await tempRepo({ '.githooks/pre-push': '#!/bin/bash\necho mine >&2\n' })
  await exec('chmod', ['755', join(repo.dir, '.githooks', 'pre-push')])
  await repo.ok('config', 'core.hooksPath', '.githooks')
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  expect(await repo.read('.githooks/pre-push')).toMatch(
    /^#!\/bin\/bash\n# >>> ship-guard >>>[\s\S]*# <<< ship-guard <<<\necho mine >&2\n$/,
  )
  await expectHooksIn(join(repo.dir, '.git', 'ship-guard', 'hooks'))
  await repo.commit({ a: 'a' })
  expect((await repo.git('push', 'origin', 'HEAD:refs/heads/feature')).stderr).toContain('mine')
  expect((await repo.shipGuard(['uninstall'])).code).toBe(0)
  expect(await repo.read('.githooks/pre-push')).toBe('#!/bin/bash\necho mine >&2\n')
  expect(await readdir(join(repo.dir, '.githooks'))).toEqual(['pre-push'])
})

test('a hook in a tracked folder that is no shell script is left alone', async () => {
  await using repo = await tempRepo({ '.githooks/pre-push': '#!/usr/bin/env node\n' })
  await repo.ok('config', 'core.hooksPath', '.githooks')
  const refused = await repo.shipGuard(['install'])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('is not a shell script')
  expect(await readdir(join(repo.dir, '.githooks'))).toEqual(['pre-push'])
})

test.each([
  ['global', 'GIT_CONFIG_GLOBAL'],
  ['system', 'GIT_CONFIG_SYSTEM'],
])('a %s core.hooksPath is refused with the command that helps, and that command helps', async (scope, variable) => {
  await using repo = await tempRepo()
  const config = join(repo.home, 'config')
  const hooks = join(repo.home, 'all-my-hooks')
  await mkdir(hooks)
  await writeFile(config, `[core]\n\thooksPath = ~/all-my-hooks\n`)
  const env = { [variable]: config, GIT_CONFIG_NOSYSTEM: undefined, HOME: repo.home }
  const refused = await repo.shipGuard(['install'], { env })
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain(`core.hooksPath is ${hooks} for`)
  expect(refused.stderr).toContain(`(${scope}, file:${config})`)
  const [, command] = /: (git config core\.hooksPath ".*")$/m.exec(refused.stderr)!
  expect(await readdir(hooks)).toEqual([])
  expect(await readFile(config, 'utf8')).toBe(`[core]\n\thooksPath = ~/all-my-hooks\n`)

  await exec('sh', ['-c', command!], { cwd: repo.dir, env })
  expect((await repo.shipGuard(['install'], { env })).code).toBe(0)
  await expectHooksIn(join(repo.dir, '.git', 'hooks'))
  expect(await gitRunsOurs(repo.dir)).toBe(true)
  // It holds in a linked work tree as well, because it is absolute.
  await repo.ok('worktree', 'add', '-q', '-b', 'side', join(repo.home, 'linked'))
  expect(await gitRunsOurs(join(repo.home, 'linked'))).toBe(true)
})

test('a conditional include that sets core.hooksPath counts as the file that says it', async () => {
  await using repo = await tempRepo()
  const [config, included] = [join(repo.home, 'config'), join(repo.home, 'included')]
  await writeFile(config, `[includeIf "gitdir:${repo.dir}/"]\n\tpath = ${included}\n`)
  await writeFile(included, '[core]\n\thooksPath = /somewhere/else\n')
  const refused = await repo.shipGuard(['install'], { env: { GIT_CONFIG_GLOBAL: config } })
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain(`(global, file:${included})`)
})

test.each([
  ['empty', ''],
  ['/dev/null', '/dev/null'],
])('core.hooksPath %s: no hooks run, which is said; a container goes on', async (_, value) => {
  await using repo = await tempRepo()
  await repo.ok('config', 'core.hooksPath', value)
  const refused = await repo.shipGuard(['install'])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('git runs no hooks here')
  expect(refused.stderr).toContain('git config --unset core.hooksPath')
  const quiet = await repo.shipGuard(['install', '--quiet-if-unavailable'], { env: { CI: 'true' } })
  expect(quiet.code).toBe(0)
  expect(quiet.stderr.trimEnd().split('\n')).toEqual([
    expect.stringContaining('ship-guard is not installed: git runs no hooks here: core.hooksPath is'),
  ])
})

test('core.hooksPath to a missing folder and to one outside the repository are refused; --force writes outside', async () => {
  await using repo = await tempRepo()
  const outside = join(repo.home, 'outside')
  await repo.ok('config', 'core.hooksPath', outside)
  const missing = await repo.shipGuard(['install'])
  expect(missing.code).toBe(1)
  expect(missing.stderr).toContain(`core.hooksPath names ${outside}, which does not exist`)
  await mkdir(outside)
  const refused = await repo.shipGuard(['install'])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('which is outside this repository')
  expect(await readdir(outside)).toEqual([])
  expect((await repo.shipGuard(['install', '--force'])).code).toBe(0)
  await expectHooksIn(outside)
})

test('several values of core.hooksPath: the last one wins and all are shown', async () => {
  await using repo = await tempRepo()
  await repo.ok('config', 'core.hooksPath', '/first')
  await repo.ok('config', '--add', 'core.hooksPath', join(repo.dir, '.git', 'hooks'))
  const done = await repo.shipGuard(['install'])
  expect(done.code).toBe(0)
  expect(done.stderr).toContain('core.hooksPath has 2 values; git uses the last:')
  expect(done.stderr).toContain('/first (local, file:.git/config)')
})

test('core.hooksPath of one work tree alone is honoured there, and the others are spoken of', async () => {
  await using repo = await tempRepo({ '.githooks/keep': '' })
  const linked = join(repo.home, 'linked')
  await repo.ok('config', 'extensions.worktreeConfig', 'true')
  await repo.ok('worktree', 'add', '-q', '-b', 'side', linked)
  await exec('git', ['config', '--worktree', 'core.hooksPath', '.githooks'], { cwd: linked })
  const done = await shipGuard(linked, ['install'])
  expect(done.code).toBe(0)
  expect(done.stderr).toContain('set for this work tree alone')
  expect(await gitRunsOurs(linked)).toBe(true)
  expect(await gitRunsOurs(repo.dir)).toBe(false)
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  expect(await gitRunsOurs(repo.dir)).toBe(true)
})

test.each([
  ['GIT_CONFIG_COUNT', { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.hookspath', GIT_CONFIG_VALUE_0: '/x' }],
  ['git -c', { GIT_CONFIG_PARAMETERS: "'core.hooksPath'='/x'" }],
])('core.hooksPath from the environment (%s) is refused: nothing installed would run', async (_, env) => {
  await using repo = await tempRepo()
  const refused = await repo.shipGuard(['install'], { env })
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('core.hooksPath is set by the environment')
})

test('GIT_DIR in the environment does not lead the install astray', async () => {
  await using repo = await tempRepo()
  await using other = await tempRepo()
  const env = { GIT_DIR: join(other.dir, '.git'), GIT_WORK_TREE: other.dir }
  expect((await repo.shipGuard(['install'], { env })).code).toBe(0)
  expect(await gitRunsOurs(repo.dir)).toBe(true)
  expect(await gitRunsOurs(other.dir)).toBe(false)
})

test('a symbolic link as hooks folder is refused; --force writes through it', async () => {
  await using repo = await tempRepo()
  const shared = join(repo.home, 'shared')
  await mkdir(shared)
  await rm(join(repo.dir, '.git', 'hooks'), { recursive: true, force: true })
  await symlink(shared, join(repo.dir, '.git', 'hooks'))
  const refused = await repo.shipGuard(['install'])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('is a symbolic link')
  expect((await repo.shipGuard(['install', '--force'])).code).toBe(0)
  await expectHooksIn(shared)
})

test('a bare repository and the inside of .git are refused with the reason', async () => {
  await using repo = await tempRepo()
  const bare = await shipGuard(repo.origin, ['install'])
  expect(bare.code).toBe(1)
  expect(bare.stderr).toContain('is a bare repository')
  const inside = await shipGuard(join(repo.dir, '.git'), ['install'])
  expect(inside.code).toBe(1)
  expect(inside.stderr).toContain('is the inside of a repository')
})

const noGit = { PATH: '/nowhere' }
// git's own switch for its tests; it makes every folder someone else's.
const stranger = { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' }

test.each([
  ['no git', 'work', noGit, 'git was not found'],
  ['no repository', '.', {}, 'is not in a git repository'],
  ['a folder of another user', 'work', stranger, 'git does not trust'],
])('%s: wrong use, or one true line and exit 0 with --quiet-if-unavailable', async (_, folder, env, says) => {
  await using repo = await tempRepo()
  const cwd = join(repo.home, folder)
  const plain = await shipGuard(cwd, ['install'], { env })
  expect(plain.code).toBe(2)
  expect(plain.stderr).toContain(says)
  const quiet = await shipGuard(cwd, ['install', '--quiet-if-unavailable'], { env })
  expect(quiet.code).toBe(0)
  expect(quiet.stdout).toBe('')
  expect(quiet.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(says)])
  expect(quiet.stderr).toMatch(/^ship-guard is not installed: /)
})

test('a hooks folder that may not be written to is named; a container goes on', async () => {
  await using repo = await tempRepo()
  const hook = join(repo.dir, '.git', 'hooks', 'pre-push')
  await mkdir(join(repo.dir, '.git', 'hooks'), { recursive: true })
  await writeFile(hook, '#!/bin/sh\n', { mode: 0o755 })
  await exec('chmod', ['a-w', join(repo.dir, '.git', 'hooks')])
  const run = await asSomebody(repo.home)
  const refused = await run(['install'], repo.dir)
  expect(refused.stderr).toContain('cannot be written: permission denied (EACCES)')
  expect(refused.code).toBe(1)
  const quiet = await run(['install', '--quiet-if-unavailable'], repo.dir)
  expect(quiet.code).toBe(0)
  expect(quiet.stderr.trimEnd().split('\n')).toHaveLength(1)
  expect(await readFile(hook, 'utf8')).toBe('#!/bin/sh\n')
  expect((await readdir(join(repo.dir, '.git', 'hooks'))).filter(name => /chained|tmp/.test(name))).toEqual([])
})

/** Runs ship-guard without root's right to write anywhere: as nobody, with the package where nobody may read it. */
async function asSomebody(home: string): Promise<(args: string[], cwd: string) => Promise<Ended>> {
  if (process.getuid?.() !== 0) return (args, cwd) => shipGuard(cwd, args)
  const nobody = 65534
  const copy = join(home, 'package')
  await cp(packageFolder, copy, { recursive: true })
  await exec('chown', ['-R', `${nobody}:${nobody}`, home])
  return (args, cwd) =>
    new Promise((done, fail) => {
      const child = spawn(process.execPath, [join(copy, 'dist', 'main.js'), ...args], {
        cwd,
        uid: nobody,
        gid: nobody,
        env: { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
      })
      let stderr = ''
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
      child.on('error', fail)
      child.on('close', code => done({ code: code ?? 137, stdout: '', stderr }))
    })
}
