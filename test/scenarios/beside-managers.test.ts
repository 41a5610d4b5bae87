// Installed beside the real hook managers: in whatever order the two are installed, both run, once each; and when one goes, the other stays whole.

import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { both, guardAlone, SharedRepo, theirsAlone, tools } from '../support/hook-managers.ts'
import { exec } from '../support/temp-repo.ts'

const lefthook = (home: string) => ({
  'lefthook.yml': `pre-push:\n  jobs:\n    - name: mine\n      run: echo ran >>${home}/theirs\n`,
})

test('lefthook that starts us: every order, and either goes without the other', async () => {
  await using shared = await SharedRepo.with(lefthook)
  await shared.run(tools.lefthook, 'install')
  const told = await shared.guard()
  expect(told.stderr).toContain('lefthook takes the place of pre-push when it is installed or run again')
  expect(await shared.push()).toEqual(both)

  await shared.guard('--write-manager-config')
  expect(await shared.repo.read('lefthook.yml')).toContain('script: ship-guard.sh')
  expect(await shared.push()).toEqual(both)
  await shared.run(tools.lefthook, 'install', '--force')
  expect(await shared.push()).toEqual(both)
  await shared.guard()
  expect(await shared.push()).toEqual(both)
  expect(await shared.push('refuses')).toMatchObject({ code: 1, judged: 1 })
  // HEAD has nothing that its upstream lacks: lefthook skips each command, and what is pushed is judged all the same.
  await shared.repo.ok('branch', '-m', 'main', 'feat')
  await shared.repo.ok('checkout', '-q', '-b', 'main', 'origin/main')
  expect(await shared.pushed('feat:main')).toEqual({ code: 1, judged: 1, theirs: 0 })
  await shared.repo.ok('branch', '-q', '-D', 'feat')

  await shared.run(tools.lefthook, 'uninstall')
  await shared.guard()
  expect(await shared.push()).toEqual(guardAlone)
  await shared.run(tools.lefthook, 'install')
  expect(await shared.push()).toEqual(both)
  await shared.unguard()
  expect(await shared.repo.read('lefthook.yml')).toBe(lefthook(shared.repo.home)['lefthook.yml'])
  await expect(access(join(shared.repo.dir, '.lefthook'))).rejects.toThrow()
  expect(await shared.push()).toEqual(theirsAlone)
})

const preCommit = (home: string) => ({
  '.pre-commit-config.yaml': `repos:
  - repo: local
    hooks:
      - { id: mine, name: mine, language: system, entry: sh -c 'echo ran >>${home}/theirs', always_run: true, pass_filenames: false, stages: [push] }
`,
})

test('pre-commit starts us in every order, and either goes without the other', async () => {
  await using shared = await SharedRepo.with(preCommit)
  const install = () => shared.run(tools.preCommit, 'install', '-t', 'pre-push', '-t', 'post-merge')
  await install()
  await shared.guard()
  expect(await shared.push()).toEqual(both)
  await install()
  expect(await shared.push()).toEqual(both)
  expect((await shared.guard()).stderr).toContain('nothing changed')
  expect(await shared.push('refuses')).toEqual({ code: 1, judged: 1, theirs: 1 })
  await shared.run(tools.preCommit, 'uninstall', '-t', 'pre-push', '-t', 'post-merge')
  expect(await shared.push()).toEqual(guardAlone)
  await shared.guard()
  await install()
  await shared.guard()
  expect(await shared.push()).toEqual(both)
  await shared.unguard()
  expect(await shared.push()).toEqual(theirsAlone)
})

test('a hook of one’s own that pre-commit keeps runs too, before and after', async () => {
  await using shared = await SharedRepo.with(preCommit)
  const hook = join(shared.repo.dir, '.git', 'hooks', 'pre-push')
  const own = `#!/bin/sh\ncat >>${shared.repo.home}/own\n`
  await shared.repo.write('.git/hooks/pre-push', own, 0o755)
  await shared.run(tools.preCommit, 'install', '-t', 'pre-push')
  await shared.guard()
  expect(await shared.push()).toEqual(both)
  expect(await readFile(join(shared.repo.home, 'own'), 'utf8')).toMatch(
    /^refs\/heads\/main [0-9a-f]+ refs\/heads\/main [0-9a-f]+\n$/,
  )
  await shared.unguard()
  expect(await readFile(`${hook}.legacy`, 'utf8')).toBe(own)
  expect(await shared.push()).toEqual(theirsAlone)
})

const simple = (home: string) => ({
  '.simple-git-hooks.json': `${JSON.stringify({ 'pre-push': `echo ran >>${home}/theirs` }, null, 2)}\n`,
})

test('simple-git-hooks that starts us: every order, and either goes without the other', async () => {
  await using shared = await SharedRepo.with(simple)
  await shared.run(tools.simpleGitHooks)
  const told = await shared.guard()
  expect(told.stderr).toContain('simple-git-hooks takes the place of pre-push, post-merge, post-rewrite')
  expect(await shared.push()).toEqual(both)

  await shared.guard('--write-manager-config')
  expect(await shared.push()).toEqual(both)
  await shared.run(tools.simpleGitHooks)
  expect(await shared.push()).toEqual(both)
  await shared.guard()
  expect(await shared.push()).toEqual(both)
  await shared.run(tools.simpleGitHooks)
  expect(await shared.push()).toEqual(both)
  expect(await shared.push('refuses')).toEqual({ code: 1, judged: 1, theirs: 0 })

  await shared.unguard()
  expect(await shared.repo.read('.simple-git-hooks.json')).toBe(simple(shared.repo.home)['.simple-git-hooks.json'])
  await shared.run(tools.simpleGitHooks)
  expect(await shared.push()).toEqual(theirsAlone)
})

const husky = (home: string) => ({
  'package.json': '{"devDependencies":{"husky":"9.1.7"}}\n',
  '.husky/pre-push': `echo ran >>${home}/theirs\n`,
})

test('husky in every order, and either goes without the other', async () => {
  await using shared = await SharedRepo.with(husky)
  await shared.guard()
  await shared.run(tools.husky)
  expect(await shared.push()).toEqual(both)
  await shared.guard()
  await shared.run(tools.husky)
  expect(await shared.push()).toEqual(both)
  expect(await shared.push('refuses')).toEqual({ code: 1, judged: 1, theirs: 0 })
  await shared.unguard()
  expect(await shared.push()).toEqual(theirsAlone)
  // The way out of husky: its folder goes, and so does core.hooksPath.
  await shared.repo.ok('rm', '-rq', '.husky', 'package.json')
  await shared.repo.ok('config', '--unset', 'core.hooksPath')
  await shared.guard()
  expect(await shared.push()).toEqual(guardAlone)
})

// overcommit is a gem and not to be had everywhere. This does what its hook file does: it asks by which name it was started.
const overcommitHook = (home: string) => `#!/bin/sh
# OVERCOMMIT_DISABLE
[ "\${0##*/}" = pre-push ] || exit 64
echo ran >>${home}/theirs
`

test('a hook of overcommit keeps its name, and is not started any more once overcommit has gone', async () => {
  await using shared = await SharedRepo.with(() => ({ '.overcommit.yml': 'PreCommit:\n  Mine:\n    enabled: true\n' }))
  const install = async () => {
    for (const name of ['overcommit-hook', 'pre-push'])
      await shared.repo.write(`.git/hooks/${name}`, overcommitHook(shared.repo.home), 0o755)
  }
  await install()
  expect((await shared.guard()).stderr).toContain('ShipGuard:')
  expect(await shared.push()).toEqual(both)
  // Its next install puts ours aside.
  await exec('sh', ['-c', 'mkdir old-hooks; mv pre-push old-hooks'], { cwd: join(shared.repo.dir, '.git', 'hooks') })
  await install()
  expect(await shared.push()).toEqual(theirsAlone)
  await shared.guard()
  expect(await shared.push()).toEqual(both)
  // Its uninstall takes its own file away.
  await exec('rm', [join(shared.repo.dir, '.git', 'hooks', 'overcommit-hook')])
  expect(await shared.push()).toEqual(guardAlone)
  await shared.unguard()
  expect(await shared.push()).toEqual({ code: 0, judged: 0, theirs: 0 })
})
