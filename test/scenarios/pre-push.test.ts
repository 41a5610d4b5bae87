import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas, runs } from '../support/guarded-repo.ts'
import { exec, TempRepo } from '../support/temp-repo.ts'

const bad = { 'check.sh': 'echo the tests say no; exit 1\n' }

test('a good commit goes through and a bad one does not', async () => {
  await using repo = await guardedRepo()
  const good = await repo.commit({ 'a.txt': 'a' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  await repo.commit(bad)
  const refused = await repo.git('push', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('the tests say no')
  expect(refused.stderr).toContain('Refused: origin/main')
  expect(await remoteHas(repo, 'main')).toBe(good)
})

test('nothing to push asks nothing', async () => {
  await using repo = await guardedRepo()
  const push = await repo.git('push', 'origin', 'main')
  expect(push).toMatchObject({ code: 0 })
  expect(push.stderr).not.toContain('ship-guard')
  expect(await runs(repo)).toBe(0)
})

test('an unprotected branch with the same bad commit is not held up', async () => {
  await using repo = await guardedRepo()
  await repo.commit(bad)
  expect(
    (await repo.git('push', 'origin', 'HEAD:feature', 'HEAD:main-hotfix', 'HEAD:refs/for/main', 'HEAD:refs/notes/x'))
      .code,
  ).toBe(0)
  expect(await runs(repo)).toBe(0)
})

test('a new protected branch is judged', async () => {
  await using repo = await guardedRepo()
  await repo.commit(bad)
  expect((await repo.git('push', 'origin', 'HEAD:release/1')).code).toBe(1)
  await repo.commit({ 'check.sh': 'exit 0\n' })
  expect((await repo.git('push', 'origin', 'HEAD:release/1')).code).toBe(0)
})

test.each([
  ['HEAD:main'],
  ['@:main'],
  ['HEAD@{0 seconds ago}:refs/heads/main'],
  ['HEAD^{/a bad commit}:refs/heads/main'],
  ['refs/heads/main:refs/heads/main'],
  ['main^0:refs/heads/main'],
  ['+HEAD:main'],
])('`git push origin %s` is judged by its remote name', async refspec => {
  await using repo = await guardedRepo()
  await repo.commit(bad, 'a bad commit')
  await repo.ok('checkout', '-q', '-b', 'innocent')
  const push = await repo.git('push', 'origin', refspec)
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('Refused: origin/main')
})

test('a full oid is judged like a name', async () => {
  await using repo = await guardedRepo()
  const oid = await repo.commit(bad)
  expect((await repo.git('push', 'origin', `${oid}:refs/heads/main`)).code).toBe(1)
})

test('the worst of several refs decides, wherever it stands', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'a.txt': 'a' })
  await repo.ok('branch', 'good')
  await repo.commit(bad)
  for (const refs of [
    ['good:feature', 'main:main'],
    ['main:main', 'good:feature'],
    ['good:develop', 'main:main'],
    ['good:aaa', 'good:zzz', 'main:main'],
  ]) {
    expect((await repo.git('push', 'origin', ...refs)).code).toBe(1)
  }
  expect(await remoteHas(repo, 'develop')).toBe('')
})

test('--all and --atomic with a bad protected branch among good ones are refused whole', async () => {
  await using repo = await guardedRepo()
  await repo.ok('branch', 'topic')
  await repo.commit(bad)
  expect((await repo.git('push', '--all', 'origin')).code).toBe(1)
  expect((await repo.git('push', '--atomic', 'origin', 'topic', 'main')).code).toBe(1)
  expect(await remoteHas(repo, 'topic')).toBe('')
})

test('deleting a protected branch is refused in every spelling, another branch may go', async () => {
  await using repo = await guardedRepo()
  await repo.ok('push', '--no-verify', '-q', 'origin', 'main:develop', 'main:topic')
  for (const words of [
    ['origin', ':develop'],
    ['origin', '--delete', 'develop'],
    ['--prune', 'origin', 'refs/heads/*:refs/heads/*'],
  ]) {
    const push = await repo.git('push', ...words)
    expect(push.code).toBe(1)
    expect(push.stderr).toContain('deletes develop')
  }
  expect((await repo.git('push', 'origin', ':topic')).code).toBe(0)
})

test('force, with or without lease, cannot take commits away from a protected branch', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'a.txt': 'a' })
  await repo.ok('push', '-q', 'origin', 'main')
  await repo.ok('reset', '-q', '--hard', 'HEAD~1')
  await repo.commit({ 'b.txt': 'b' })
  for (const words of [['--force'], ['--force-with-lease']]) {
    const push = await repo.git('push', ...words, 'origin', 'main')
    expect(push.code).toBe(1)
    expect(push.stderr).toContain('takes commits away from main')
  }
})

test('--mirror that would move main backwards is refused', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'a.txt': 'a' })
  await repo.ok('push', '-q', 'origin', 'main')
  await repo.ok('reset', '-q', '--hard', 'HEAD~1')
  const push = await repo.git('push', '--mirror', 'origin')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('takes commits away from main')
})

test('a remote that moved on since the last fetch is "fetch first", not a crash', async () => {
  await using repo = await guardedRepo()
  const other = new TempRepo(join(repo.home, 'other'))
  await exec('git', ['clone', '-q', repo.origin, other.dir])
  await other.commit({ 'theirs.txt': 't' })
  await other.ok('push', '-q', 'origin', 'main')
  await repo.commit({ 'mine.txt': 'm' })
  const push = await repo.git('push', '--force', 'origin', 'main')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('that this clone does not know')
  // Without force git cannot tell either, because it lacks the remote's commit, and asks the hook all the same.
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('that this clone does not know')
  expect((await repo.git('push', repo.origin, 'main')).stderr).toContain(`git pull --rebase ${repo.origin} main`)
  expect((await typed(repo, push.stderr, /git pull --rebase [^.]+/)).code).toBe(0)
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
})

/** Runs a remedy the way a person does who copies it from the last line. */
function typed(repo: TempRepo, stderr: string, remedy: RegExp) {
  return exec('sh', ['-c', remedy.exec(/^Refused: .*$/m.exec(stderr)?.[0] ?? '')?.[0] ?? 'exit 99'], { cwd: repo.dir })
}

test('tags pass by themselves, and a tag that is protected is judged by its commit', async () => {
  await using repo = await guardedRepo({}, { config: "tags: ['v*']\n" })
  await repo.commit(bad)
  await repo.ok('tag', 'note')
  await repo.ok('tag', '-a', 'v1.0', '-m', 'release')
  expect((await repo.git('push', 'origin', 'note')).code).toBe(0)
  expect((await repo.git('push', 'origin', 'v1.0')).code).toBe(1)
  expect((await repo.git('push', '--follow-tags', 'origin', 'HEAD:topic')).code).toBe(1)
  await repo.commit({ 'check.sh': 'exit 0\n' })
  await repo.ok('tag', '-a', 'v1.1', '-m', 'release')
  expect((await repo.git('push', 'origin', 'v1.1')).code).toBe(0)
})

test('a tag object is no commit for a branch', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'a.txt': 'a' })
  await repo.ok('tag', '-a', 'v1', '-m', 'v1')
  const push = await repo.git('push', 'origin', 'v1:refs/heads/release/1')
  expect(push.code).toBe(1)
  expect((await typed(repo, push.stderr, /git push .*"/)).code).toBe(0)
  expect(await remoteHas(repo, 'release/1')).toBe(await repo.ok('rev-parse', 'HEAD'))
})

test('moving or deleting a protected tag is refused in the words of tags', async () => {
  await using repo = await guardedRepo({}, { config: "tags: ['v*']\n" })
  await repo.ok('tag', 'v1')
  expect((await repo.git('push', 'origin', 'v1')).code).toBe(0)
  await repo.ok('commit', '-q', '--amend', '-m', 'another')
  await repo.ok('tag', '-f', 'v1')
  const moved = await repo.git('push', '--force', 'origin', 'v1')
  expect(moved.stderr).toContain('This push moves v1 on origin')
  expect(moved.stderr).not.toContain('git pull')
  expect((await repo.git('push', 'origin', ':v1')).stderr).toContain('It is a protected tag')
})

test('an unnamed remote, a path and two push URLs are the same branch; the second URL costs no second run', async () => {
  await using repo = await guardedRepo()
  await repo.commit(bad)
  expect((await repo.git('push', repo.origin, 'HEAD:main')).code).toBe(1)
  expect((await repo.git('push', `file://${repo.origin}`, 'HEAD:main')).code).toBe(1)
  await repo.commit({ 'check.sh': 'exit 0\n' })
  const second = join(repo.home, 'second.git')
  await exec('git', ['clone', '-q', '--bare', repo.origin, second])
  await repo.ok('remote', 'set-url', '--add', '--push', 'origin', repo.origin)
  await repo.ok('remote', 'set-url', '--add', '--push', 'origin', second)
  const before = await runs(repo)
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await runs(repo)).toBe(before + 1)
})

test('--dry-run is judged as well, and --porcelain keeps its stdout to itself', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'a.txt': 'a' })
  const bare = await repo.git('push', '--no-verify', '--dry-run', '--porcelain', 'origin', 'main')
  const judged = await repo.git('push', '--dry-run', '--porcelain', 'origin', 'main')
  expect(judged.stdout).toBe(bare.stdout)
  expect(await runs(repo)).toBe(1)
  await repo.commit(bad)
  const refused = await repo.git('push', '--porcelain', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stdout).not.toContain('Refused')
})

test('an older commit is judged by what it holds, not by what is checked out', async () => {
  await using repo = await guardedRepo()
  const older = await repo.commit({ 'check.sh': 'exit 0\n' })
  await repo.commit(bad)
  expect((await repo.git('push', 'origin', `${older}:main`)).code).toBe(0)
  expect((await repo.git('push', 'origin', 'HEAD:main')).code).toBe(1)
})

test('a dirty work tree can neither pass nor fail a push', async () => {
  await using repo = await guardedRepo()
  await repo.commit(bad)
  await repo.write('check.sh', 'exit 0\n')
  expect((await repo.git('push', 'origin', 'main')).code).toBe(1)
  await repo.commit({ 'check.sh': 'exit 0\n' })
  await repo.write('check.sh', 'exit 1\n')
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await repo.read('check.sh')).toBe('exit 1\n')
})

test('a work tree that is edited while a gate runs in it does not decide; a clean checkout does', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'check.sh': `[ "$(pwd)" = "${repo.dir}" ] && echo edited >> README.md; exit 0\n` })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(0)
  expect(push.stderr).toContain('changed while the gates ran')
  expect(await runs(repo)).toBe(2)
})

test('the same push again, and an amended message, cost no second run', async () => {
  await using repo = await guardedRepo()
  const base = await repo.ok('rev-parse', 'origin/main')
  await repo.commit({ 'a.txt': 'a' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  await exec('git', ['--git-dir', repo.origin, 'update-ref', 'refs/heads/main', base])
  const again = await repo.git('push', 'origin', 'main')
  expect(again.code).toBe(0)
  expect(again.stderr).toContain('stored')
  await exec('git', ['--git-dir', repo.origin, 'update-ref', 'refs/heads/main', base])
  await repo.ok('commit', '-q', '--amend', '-m', 'better words')
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await runs(repo)).toBe(1)
})

test('a gate that has nothing to ask here does not make the same push slow', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ '.shiprc': (await repo.read('.shiprc')).replace('  changelog: false\n', '') })
  await repo.ok('push', '-q', 'origin', 'main')
  const base = await repo.ok('rev-parse', 'HEAD')
  await repo.commit({ 'a.txt': 'a' })
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('changelog')
  await exec('git', ['--git-dir', repo.origin, 'update-ref', 'refs/heads/main', base])
  // The one line that the lean entry prints when it need not load anything.
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain(
    'ship-guard: origin/main passed (check, all stored',
  )
})

test('a shallow clone that cannot tell is refused with the way out, and one that can is let through', async () => {
  await using repo = await guardedRepo()
  const clone = new TempRepo(join(repo.home, 'shallow'))
  await exec('git', ['clone', '-q', '--depth', '1', `file://${repo.origin}`, clone.dir])
  await clone.shipGuard(['install'])
  await clone.commit({ 'a.txt': 'a' })
  expect((await clone.git('push', 'origin', 'main')).code).toBe(0)
})

test('a linked worktree is guarded by the same hooks and judged on its own commit', async () => {
  await using repo = await guardedRepo()
  const linked = join(repo.home, 'linked')
  await repo.ok('worktree', 'add', '-q', '-b', 'topic', linked)
  const inside = new TempRepo(repo.home)
  const at = (...args: string[]) => exec('git', args, { cwd: linked })
  await writeFile(
    join(linked, 'check.sh'),
    'git init -q scratch && cd scratch && git commit -q --allow-empty -m fixture; exit 1\n',
  )
  await at('commit', '-qam', 'bad')
  expect((await at('push', 'origin', 'HEAD:main')).code).toBe(1)
  // The fixture's commit must not have landed on anybody's branch.
  expect((await at('log', '--format=%s', '-1')).stdout).toBe('bad\n')
  expect(await inside.ok('config', '--get', 'core.bare')).toBe('false')
})

test('a submodule is guarded by its own hooks', async () => {
  await using repo = await guardedRepo()
  await using inner = await guardedRepo()
  await repo.ok('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.origin, 'lib')
  const at = (...args: string[]) => exec('git', args, { cwd: join(repo.dir, 'lib') })
  expect((await repo.shipGuard(['install'], { cwd: join(repo.dir, 'lib') })).code).toBe(0)
  await writeFile(join(repo.dir, 'lib/check.sh'), 'exit 1\n')
  await at('commit', '-qam', 'bad')
  const push = await at('push', 'origin', 'HEAD:main')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('Refused')
})

test('a SHA-256 repository is judged like any other', async () => {
  await using repo = await guardedRepo({}, { objectFormat: 'sha256' })
  await repo.commit({ 'a.txt': 'a' })
  expect((await repo.git('push', 'origin', 'main', 'main:release/1')).code).toBe(0)
  await repo.commit(bad)
  expect((await repo.git('push', 'origin', 'main')).code).toBe(1)
  expect((await repo.git('push', 'origin', ':release/1')).code).toBe(1)
})

test('a thousand refs with one protected among them', async () => {
  await using repo = await guardedRepo()
  const oid = await repo.commit(bad)
  const input = Array.from({ length: 999 }, (_, n) => `create refs/heads/b${n} ${oid}\n`).join('')
  await exec('git', ['update-ref', '--stdin'], { cwd: repo.dir, input })
  const all = await repo.git('push', '--all', 'origin')
  expect(all.code).toBe(1)
  expect(all.stderr).toContain('Refused: origin/main')
  expect((await repo.git('push', 'origin', 'refs/heads/b*:refs/heads/b*')).code).toBe(0)
})

test('a range of a hundred thousand commits is judged in reasonable time', async () => {
  await using repo = await guardedRepo()
  const from = await repo.ok('rev-parse', 'HEAD')
  const commits = Array.from({ length: 100_000 }, (_, n) => {
    const content = n % 100 === 0 ? `M 100644 inline f${n % 1000}\ndata ${String(n).length}\n${n}\n` : ''
    return `commit refs/heads/long\ncommitter Ada <a@example.test> ${1_600_000_000 + n} +0000\ndata 1\nx\n${n === 0 ? `from ${from}\n` : ''}${content}\n`
  })
  await exec('git', ['fast-import', '--quiet'], { cwd: repo.dir, input: commits.join('') })
  const push = await exec('git', ['push', 'origin', 'long:main'], { cwd: repo.dir, timeoutMs: 110_000 })
  expect(push.code).toBe(0)
  expect(await runs(repo)).toBe(1)
}, 120_000)

test('a push that takes its own gate away is still judged by it, and that is said', async () => {
  await using repo = await guardedRepo()
  await repo.commit({
    ...bad,
    '.shiprc': 'protect: [develop]\ngates: { db: false, secrets: false, changelog: false }\n',
  })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('check')
})

test('a config that cannot be read keeps protected branches shut, with file and line, and others open', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ '.shiprc': 'protect: [main]\ngates:\n  tets: { run: npm test }\n' })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(1)
  expect(push.stderr).toMatch(/\.shiprc:3/)
  expect(push.stderr).toContain('tests')
  expect((await repo.git('push', 'origin', 'main:topic')).code).toBe(0)
})

test('protected is what the pushed commit says, even when the hook was installed before', async () => {
  await using repo = await guardedRepo()
  const config = (await repo.read('.shiprc')).replace("'release/*'", "'release/*', shipping")
  await repo.commit({ ...bad, '.shiprc': config })
  expect((await repo.git('push', 'origin', 'main:shipping')).code).toBe(1)
})

test('two pushes at once are both judged and do not disturb each other', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'check.sh': 'sleep 1; exit 0\n' })
  await repo.write('README.md', 'dirty, so that both need a checkout of their own\n')
  const [one, two] = await Promise.all([repo.git('push', 'origin', 'main'), repo.git('push', 'origin', 'main:develop')])
  expect([one.code, two.code]).toEqual([0, 0])
})

test('what is kept between pushes lies in the git dir, for nobody else to read', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'a.txt': 'a' })
  await repo.ok('push', '-q', 'origin', 'main')
  const kept = join(repo.dir, '.git/ship-guard')
  expect((await exec('stat', ['-c', '%a', kept])).stdout).toBe('700\n')
  expect((await readdir(join(kept, 'verdicts'))).length).toBe(1)
  expect(await repo.ok('status', '--porcelain')).toBe('')
})

test('a damaged verdict is asked for again', async () => {
  await using repo = await guardedRepo()
  const base = await repo.ok('rev-parse', 'origin/main')
  await repo.commit({ 'a.txt': 'a' })
  await repo.ok('push', '-q', 'origin', 'main')
  await exec('git', ['--git-dir', repo.origin, 'update-ref', 'refs/heads/main', base])
  for (const folder of ['verdicts', 'receipts']) {
    const place = join(repo.dir, '.git/ship-guard', folder)
    for (const name of await readdir(place)) {
      const text = await readFile(join(place, name), 'utf8')
      await writeFile(join(place, name), text.slice(0, -10))
    }
  }
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await runs(repo)).toBe(2)
})

test('a git dir in which nothing can be kept still judges, and says that it could not remember', async () => {
  await using repo = await guardedRepo()
  await exec('rm', ['-rf', join(repo.dir, '.git/ship-guard/verdicts')])
  await mkdir(join(repo.dir, '.git/ship-guard'), { recursive: true })
  await writeFile(join(repo.dir, '.git/ship-guard/verdicts'), 'a file in the way')
  await repo.commit({ 'a.txt': 'a' })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(0)
  expect(push.stderr).toContain('could not be kept')
})

test('a blob pushed as a branch is refused, not a crash', async () => {
  await using repo = await guardedRepo()
  const blob = await repo.ok('rev-parse', 'HEAD:README.md')
  const push = await repo.git('push', 'origin', `${blob}:refs/heads/develop`)
  expect(push.code).toBe(1)
  expect(push.stderr).not.toContain('broke')
})

test('a password in the URL of a push is shown nowhere and kept nowhere', async () => {
  await using repo = await guardedRepo()
  const password = 'sw0rdf1sh-not-a-token'
  const bare = await repo.ok('rev-parse', 'HEAD')
  await repo.commit(bad)
  const url = `https://deploy:${password}@example.test/app.git`
  const input = `refs/heads/main ${await repo.ok('rev-parse', 'HEAD')} refs/heads/main ${bare}\n`
  const line = (refs: string) => exec('sh', ['.git/hooks/pre-push', url, url], { cwd: repo.dir, input: refs })
  const refused = await line(input)
  const deleted = await line(`(delete) ${'0'.repeat(40)} refs/heads/main ${bare}\n`)
  expect([refused.code, deleted.code]).toEqual([1, 1])
  expect(refused.stderr + deleted.stderr).not.toContain(password)
  expect((await exec('grep', ['-r', password, '.git'], { cwd: repo.dir })).stdout).toBe('')
})

test.each([
  ['nowhere', []],
  ['inside another repository', ['git', 'init', '-q', '-b', 'main', '.']],
])('a work tree that is named together with its git dir (--git-dir, --work-tree) is judged, %s', async (_, around) => {
  await using repo = await guardedRepo()
  const folder = join(repo.home, 'store')
  await exec('mv', [join(repo.dir, '.git'), folder])
  const [program, ...args] = around
  if (program !== undefined) await exec(program, args, { cwd: repo.home })
  const git = (...words: string[]) =>
    exec('git', [`--git-dir=${folder}`, `--work-tree=${repo.dir}`, ...words], { cwd: repo.home })
  await repo.write('check.sh', 'exit 1\n')
  await git('commit', '-qam', 'bad')
  expect((await git('push', 'origin', 'main')).stderr).toContain('needs check')
  await repo.write('check.sh', 'exit 0\n')
  await git('commit', '-qam', 'good')
  await repo.write('check.sh', 'exit 1\n')
  const push = await git('push', 'origin', 'main')
  expect(push.stderr).toContain('Passed')
  expect(push.code).toBe(0)
})

test('a push that git describes in two lines is refused as such, not as a fault of ship-guard', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'a.txt': 'a' }, 'fix the bug\n\nfor good')
  const push = await repo.git('push', 'origin', 'HEAD^{/bug\n}:refs/heads/main')
  expect(push.stderr).toContain('could not tell')
  expect(push.stderr).not.toContain('fault of ship-guard')
  expect(push.code).toBe(1)
})
