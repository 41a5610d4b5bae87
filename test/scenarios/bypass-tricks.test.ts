// Ways to let a commit through that the gates refuse, without --no-verify, a reason or another hooks folder. Each was tried by hand first.
import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas } from '../support/guarded-repo.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const bad = { 'check.sh': 'exit 1\n' }

async function expectRefused(repo: TempRepo, before: string, ended: { code: number; stderr: string }): Promise<void> {
  expect(ended.stderr).toContain('needs check')
  expect(ended.code).not.toBe(0)
  expect(await remoteHas(repo, 'main')).toBe(before)
}

test('a filter that shows other contents in the work tree than are committed fools no gate', async () => {
  await using repo = await guardedRepo()
  const before = await remoteHas(repo, 'main')
  await repo.commit(bad)
  await writeFile(join(repo.dir, '.git/info/attributes'), 'check.sh filter=kind\n')
  await repo.ok('config', 'filter.kind.clean', "echo 'exit 1'")
  await repo.ok('config', 'filter.kind.smudge', "echo 'exit 0'")
  await repo.write('check.sh', 'exit 0\n')
  expect(await repo.ok('status', '--porcelain')).toBe('')
  await expectRefused(repo, before, await repo.git('push', 'origin', 'main'))
  // On another commit than HEAD they run in a work tree of ours, which the filter must not fill either.
  await repo.ok('config', 'filter.kind.required', 'true')
  await repo.ok('commit', '-q', '--allow-empty', '-m', 'later')
  await expectRefused(repo, before, await repo.git('push', 'origin', 'HEAD~1:main'))
})

test('a file that was edited and dated back is not taken for the committed one', async () => {
  await using repo = await guardedRepo()
  const before = await remoteHas(repo, 'main')
  await repo.ok('config', 'core.trustctime', 'false')
  await repo.ok('config', 'core.checkStat', 'minimal')
  await repo.commit(bad)
  const path = join(repo.dir, 'check.sh')
  const old = new Date('2026-01-02T03:04:05Z')
  await utimes(path, old, old)
  await repo.ok('status')
  // git compares whole seconds of the time that nobody can set.
  await new Promise(resolve => setTimeout(resolve, 1_100))
  await repo.write('check.sh', 'exit 0\n')
  await utimes(path, old, old)
  expect((await stat(path)).mtimeMs).toBe(old.getTime())
  expect(await repo.ok('status', '--porcelain')).toBe('')
  await expectRefused(repo, before, await repo.git('push', 'origin', 'main'))
})

test('what git replaces or grafts in this clone alone is not what is judged', async () => {
  await using repo = await tempRepo({
    '.shiprc': 'protect: [main]\ngates: { db: false, changelog: false, tests: false }\n',
  })
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  const before = await remoteHas(repo, 'main')
  await repo.commit({ '.env': 'PASSWORD=correct-horse\n' })
  const last = await repo.commit({ '.env': undefined })
  await writeFile(join(repo.dir, '.git/info/grafts'), `${last} ${before}\n`)
  const grafted = await repo.git('push', 'origin', 'main')
  expect(grafted).toMatchObject({ code: 1, stderr: expect.stringContaining('.env') })
  await rm(join(repo.dir, '.git/info/grafts'))
  const [leak, nothing] = [await repo.ok('rev-parse', `${last}~1^{tree}`), await repo.ok('rev-parse', `${last}^{tree}`)]
  await repo.ok('replace', leak, nothing)
  const replaced = await repo.git('push', 'origin', 'main')
  expect(replaced).toMatchObject({ code: 1, stderr: expect.stringContaining('.env') })
  expect(await remoteHas(repo, 'main')).toBe(before)
})

test('what a shell loads into every Node ends no judgement, and the commands of the gates still get it', async () => {
  await using repo = await guardedRepo()
  const before = await remoteHas(repo, 'main')
  await writeFile(join(repo.home, 'end.cjs'), 'process.exit(0)\n')
  const env = { NODE_OPTIONS: `--require=${join(repo.home, 'end.cjs')}` }
  await repo.commit(bad)
  await expectRefused(repo, before, await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env }))
  await repo.commit({ 'check.sh': 'test -n "$NODE_OPTIONS"\n' })
  const passed = await exec('git', ['push', 'origin', 'main'], {
    cwd: repo.dir,
    env: { NODE_OPTIONS: '--no-warnings' },
  })
  expect(passed.code).toBe(0)
})

test('a kept checkout that somebody else made is made anew', async () => {
  await using repo = await guardedRepo()
  const before = await remoteHas(repo, 'main')
  const cache = join(repo.home, 'cache')
  const env = { XDG_CACHE_HOME: cache }
  await repo.commit(bad)
  await repo.ok('commit', '-q', '--allow-empty', '-m', 'later')
  const push = () => exec('git', ['push', 'origin', 'HEAD~1:main'], { cwd: repo.dir, env })
  await expectRefused(repo, before, await push())
  const { stdout } = await exec('find', [cache, '-name', '.git', '-maxdepth', '5'])
  const kept = stdout
    .trim()
    .split('\n')[0]!
    .replace(/\/\.git$/, '')
  await rm(kept, { recursive: true })
  await exec('git', ['clone', '-q', repo.dir, kept])
  await writeFile(join(kept, '.git/info/attributes'), 'check.sh filter=kind\n')
  await exec('git', ['config', 'filter.kind.smudge', "echo 'exit 0'"], { cwd: kept })
  await exec('git', ['config', 'filter.kind.clean', "echo 'exit 1'"], { cwd: kept })
  await expectRefused(repo, before, await push())
})

test('no other name for the branch, and nothing in the environment, leads around it', async () => {
  await using repo = await guardedRepo()
  const before = await remoteHas(repo, 'main')
  await repo.commit(bad)
  await repo.ok('branch', 'feature')
  for (const ref of ['HEAD', 'refs/heads//main', 'refs/heads/./main', 'heads/main', '@'])
    await repo.git('push', 'origin', `feature:${ref}`)
  expect(await remoteHas(repo, 'main')).toBe(before)
  await mkdir(join(repo.home, 'empty'))
  const environments = {
    replaced: { GIT_INDEX_FILE: '/dev/null' },
    elsewhere: { GIT_WORK_TREE: join(repo.home, 'empty'), GIT_DIR: join(repo.dir, '.git') },
    started: { SHIP_GUARD_RUNNING: '1', PRE_COMMIT_RUNNING_LEGACY: '1', SHIP_GUARD_WARM: '1' },
    skipped: { HUSKY: '0', SKIP: 'all', LEFTHOOK: '0', SHIP_GUARD: '', SHIP_GUARD_SKIP: ' , ' },
    known: { SHIP_GUARD_GIT_DIR: join(repo.home, 'empty'), SHIP_GUARD_WORK_TREE: join(repo.home, 'empty') },
  }
  for (const [name, env] of Object.entries(environments)) {
    const push = await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env })
    expect(push.code, name).not.toBe(0)
  }
  expect(await remoteHas(repo, 'main')).toBe(before)
})

test('a clone that looks shallow, or an alternate object store, hides nothing', async () => {
  await using repo = await guardedRepo()
  const before = await remoteHas(repo, 'main')
  const last = await repo.commit(bad)
  await writeFile(join(repo.dir, '.git/shallow'), `${last}\n`)
  expect((await repo.git('push', 'origin', 'main')).code).not.toBe(0)
  await rm(join(repo.dir, '.git/shallow'))
  const other = join(repo.home, 'borrowing')
  await exec('git', ['clone', '-q', '--shared', repo.dir, other])
  await exec('git', ['remote', 'set-url', 'origin', repo.origin], { cwd: other })
  expect((await repo.shipGuard(['install'], { cwd: other })).code).toBe(0)
  await expectRefused(repo, before, await exec('git', ['push', 'origin', 'main'], { cwd: other }))
})
