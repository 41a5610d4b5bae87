import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { sourceRoot } from '../support/package-root.ts'
import { putHook } from '../support/shim.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

// In two pieces, so that nobody's scanner takes it for one.
const secret = `const key = "${'AKIA'}QYLPMN5HHXYZ2345"\n`
const refusal = 'ship-guard: nothing was committed: 1 secret is staged. Take it out, stage that and commit again.\n'

async function guarded(options: { objectFormat?: 'sha256' } = {}): Promise<TempRepo> {
  const repo = await tempRepo({ 'a.js': 'a\n', 'b.js': 'b\n' }, options)
  const installed = await repo.shipGuard(['install', '--pre-commit'])
  if (installed.code !== 0) throw new Error(installed.stderr)
  return repo
}

async function head(repo: TempRepo): Promise<string> {
  return repo.ok('rev-parse', 'HEAD')
}

/** The commit is refused over the secret, and nothing of the user's has changed. */
async function expectRefused(repo: TempRepo, ...commit: string[]): Promise<string> {
  const state = () => Promise.all([head(repo), repo.ok('status', '--porcelain'), repo.ok('stash', 'list')])
  const before = await state()
  const ended = await repo.git('commit', '-m', 'more', ...commit)
  expect(ended).toMatchObject({ code: 1, stdout: '' })
  expect(ended.stderr).toMatch(/AWS access key id \(AKIA…, 20 characters\) in \S+, line 1: it is staged\./)
  expect(ended.stderr.endsWith(refusal)).toBe(true)
  expect(ended.stderr).not.toContain('QYLPMN5HHXYZ2345')
  expect(await state()).toEqual(before)
  return ended.stderr
}

test('a staged secret is refused in the words of the push, with both ways out', async () => {
  await using repo = await guarded()
  await repo.write('a.js', secret)
  await repo.ok('add', 'a.js')
  const said = await expectRefused(repo)
  expect(said).toContain('→ Take it out and stage the file again: git add -- a.js')
  const [fingerprint] = /fingerprint: '\w+'/.exec(said)!
  await repo.write('.shiprc', `gates: { secrets: { allow: [{ path: a.js, ${fingerprint}, reason: an example }] } }\n`)
  expect((await repo.git('commit', '-q', '-m', 'more')).code).toBe(0)
})

test('the staged content counts, not the work tree', async () => {
  await using repo = await guarded()
  await repo.write('a.js', secret)
  await repo.ok('add', 'a.js')
  await repo.write('a.js', 'clean\n')
  await expectRefused(repo)
  await repo.ok('add', 'a.js')
  await repo.write('a.js', secret)
  expect((await repo.git('commit', '-q', '-m', 'more')).code).toBe(0)
  expect(await repo.ok('show', 'HEAD:a.js')).toBe('clean')
  expect(await repo.read('a.js')).toBe(secret)
})

test('commit -a and commit <path> are judged by the index that they are made from', async () => {
  await using repo = await guarded()
  await repo.write('a.js', secret)
  await expectRefused(repo, '-a')
  await repo.write('b.js', 'more\n')
  await repo.ok('add', 'a.js')
  expect((await repo.git('commit', '-q', '-m', 'only b', 'b.js')).code).toBe(0)
  await expectRefused(repo, 'a.js')
})

test('an amended commit is judged by what is added to it', async () => {
  await using repo = await guarded()
  await repo.write('a.js', secret)
  await repo.ok('add', 'a.js')
  await expectRefused(repo, '--amend')
  await repo.ok('reset', '-q', '--hard')
  expect((await repo.git('commit', '-q', '--amend', '-m', 'better')).code).toBe(0)
})

test('what a merged branch brings was committed before; what is added to the merge is not', async () => {
  await using repo = await guarded()
  await repo.ok('checkout', '-q', '-b', 'side')
  await repo.commit({ 'side.js': secret, 'a.js': 'theirs\n' }, 'theirs')
  await repo.ok('checkout', '-q', 'main')
  await repo.commit({ 'a.js': 'ours\n' }, 'ours')
  expect((await repo.git('merge', '-q', 'side')).code).toBe(1)
  await repo.write('a.js', secret)
  await repo.ok('add', 'a.js')
  await expectRefused(repo)
  await repo.write('a.js', 'both\n')
  await repo.ok('add', 'a.js')
  expect((await repo.git('commit', '-q', '-m', 'merged')).code).toBe(0)
})

test('the first commit, a linked work tree and a submodule', async () => {
  await using repo = await guarded()
  await repo.ok('checkout', '-q', '--orphan', 'fresh')
  await repo.write('a.js', secret)
  await repo.ok('add', 'a.js')
  const first = await repo.git('commit', '-m', 'first')
  expect(first).toMatchObject({ code: 1 })
  expect(first.stderr.endsWith(refusal)).toBe(true)

  const linked = join(repo.home, 'linked')
  await repo.ok('worktree', 'add', '-q', '--detach', linked, 'main')
  await writeFile(join(linked, 'a.js'), secret)
  const there = await exec('git', ['commit', '-a', '-m', 'there'], { cwd: linked })
  expect(there.code).toBe(1)
  expect(there.stderr.endsWith(refusal)).toBe(true)

  await repo.ok('checkout', '-q', '-f', 'main')
  await repo.ok('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', repo.origin, 'sub')
  expect((await repo.git('commit', '-q', '-m', 'a submodule')).code).toBe(0)
})

test('a submodule has hooks of its own', async () => {
  await using repo = await guarded()
  await repo.ok('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', repo.origin, 'sub')
  const sub = join(repo.dir, 'sub')
  expect((await repo.shipGuard(['install', '--pre-commit'], { cwd: sub })).code).toBe(0)
  await writeFile(join(sub, 'c.js'), secret)
  await exec('git', ['add', '.'], { cwd: sub })
  const ended = await exec('git', ['commit', '-m', 'sub'], { cwd: sub })
  expect(ended.code).toBe(1)
  expect(ended.stderr.endsWith(refusal)).toBe(true)
})

test('a repository of SHA-256', async () => {
  await using repo = await guarded({ objectFormat: 'sha256' })
  await repo.write('a.js', secret)
  await repo.ok('add', 'a.js')
  await expectRefused(repo)
})

test('names that are not UTF-8, links and renamed files', async () => {
  await using repo = await guarded()
  await repo.commit({ 'old.js': `${'// a line\n'.repeat(20)}${secret}` }, 'known')
  await repo.ok('mv', 'old.js', 'new.js')
  await symlink('/etc/passwd', join(repo.dir, 'link'))
  await writeFile(Buffer.concat([Buffer.from(`${repo.dir}/caf`), Buffer.from([0xe9]), Buffer.from('.js')]), 'x\n')
  await repo.ok('add', '-A')
  expect(await repo.git('commit', '-q', '-m', 'names')).toMatchObject({ code: 0, stderr: '' })
})

test('Node is started only when something is staged, and nobody is held up without it', async () => {
  await using repo = await guarded()
  const hook = join(repo.dir, '.git/hooks/pre-commit')
  const text = (await readFile(hook, 'utf8')).replace(/^recorded_node=.*$/m, "recorded_node='' recorded_package=''")
  await writeFile(hook, text.replace(/^find_package\(\) \{$/m, 'find_package() {\n  return 1'))
  expect(await repo.git('commit', '-q', '--allow-empty', '-m', 'empty')).toMatchObject({ code: 0, stderr: '' })
  await repo.ok('rm', '-q', 'b.js')
  expect(await repo.git('commit', '-q', '-m', 'only deleted')).toMatchObject({ code: 0, stderr: '' })
  await repo.write('a.js', 'more\n')
  const ended = await repo.git('commit', '-q', '-a', '-m', 'more')
  expect(ended.code).toBe(0)
  expect(ended.stderr).toMatch(/^ship-guard: nothing was looked at, the ship-guard package was not found\./)
})

test('a hook that was there before runs first, and may refuse', async () => {
  await using repo = await tempRepo({ 'a.js': 'a\n' })
  await putHook(repo, 'pre-commit', '#!/bin/sh\necho before >&2\n[ ! -e stop ]\n')
  expect((await repo.shipGuard(['install', '--pre-commit'])).code).toBe(0)
  await repo.write('a.js', secret)
  const ended = await repo.git('commit', '-a', '-m', 'more')
  expect(ended.stderr).toMatch(/^before\n✗ secrets\n/)
  await repo.write('stop', '')
  expect(await repo.git('commit', '-a', '-m', 'more')).toMatchObject({ code: 1, stderr: 'before\n' })
})

test('a config that cannot be read is told, and the commit is judged without it', async () => {
  await using repo = await guarded()
  await repo.write('.shiprc', 'gates: { secrets: maybe }\n')
  await repo.write('a.js', 'more\n')
  const ended = await repo.git('commit', '-q', '-a', '-m', 'more')
  expect(ended.code).toBe(0)
  expect(ended.stderr).toContain('The commit is judged as without a config; a push will stop there.')
  await repo.write('a.js', secret)
  expect((await repo.git('commit', '-q', '-a', '-m', 'more')).stderr.endsWith(refusal)).toBe(true)
})

test('the gate that is switched off is not asked', async () => {
  await using repo = await guarded()
  await repo.write('.shiprc', 'gates: { secrets: false }\n')
  await repo.write('a.js', secret)
  expect((await repo.git('commit', '-q', '-a', '-m', 'more')).code).toBe(0)
})

/** The real lint-staged, with a task that writes what it was given in capitals and refuses files that say so. */
async function withLintStaged(config: Readonly<Record<string, string>>): Promise<TempRepo> {
  const repo = await guarded()
  await mkdir(join(repo.dir, 'node_modules'))
  await symlink(join(sourceRoot, 'node_modules/lint-staged'), join(repo.dir, 'node_modules/lint-staged'))
  await repo.write(
    'shout.mjs',
    `import { readFileSync, writeFileSync } from 'node:fs'
for (const path of process.argv.slice(2)) {
  const text = readFileSync(path, 'utf8')
  if (text.includes('refuse')) { console.error('this file is refused'); process.exitCode = 1 }
  else writeFileSync(path, text.toUpperCase())
}
`,
  )
  await repo.commit({ '.gitignore': 'node_modules\n', ...config }, 'lint-staged')
  return repo
}

/** Of a person: vitest's own NODE_ENV makes lint-staged print for tests. */
function commit(repo: TempRepo, ...args: string[]) {
  return exec('git', ['commit', '-m', 'more', ...args], { cwd: repo.dir, env: { NODE_ENV: undefined } })
}

const inManifest = { 'package.json': '{ "lint-staged": { "*.js": "node shout.mjs" } }\n' }

test('the user’s own lint-staged runs first, and what it stages is what is looked at', async () => {
  await using repo = await withLintStaged(inManifest)
  await repo.write('a.js', 'quiet\n')
  await repo.write('b.js', 'not staged\n')
  await repo.ok('add', 'a.js')
  expect((await commit(repo, '-q')).code).toBe(0)
  expect(await repo.ok('show', 'HEAD:a.js')).toBe('QUIET')
  expect(await repo.read('b.js')).toBe('not staged\n')
  expect(await repo.ok('stash', 'list')).toBe('')
})

test('a file that is staged in part keeps its other part', async () => {
  await using repo = await withLintStaged(inManifest)
  await repo.write('a.js', 'one\n\n\n\n\n\ntwo\n')
  await repo.ok('add', 'a.js')
  await repo.write('a.js', 'one\n\n\n\n\n\ntwo\n\n\n\nthree, not staged\n')
  expect((await commit(repo, '-q')).code).toBe(0)
  expect(await repo.ok('show', 'HEAD:a.js')).toBe('ONE\n\n\n\n\n\nTWO')
  expect(await repo.read('a.js')).toContain('three, not staged')
})

test('what lint-staged refuses is not committed, and its words are shown', async () => {
  await using repo = await withLintStaged({ 'sub/.lintstagedrc.json': '{ "*.js": "node shout.mjs" }\n' })
  await repo.write('sub/c.js', 'refuse me\n')
  await repo.ok('add', 'sub')
  const ended = await commit(repo)
  expect(ended).toMatchObject({ code: 1, stdout: '' })
  expect(ended.stderr).toContain('this file is refused')
  expect(ended.stderr.trimEnd().split('\n').at(-1)).toBe(
    'ship-guard: nothing was committed: lint-staged did not let it through. Mend what it says above, stage it with git add and commit again.',
  )
})

test('it is left alone without a config, and where another hook runs it already', async () => {
  await using none = await withLintStaged({})
  await none.write('a.js', 'quiet\n')
  expect((await commit(none, '-q', '-a')).code).toBe(0)
  expect(await none.ok('show', 'HEAD:a.js')).toBe('quiet')

  await using twice = await withLintStaged(inManifest)
  const log = join(twice.home, 'log')
  await putHook(twice, 'pre-commit.chained', `#!/bin/sh\necho lint-staged >>'${log}'\n`)
  await twice.write('a.js', 'quiet\n')
  expect((await commit(twice, '-q', '-a')).code).toBe(0)
  expect(await twice.ok('show', 'HEAD:a.js')).toBe('quiet')
  expect(await readFile(log, 'utf8')).toBe('lint-staged\n')
  expect(dirname(log)).toBe(twice.home)
})
