// git 2.54 and newer starts hooks from its config. Where the git of this machine is older, a stand-in answers as a newer one does: what it says of
// itself, and which hooks it starts.

import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SharedRepo, tools } from '../support/hook-managers.ts'
import { type Ended, exec } from '../support/temp-repo.ts'

/** From now on `git version` says this, and `git hook list` what such a git would. */
async function pretend(shared: SharedRepo, version: string): Promise<void> {
  const real = (await exec('sh', ['-c', 'command -v git'])).stdout.trim()
  await shared.program(
    'git',
    `#!/bin/sh
for word; do
  case $word in
    version) echo 'git version ${version}'; exit ;;
    hook) [ '${version}' = 2.39.5 ] && { echo 'git: hook list is not known' >&2; exit 1; }
      for event; do :; done
      ${real} config --get-all "hook.ship-guard-$event.event" >/dev/null && echo "ship-guard-$event"
      echo 'hook from hookdir'; exit ;;
    config | -c | -*) ;;
    *) break ;;
  esac
done
exec ${real} "$@"
`,
  )
}

/** Starts what git's config says, as git does: the command in sh, with the arguments behind it. */
async function startFromConfig(shared: SharedRepo, cwd: string): Promise<Ended> {
  const command = (await exec('git', ['config', 'hook.ship-guard-pre-push.command'], { cwd })).stdout.trimEnd()
  const { stdout } = await exec('git', ['rev-parse', 'HEAD', 'HEAD~1'], { cwd })
  const [oid, before] = stdout.trim().split('\n')
  const gitDir = (await exec('git', ['rev-parse', '--absolute-git-dir'], { cwd })).stdout.trim()
  const env = { ...shared.env, ...(gitDir.includes('/worktrees/') ? { GIT_DIR: gitDir } : {}) }
  const args = ['-c', `${command} "$@"`, command, 'origin', shared.repo.origin]
  return exec('sh', args, { cwd, env, input: `refs/heads/main ${oid} refs/heads/main ${before}\n` })
}

const lefthook = (home: string) => ({
  'lefthook.yml': `pre-push:\n  jobs:\n    - name: mine\n      run: echo ran >>${home}/theirs\n`,
})

test('beside a manager a new git is told in its config, and nothing of the manager is touched', async () => {
  await using shared = await SharedRepo.with(lefthook)
  await pretend(shared, '2.55.0')
  await shared.run(tools.lefthook, 'install')
  const hook = await shared.repo.read('.git/hooks/pre-push')
  const done = await shared.guard()
  expect(done.stderr).toContain('sets    hook.ship-guard-pre-push in .git/config')
  expect(await shared.repo.read('.git/hooks/pre-push')).toBe(hook)
  expect((await shared.repo.git('status', '--porcelain')).stdout).toBe('')
  expect(await shared.repo.ok('config', 'hook.ship-guard-pre-push.event')).toBe('pre-push')
  expect((await shared.guard()).stderr).toContain('nothing changed')

  await shared.repo.commit({ 'check.sh': 'exit 1\n' })
  expect((await startFromConfig(shared, shared.repo.dir)).code).toBe(1)
  // In a linked work tree, and wherever the repository is moved to.
  const linked = join(shared.repo.home, 'linked')
  await shared.repo.ok('worktree', 'add', '-q', '--detach', linked)
  expect((await startFromConfig(shared, linked)).stderr).toContain('origin/main needs check')
  await exec('git', ['worktree', 'remove', linked], { cwd: shared.repo.dir })
  await rename(shared.repo.dir, join(shared.repo.home, 'moved'))
  expect((await startFromConfig(shared, join(shared.repo.home, 'moved'))).stderr).toContain('origin/main needs check')
})

test('when both git and a manager start us, the push is judged once; when this git knows no config hooks, by the manager', async () => {
  await using shared = await SharedRepo.with(lefthook)
  await pretend(shared, '2.55.0')
  await shared.run(tools.lefthook, 'install')
  await shared.guard('--mode', 'folder', '--write-manager-config')
  expect((await shared.guard('--mode', 'config')).stderr).toContain('renews  .git/ship-guard/hooks/pre-push')
  await shared.repo.commit({ 'check.sh': 'exit 1\n' })
  const [oid, before] = (await shared.repo.ok('rev-parse', 'HEAD', 'HEAD~1')).split('\n')
  const input = `refs/heads/main ${oid} refs/heads/main ${before}\n`
  // As lefthook starts it. Below a push git puts its own folder before the PATH, where no stand-in is.
  const startByManager = () =>
    exec('sh', ['.git/ship-guard/hooks/pre-push', 'origin', shared.repo.origin], {
      cwd: shared.repo.dir,
      env: shared.env,
      input,
    })
  expect(await startByManager()).toEqual({ code: 0, stdout: '', stderr: '' })
  await pretend(shared, '2.39.5')
  const judged = await startByManager()
  expect(judged.code).toBe(1)
  expect(judged.stderr).toContain('origin/main needs check')
})

test('from one way to the other and out again, nothing of ours is left behind', async () => {
  await using shared = await SharedRepo.with(() => ({ a: 'a' }))
  const before = await exec('sh', ['-c', 'ls .git/hooks; cat .git/config'], { cwd: shared.repo.dir })
  await shared.guard()
  await pretend(shared, '2.54.0')
  const moved = await shared.guard('--mode', 'config', '--pre-commit')
  expect(moved.stderr).toContain('removes .git/hooks/pre-push')
  expect(await shared.repo.ok('config', 'hook.ship-guard-pre-commit.event')).toBe('pre-commit')
  const back = await shared.guard('--mode', 'folder')
  expect(back.stderr).toContain('unsets  hook.ship-guard-post-rewrite in .git/config')
  expect(back.stderr).toContain('writes  .git/hooks/pre-commit')
  await shared.guard('--mode', 'config')
  await shared.unguard()
  expect(await exec('sh', ['-c', 'ls .git/hooks; cat .git/config'], { cwd: shared.repo.dir })).toEqual(before)
})

test('a hooks folder that all repositories share is no obstacle to a new git', async () => {
  await using shared = await SharedRepo.with(() => ({ a: 'a' }))
  const config = join(shared.repo.home, 'config')
  await writeFile(config, '[core]\n\thooksPath = /somewhere/else\n')
  await pretend(shared, '2.55.0')
  const env = { ...shared.env, GIT_CONFIG_GLOBAL: config }
  const done = await shared.repo.shipGuard(['install'], { env })
  expect(done.code).toBe(0)
  expect(done.stderr).toContain('sets    hook.ship-guard-pre-push')
  expect(await readFile(config, 'utf8')).toBe('[core]\n\thooksPath = /somewhere/else\n')
})

test('an older git refuses the way it does not know, and a mode that is none is wrong use', async () => {
  await using shared = await SharedRepo.with(() => ({ a: 'a' }))
  await pretend(shared, '2.53.9')
  const old = await shared.repo.shipGuard(['install', '--mode', 'config'], { env: shared.env })
  expect(old.code).toBe(1)
  expect(old.stderr).toContain('git 2.53.9 takes no hooks from its config')
  expect(old.stderr).toContain('npx ship-guard install --mode folder')
  const wrong = await shared.repo.shipGuard(['install', '--mode', 'both'], { env: shared.env })
  expect(wrong.code).toBe(2)
})
