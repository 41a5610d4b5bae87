import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commitCapture } from '../../src/capture/commit.ts'
import { type Merged, mergeCapture } from '../../src/capture/merge.ts'
import { previewMerge } from '../../src/capture/preview.ts'
import { openPullRequest } from '../../src/capture/pull-request.ts'
import { buildTree } from '../../src/capture/tree.ts'
import { GitError } from '../../src/core/errors.ts'
import type { Git } from '../../src/core/world.ts'
import { files } from '../../src/io/files.ts'
import { run } from '../../src/io/process.ts'
import { captureSource } from '../support/capture-source.ts'
import { type Captured, captured, type ServerFiles } from '../support/captured.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const deployed = {
  'app.php': `${Array.from({ length: 20 }, (_, line) => `line ${line}`).join('\n')}\n`,
  'config.php': 'config\n',
  'old.php': 'old\n',
  '.gitignore': '/public/uploads/\n',
}
const appEditedThere = deployed['app.php'].replace('line 19', 'line of the server')
const appEditedHere = deployed['app.php'].replace('line 0', 'line of the feature')

interface Made {
  readonly commit: string
  readonly ref: string
  readonly base: string
}

/** A capture of these changes, on top of `deployedAt`. */
async function capture(at: Captured, server: ServerFiles, deployedAt = 'HEAD'): Promise<Made> {
  const base = await at.deploy(deployedAt)
  const differences = await at.change(base, server)
  const { git, mirror } = at
  const tree = await buildTree({ mirror, base, differences })
  const facts = {
    environment: 'production',
    host: { ssh: 'app' },
    source: captureSource(),
    excluded: 0,
    allowances: [],
  }
  const made = await commitCapture({ git, mirror, base, differences, tree, scanners: [], ...facts }, { files })
  return { ...made, base: base.commit }
}

function merge(git: Git, made: Made, more: { bring?: boolean } = {}): Promise<Merged> {
  return mergeCapture({ git, environment: 'production', ...made, ...more }, { files })
}

async function status(repo: TempRepo): Promise<string> {
  return (await repo.git('status', '--porcelain=v2', '--branch', '--ignored')).stdout
}

test('comes into the branch as a merge, beside local work that was never deployed', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const made = await capture(at, { 'app.php': appEditedThere, 'public/uploads/logo.png': 'logo', 'old.php': undefined })
  await repo.commit({ 'app.php': appEditedHere, 'feature.php': 'new\n' })
  await repo.write('notes.txt', 'untracked')
  await repo.write('config.php', 'edited, not committed\n')
  expect(await merge(at.git, made)).toMatchObject({ state: 'merged', branch: 'main' })
  expect(await repo.read('app.php')).toBe(appEditedThere.replace('line 0', 'line of the feature'))
  expect(await repo.read('public/uploads/logo.png')).toBe('logo')
  expect(await repo.ok('status', '--porcelain')).toBe(' M config.php\n?? notes.txt')
  expect(await repo.ok('log', '-1', '--format=%s')).toBe('Merge what was captured from production')
  expect(await repo.ok('rev-parse', 'HEAD^2')).toBe(made.commit)
  expect(await merge(at.git, made)).toEqual({ state: 'already', branch: 'main' })
})

test('is the branch itself when nothing else happened here', async () => {
  await using repo = await tempRepo(deployed)
  await repo.ok('config', 'merge.ff', 'false')
  await using at = await captured(repo)
  const made = await capture(at, { 'app.php': appEditedThere })
  expect(await merge(at.git, made)).toEqual({ state: 'merged', branch: 'main', commit: made.commit })
})

const busy: readonly [title: string, make: (repo: TempRepo) => Promise<unknown>, because: string, instead: string][] = [
  [
    'staged work',
    r => r.write('config.php', 'x').then(() => r.ok('add', 'config.php')),
    'staged',
    'git commit && git merge',
  ],
  ['staged deletion', r => r.ok('rm', '-q', '--cached', 'old.php'), 'staged', 'git commit && git merge'],
  ['a detached HEAD', r => r.ok('checkout', '-q', '--detach'), 'detached HEAD', 'git switch <branch> && git merge'],
  [
    'a merge in progress',
    r => r.ok('merge', '-q', '--no-commit', '--no-ff', 'other'),
    'A merge is in progress',
    'git merge --continue && git merge',
  ],
  [
    'a rebase in progress',
    r => r.git('rebase', '-q', '-x', 'false', 'other'),
    'A rebase is in progress',
    'git rebase --continue && git merge',
  ],
  [
    'a cherry-pick in progress',
    r => r.git('cherry-pick', 'clash'),
    'A cherry-pick is in progress',
    'git cherry-pick --continue',
  ],
  [
    'a revert in progress',
    r => r.commit({ 'config.php': 'y\n' }).then(() => r.git('revert', 'HEAD~1')),
    'A revert is in progress',
    'git revert --continue',
  ],
  ['a foreign index.lock', r => r.write('.git/index.lock', ''), 'index.lock is there', 'git merge'],
  [
    'a changed file that the merge would write',
    r => r.write('app.php', 'mine\n'),
    'changes of your own in app.php',
    'git stash && git merge',
  ],
  ['an untracked file in the way', r => r.write('logo.png', 'mine'), 'changes of your own in logo.png', 'git stash'],
  [
    'an ignored file in the way',
    r => r.write('public/uploads/logo.png', 'mine'),
    'changes of your own in public/uploads/logo.png',
    'git stash',
  ],
  ['a file where a folder would come', r => r.write('folder', 'mine'), 'changes of your own in folder', 'git stash'],
  [
    'an ignored link where a folder is',
    r => mkdir(join(r.dir, 'public')).then(() => symlink('/tmp', join(r.dir, 'public/uploads'))),
    'changes of your own in public/uploads',
    'git stash',
  ],
  [
    'a change here that conflicts',
    r => r.commit({ 'app.php': 'all new\n' }),
    'app.php (changed here and there)',
    'git merge',
  ],
]

test.each(busy)('with %s nothing is touched and the command to type is told', async (_, make, because, instead) => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const server = { 'app.php': appEditedThere, 'logo.png': 'a', 'public/uploads/logo.png': 'b', 'folder/page.php': 'c' }
  const made = await capture(at, server)
  await repo.ok('branch', 'other')
  await repo.ok('branch', 'clash')
  await repo.ok('switch', '-q', 'other')
  await repo.commit({ 'other.txt': 'other\n' })
  await repo.ok('switch', '-q', 'clash')
  await repo.commit({ 'config.php': 'clash\n' })
  await repo.ok('switch', '-q', 'main')
  await repo.commit({ 'config.php': 'local\n' })
  await make(repo)
  const before = await status(repo)
  const index = await readFile(join(repo.dir, '.git/index'))
  const merged = await merge(at.git, made)
  expect(merged).toMatchObject({
    state: 'ready',
    because: expect.stringContaining(because),
    instead: expect.stringContaining(instead),
  })
  expect(await readFile(join(repo.dir, '.git/index'))).toEqual(index)
  expect(await status(repo)).toBe(before)
})

test('a bare repository and a branch without a commit are left alone', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const made = await capture(at, { 'app.php': appEditedThere })
  await repo.ok('checkout', '-q', '--orphan', 'empty')
  expect(await merge(at.git, made)).toMatchObject({ because: expect.stringContaining('no commit yet') })
  await repo.ok('push', '-q', '--no-verify', 'origin', `${made.commit}:refs/heads/captured`)
  await using bare = await captured({ dir: repo.origin })
  expect(await merge(bare.git, made)).toMatchObject({ because: expect.stringContaining('no work tree') })
})

test('a file put there by hand that is the same is no obstacle', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const made = await capture(at, { 'app.php': appEditedThere, 'public/uploads/logo.png': 'logo', 'old.php': undefined })
  await repo.write('app.php', appEditedThere)
  await repo.write('public/uploads/logo.png', 'logo')
  await exec('rm', [join(repo.dir, 'old.php')])
  expect(await merge(at.git, made)).toMatchObject({ state: 'merged' })
  expect(await repo.ok('status', '--porcelain')).toBe('')
})

test.each(['pre-merge-commit', 'commit-msg'])('a %s hook that refuses leaves everything as it was', async hook => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const made = await capture(at, { 'app.php': appEditedThere, 'public/uploads/logo.png': 'logo' })
  await repo.commit({ 'feature.php': 'new\n' })
  await repo.write('public/uploads/logo.png', 'logo')
  await repo.write('notes.txt', 'untracked')
  await repo.write(`.git/hooks/${hook}`, '#!/bin/sh\necho "error: not on a Friday" >&2\nexit 1\n', 0o755)
  const before = await status(repo)
  expect(await merge(at.git, made)).toMatchObject({
    state: 'ready',
    because: 'git would not merge it: error: not on a Friday',
    instead: `git merge ${made.ref}`,
  })
  expect(await status(repo)).toBe(before)
  expect(await repo.read('public/uploads/logo.png')).toBe('logo')
})

test.each([
  ['with us', false],
  ['under us', true],
])('a merge that was killed in the middle, %s, loses nothing and can be done again', async (_, alone) => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const made = await capture(at, {
    'app.php': appEditedThere,
    'logo.png': 'logo',
    'old.php': undefined,
    'z.php': 'z\n',
  })
  await repo.commit({ 'feature.php': 'new\n' })
  const before = await status(repo)
  // The smudge filter stands for the moment at which git writes: it kills the git that started it.
  await repo.ok('config', 'filter.deadly.smudge', 'kill -9 $PPID; cat')
  await repo.write('.git/info/attributes', 'logo.png filter=deadly\n')
  if (alone) {
    expect(await merge(at.git, made)).toMatchObject({ state: 'ready', because: expect.stringContaining('SIGKILL') })
  } else {
    await repo.git('merge', '--no-edit', made.ref)
    expect(await status(repo)).not.toBe(before)
  }
  expect(await merge(at.git, made)).toMatchObject({ because: expect.stringContaining('index.lock is there') })
  await repo.ok('config', '--unset', 'filter.deadly.smudge')
  await exec('rm', [join(repo.dir, '.git/index.lock')])
  if (alone) expect(await status(repo)).toBe(before)
  expect(await merge(at.git, made)).toMatchObject({ state: 'merged' })
  expect(await repo.ok('status', '--porcelain')).toBe('')
  expect(await repo.read('app.php')).toBe(appEditedThere)
})

test('commits that were deployed from elsewhere do not come along unasked', async () => {
  await using repo = await tempRepo(deployed)
  await repo.ok('switch', '-q', '-c', 'hotfix')
  await repo.commit({ 'fix.php': 'fix\n' })
  await repo.ok('switch', '-q', 'main')
  await repo.commit({ 'feature.php': 'new\n' })
  await using at = await captured(repo)
  const made = await capture(at, { 'app.php': appEditedThere }, 'hotfix')
  expect(await merge(at.git, made)).toMatchObject({
    state: 'ready',
    because: '1 commit deployed there is not in main and would come along.',
    instead: `git cherry-pick ${made.ref}`,
  })
  expect(await merge(at.git, made, { bring: true })).toMatchObject({ state: 'merged' })
})

test('a shallow clone without the common commit says how to get it', async () => {
  await using repo = await tempRepo(deployed)
  const base = await repo.ok('rev-parse', 'HEAD')
  await repo.commit({ 'feature.php': 'new\n' })
  await repo.commit({ 'feature.php': 'newer\n' })
  await repo.ok('push', '-q', '--no-verify')
  const dir = join(repo.home, 'shallow')
  await exec('git', ['clone', '-q', '--depth=1', `file://${repo.origin}`, dir])
  await exec('git', ['fetch', '-q', '--depth=1', 'origin', base], { cwd: dir })
  await using at = await captured({ dir })
  const made = await capture(at, { 'app.php': appEditedThere }, base)
  expect(await merge(at.git, made)).toMatchObject({
    state: 'ready',
    because: 'main and the deployed commit have no common history in this clone.',
    instead: `git fetch --unshallow && git merge ${made.ref}`,
  })
  await exec('git', ['fetch', '-q', '--unshallow'], { cwd: dir })
  expect(await merge(at.git, made)).toMatchObject({ state: 'merged' })
})

test('a partial clone fetches what the merge needs', async () => {
  await using repo = await tempRepo(deployed)
  const base = await repo.ok('rev-parse', 'HEAD')
  await repo.commit({ 'app.php': appEditedHere })
  await repo.ok('push', '-q', '--no-verify')
  await exec('git', ['config', 'uploadpack.allowFilter', 'true'], { cwd: repo.origin })
  const dir = join(repo.home, 'partial')
  await exec('git', ['clone', '-q', '--filter=blob:none', `file://${repo.origin}`, dir])
  await using at = await captured({ dir })
  const made = await capture(at, { 'app.php': appEditedThere }, base)
  expect(await merge(at.git, made)).toMatchObject({ state: 'merged' })
  expect(await readFile(join(dir, 'app.php'), 'utf8')).toBe(appEditedThere.replace('line 0', 'line of the feature'))
})

test('a linked work tree merges into its own branch', async () => {
  await using repo = await tempRepo(deployed)
  const dir = join(repo.home, 'linked')
  await repo.ok('worktree', 'add', '-q', '-b', 'side', dir)
  await using at = await captured({ dir })
  const made = await capture(at, { 'app.php': appEditedThere })
  expect(await merge(at.git, made)).toMatchObject({ state: 'merged', branch: 'side' })
  expect(await repo.read('app.php')).toBe(deployed['app.php'])
})

test('an old git is careful instead of wrong', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  await repo.commit({ 'app.php': appEditedHere, 'old.php': undefined })
  const into = await repo.ok('rev-parse', 'HEAD')
  const old: Git = {
    ...at.mirror.git,
    async *records(args, options) {
      if (args.includes('merge-tree'))
        throw new GitError(args, 129, 'usage: git merge-tree <base-tree> <branch1> <branch2>')
      yield* at.mirror.git.records(args, options)
    },
  }
  const preview = async (server: ServerFiles) => {
    const differences = await at.change(base, server)
    const tree = await buildTree({ mirror: at.mirror, base, differences })
    return previewMerge({ mirror: { ...at.mirror, git: old }, base: base.commit, tree, into })
  }
  expect(await preview({ 'config.php': 'there\n' })).toMatchObject({ foreseen: 'clean', conflicts: new Map() })
  const unsure = await preview({ 'app.php': appEditedThere, 'old.php': 'mended\n' })
  expect(unsure.foreseen).toBe('unsure')
  expect([...unsure.conflicts]).toEqual([
    ['app.php', 'changed here and there, perhaps in different places'],
    ['old.php', 'deleted here, changed there'],
  ])
})

test('what the branch has already is told from what it has otherwise', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const base = await at.deploy('HEAD')
  await repo.commit({ 'app.php': appEditedThere, 'old.php': undefined, 'new.php': 'here\n' })
  const differences = await at.change(base, {
    'app.php': appEditedThere,
    'old.php': undefined,
    'new.php': 'there\n',
    'bin.dat': '\0',
  })
  const tree = await buildTree({ mirror: at.mirror, base, differences })
  const preview = await previewMerge({
    mirror: at.mirror,
    base: base.commit,
    tree,
    into: await repo.ok('rev-parse', 'HEAD'),
  })
  expect([...preview.same]).toEqual(['app.php', 'old.php'])
  expect([...preview.conflicts]).toEqual([['new.php', 'added here and there, each in its own way']])
})

test('a file that was renamed here and changed there comes together', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const made = await capture(at, { 'app.php': appEditedThere })
  await repo.ok('mv', 'app.php', 'moved.php')
  await repo.ok('commit', '-q', '-m', 'move')
  const base = await at.deploy(made.base)
  const differences = await at.change(base, { 'app.php': appEditedThere })
  const tree = await buildTree({ mirror: at.mirror, base, differences })
  const into = await repo.ok('rev-parse', 'HEAD')
  expect(await previewMerge({ mirror: at.mirror, base: base.commit, tree, into })).toMatchObject({ foreseen: 'clean' })
  expect(await merge(at.git, made)).toMatchObject({ state: 'merged' })
  expect(await repo.read('moved.php')).toBe(appEditedThere)
})

/** A program that writes down how it was called. */
async function fake(repo: TempRepo, name: string, script: string): Promise<string> {
  const bin = join(repo.home, 'bin')
  await mkdir(bin, { recursive: true })
  await writeFile(
    join(bin, name),
    `#!/bin/sh\nprintf '%s\\0' "$@" > '${repo.home}/called'\ncat > '${repo.home}/stdin'\n${script}\n`,
  )
  await chmod(join(bin, name), 0o755)
  return bin
}

const withPath =
  (bin: string): typeof run =>
  (command, options) =>
    run({ ...command, env: { ...command.env, PATH: `${bin}:${process.env.PATH}` } }, options)

test.each([
  [
    'gh',
    'git@github.com:me/app.git',
    'https://github.com/me/app/pull/7',
    ['pr', 'create', '--head', 'BRANCH', '--base', 'main', '--title', 'TITLE', '--body-file', '-'],
  ],
  [
    'glab',
    'https://gitlab.example.com/me/app.git',
    'https://gitlab.example.com/me/app/-/merge_requests/7',
    [
      'mr',
      'create',
      '--source-branch',
      'BRANCH',
      '--target-branch',
      'main',
      '--title',
      'TITLE',
      '--description',
      'BODY',
      '--yes',
    ],
  ],
] as const)('opens a pull request through %s', async (program, url, request, words) => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const { commit } = await capture(at, { 'app.php': appEditedThere })
  await repo.ok('config', 'remote.origin.url', url)
  await repo.ok('config', `url.${repo.origin}.insteadOf`, url)
  await repo.ok('config', 'remote.origin.pushurl', repo.origin)
  const bin = await fake(repo, program, `echo Creating; echo ${request}`)
  const ask = {
    git: at.git,
    environment: 'production',
    commit,
    into: 'main',
    opener: program,
    signal: new AbortController().signal,
  }
  const opened = await openPullRequest(ask, { run: withPath(bin) })
  const branch = `capture/production-${commit.slice(0, 12)}`
  expect(opened).toEqual({ branch, remote: 'origin', url: request })
  const title = await repo.ok('log', '-1', '--format=%s', commit)
  const body = (await repo.ok('log', '-1', '--format=%b', commit)).trim()
  const given = words.map(word => ({ BRANCH: branch, TITLE: title, BODY: body })[word as string] ?? word)
  expect((await readFile(join(repo.home, 'called'), 'utf8')).split('\0').slice(0, -1)).toEqual(given)
  if (program === 'gh') expect(await readFile(join(repo.home, 'stdin'), 'utf8')).toBe(body)
  expect(await repo.ok('ls-remote', 'origin', `refs/heads/${branch}`)).toContain(commit)
  expect(await openPullRequest(ask, { run: withPath(bin) })).toEqual(opened)
})

test('a pull request that cannot be opened says what is pushed and what to do', async () => {
  await using repo = await tempRepo(deployed)
  await using at = await captured(repo)
  const { commit } = await capture(at, { 'app.php': appEditedThere })
  const ask = { git: at.git, environment: 'production', commit, into: 'main', signal: new AbortController().signal }
  await expect(openPullRequest(ask, { run })).rejects.toMatchObject({
    instead: expect.stringContaining('--pull-request gh'),
  })
  const nowhere: typeof run = (command, options) => run({ ...command, env: { PATH: '/nowhere' } }, options)
  await expect(openPullRequest({ ...ask, opener: 'gh' }, { run: nowhere })).rejects.toThrow('gh is not installed here')
  const bin = await fake(repo, 'gh', 'echo "To get started with GitHub CLI, please run:  gh auth login" >&2; exit 4')
  await expect(openPullRequest({ ...ask, opener: 'gh' }, { run: withPath(bin) })).rejects.toMatchObject({
    message: expect.stringContaining('gh auth login'),
    instead: expect.stringContaining('gh auth status'),
  })
  await repo.write('.git/hooks/pre-push', '#!/bin/sh\necho "error: not now" >&2\nexit 1\n', 0o755)
  await exec('git', ['update-ref', '-d', `refs/heads/capture/production-${commit.slice(0, 12)}`], { cwd: repo.origin })
  await expect(openPullRequest({ ...ask, opener: 'gh' }, { run: withPath(bin) })).rejects.toThrow('could not be pushed')
})
