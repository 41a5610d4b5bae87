// What happens to hooks that are there already, and that `uninstall` gives every byte back.
import { chmod, cp, lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { packageFolder, sourceRoot } from '../support/package-root.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

/** Every file under `.git` that an install could touch, with mode and content; links with their target. */
async function pictureOf(repo: TempRepo, folder = '.git'): Promise<Record<string, string>> {
  const picture: Record<string, string> = {}
  const walk = async (path: string): Promise<void> => {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const full = join(path, entry.name)
      const name = relative(repo.dir, full)
      if (/^\.git\/(objects|logs|refs|index|ORIG_HEAD|COMMIT_EDITMSG)/.test(name)) continue
      if (entry.isDirectory()) {
        picture[`${name}/`] = 'folder'
        await walk(full)
      } else if (entry.isSymbolicLink()) picture[name] = `-> ${await readlink(full)}`
      else
        picture[name] = `${((await lstat(full)).mode & 0o777).toString(8)} ${(await readFile(full)).toString('base64')}`
    }
  }
  await walk(join(repo.dir, folder))
  return picture
}

const hooksOf = (repo: TempRepo) => join(repo.dir, '.git', 'hooks')

async function put(repo: TempRepo, name: string, content: string | Uint8Array, mode = 0o755): Promise<void> {
  await mkdir(hooksOf(repo), { recursive: true })
  await writeFile(join(hooksOf(repo), name), content)
  await chmod(join(hooksOf(repo), name), mode)
}

const lfs = `#!/bin/sh
command -v git-lfs >/dev/null 2>&1 || { printf >&2 "\\n%s\\n\\n" "This repository is configured for Git LFS but 'git-lfs' was not found on your path."; exit 2; }
git lfs pre-push "$@"
`

test.each<[string, (repo: TempRepo) => Promise<void>]>([
  ['nothing', async () => {}],
  ['a foreign hook', repo => put(repo, 'pre-push', '#!/bin/sh\r\nexit 0')],
  [
    'hooks of Git LFS',
    async repo => {
      for (const event of ['pre-push', 'post-merge', 'post-checkout']) await put(repo, event, lfs)
    },
  ],
  ['a program', repo => put(repo, 'pre-push', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 255, 254, 10, 13, 0]))],
  ['a hook that is switched off', repo => put(repo, 'post-merge', '#!/bin/sh\nexit 1\n', 0o640)],
  ['an empty file', repo => put(repo, 'post-rewrite', '')],
  [
    'a symbolic link',
    async repo => {
      await writeFile(join(repo.home, 'my-hook'), '#!/bin/sh\nexit 0\n', { mode: 0o755 })
      await mkdir(hooksOf(repo), { recursive: true })
      await symlink('../../../my-hook', join(hooksOf(repo), 'pre-push'))
    },
  ],
  [
    'a link that leads nowhere',
    async repo => {
      await mkdir(hooksOf(repo), { recursive: true })
      await symlink('gone', join(hooksOf(repo), 'pre-push'))
    },
  ],
])(
  'with %s before, uninstall gives every byte and mode back, whether ship-guard was installed once or twice',
  async (_, before) => {
    await using repo = await tempRepo()
    await before(repo)
    const picture = await pictureOf(repo)
    expect((await repo.shipGuard(['install'])).code).toBe(0)
    const installed = await pictureOf(repo)
    for (const event of ['pre-push', 'post-merge', 'post-rewrite'])
      expect(Buffer.from(installed[`.git/hooks/${event}`]!.split(' ')[1]!, 'base64').toString()).toContain(
        '# ship-guard hook:',
      )
    expect((await repo.shipGuard(['install'])).stderr).toContain('nothing changed')
    expect(await pictureOf(repo)).toEqual(installed)
    expect((await repo.shipGuard(['uninstall'])).code).toBe(0)
    expect(await pictureOf(repo)).toEqual(picture)
    expect((await repo.shipGuard(['uninstall'])).stderr).toContain('not installed here; nothing changed')
  },
)

test('a foreign hook runs first from now on, behind a link as well, and can still refuse', async () => {
  await using repo = await tempRepo()
  await writeFile(join(repo.home, 'my-hook'), '#!/bin/sh\ncat >&2\ntest ! -e stop\n', { mode: 0o755 })
  await mkdir(hooksOf(repo), { recursive: true })
  await symlink('../../../my-hook', join(hooksOf(repo), 'pre-push'))
  const done = await repo.shipGuard(['install'])
  expect(done.stderr).toContain('keeps   .git/hooks/pre-push as .git/hooks/pre-push.chained; it runs first')
  const oid = await repo.commit({ a: 'a' })
  const push = await repo.git('push', 'origin', 'HEAD:refs/heads/feature')
  expect(push.code).toBe(0)
  expect(push.stderr).toContain(`HEAD ${oid} refs/heads/feature`)
  await repo.write('stop', '')
  expect((await repo.git('push', 'origin', 'HEAD:refs/heads/other')).code).toBe(1)
})

test('an older hook of ours is replaced and not kept', async () => {
  await using repo = await tempRepo()
  await put(repo, 'pre-push', '#!/bin/sh\n# ship-guard hook: pre-push. An older one.\nexit 1\n')
  const done = await repo.shipGuard(['install'])
  expect(done.stderr).toContain('renews  .git/hooks/pre-push')
  expect(await readdir(hooksOf(repo))).not.toContain('pre-push.chained')
  expect((await repo.git('push', 'origin', 'HEAD:refs/heads/feature')).code).toBe(0)
})

test('a folder in the place of a hook is refused: git hangs on it', async () => {
  await using repo = await tempRepo()
  await mkdir(join(hooksOf(repo), 'pre-push'), { recursive: true })
  const refused = await repo.shipGuard(['install'])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('pre-push is not a file.')
})

test('a tool that overwrote our hook: neither its hook nor the chained one is thrown away', async () => {
  await using repo = await tempRepo()
  await put(repo, 'pre-push', '#!/bin/sh\necho one\n')
  await repo.shipGuard(['install'])
  await put(repo, 'pre-push', '#!/bin/sh\necho two\n')
  const picture = await pictureOf(repo)
  const refused = await repo.shipGuard(['install'])
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('pre-push was replaced by another tool')
  expect(await pictureOf(repo)).toEqual(picture)
  const undone = await repo.shipGuard(['uninstall'])
  expect(undone.code).toBe(0)
  expect(undone.stderr).toContain('pre-push is no longer ours')
  expect(await readFile(join(hooksOf(repo), 'pre-push'), 'utf8')).toBe('#!/bin/sh\necho two\n')
  expect(await readFile(join(hooksOf(repo), 'pre-push.chained'), 'utf8')).toBe('#!/bin/sh\necho one\n')
})

test('an install that was killed half-way is finished by the next and undone by an uninstall', async () => {
  await using repo = await tempRepo()
  await put(repo, 'pre-push', '#!/bin/sh\necho one\n')
  const picture = await pictureOf(repo)
  const done = await repo.shipGuard(['install'])
  expect(done.code).toBe(0)
  const installed = await pictureOf(repo)
  // As it is between the copy and the rename, the record being there already.
  await cp(join(hooksOf(repo), 'pre-push.chained'), join(hooksOf(repo), 'pre-push'))
  await chmod(join(hooksOf(repo), 'pre-push'), 0o755)
  await rm(join(hooksOf(repo), 'post-merge'))
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  expect(await pictureOf(repo)).toEqual(installed)
  await cp(join(hooksOf(repo), 'pre-push.chained'), join(hooksOf(repo), 'pre-push'))
  expect((await repo.shipGuard(['uninstall'])).code).toBe(0)
  expect(await pictureOf(repo)).toEqual(picture)
})

test('--dry-run writes nothing and says what it would; --json says it for programs', async () => {
  await using repo = await tempRepo()
  await put(repo, 'pre-push', '#!/bin/sh\necho one\n')
  const picture = await pictureOf(repo)
  const dry = await repo.shipGuard(['install', '--dry-run'])
  expect(dry).toMatchObject({ code: 0, stdout: '' })
  expect(dry.stderr).toContain('ship-guard would write:')
  expect(dry.stderr).toContain(' would be judged from then on.')
  const json = JSON.parse((await repo.shipGuard(['install', '--dry-run', '--json'])).stdout) as {
    outcome: string
    changes: { does: string; path: string }[]
  }
  expect(json.outcome).toBe('planned')
  expect(json.changes.map(change => change.does)).toEqual(['keep', 'write', 'write', 'write'])
  expect(await pictureOf(repo)).toEqual(picture)

  expect((JSON.parse((await repo.shipGuard(['install', '--json'])).stdout) as { outcome: string }).outcome).toBe('done')
  const installed = await pictureOf(repo)
  expect((await repo.shipGuard(['uninstall', '--dry-run'])).stderr).toContain('restores .git/hooks/pre-push')
  expect(await pictureOf(repo)).toEqual(installed)
  const undone = JSON.parse((await repo.shipGuard(['uninstall', '--json'])).stdout) as { outcome: string }
  expect(undone.outcome).toBe('done')
  expect(await pictureOf(repo)).toEqual(picture)
  await mkdir(join(hooksOf(repo), 'post-merge'))
  const refused = await repo.shipGuard(['install', '--json'])
  expect(refused.code).toBe(1)
  expect(JSON.parse(refused.stdout)).toMatchObject({ outcome: 'refused', instead: expect.stringContaining('Move') })
})

// --- beside other managers ---

const huskyManifest = '{"devDependencies":{"husky":"9.1.7","ship-guard":"0.1.0"}}\n'

async function startHusky(repo: TempRepo): Promise<void> {
  const husky = join(sourceRoot, 'node_modules', 'husky', 'bin.js')
  expect((await exec(process.execPath, [husky], { cwd: repo.dir, env: { HUSKY: undefined } })).code).toBe(0)
}

test('with husky the tracked hooks get a block, husky starts it, and uninstall takes out exactly that', async () => {
  const own = 'echo "mine" >&2\ncat >&2\n'
  await using repo = await tempRepo({ 'package.json': huskyManifest, '.husky/pre-push': own })
  await startHusky(repo)
  const before = { git: await pictureOf(repo), husky: await pictureOf(repo, '.husky') }
  const done = await repo.shipGuard(['install'])
  expect(done.code).toBe(0)
  expect(done.stderr).toContain('Commit the changed hook files')
  expect(await repo.read('.husky/pre-push')).toMatch(
    /^# >>> ship-guard >>>[\s\S]*# <<< ship-guard <<<\necho "mine" >&2\ncat >&2\n$/,
  )
  expect(await repo.read('.husky/pre-push')).not.toContain(repo.home)
  expect(await repo.read('.husky/post-merge')).toMatch(/^#!\/bin\/sh\n# >>> ship-guard >>>/)

  const oid = await repo.commit({ 'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n', a: 'a' })
  const free = await repo.git('push', 'origin', 'HEAD:refs/heads/feature')
  expect(free.code).toBe(0)
  expect(free.stderr).toContain(`mine\nHEAD ${oid} refs/heads/feature`)
  const judged = await repo.git('push', 'origin', 'main')
  expect(judged.stderr).toContain('origin/main')

  expect((await repo.shipGuard(['install'])).stderr).toContain('nothing changed')
  expect((await repo.shipGuard(['uninstall'])).code).toBe(0)
  expect(await pictureOf(repo, '.husky')).toEqual(before.husky)
  await rm(join(repo.dir, '.git', 'ship-guard'), { recursive: true, force: true })
  expect(await pictureOf(repo)).toEqual(before.git)
})

test('husky that has not been started in this clone: the block is written, and what is left to do is said', async () => {
  await using repo = await tempRepo({ 'package.json': huskyManifest, '.husky/pre-commit': 'true\n' })
  const done = await repo.shipGuard(['install'])
  expect(done.code).toBe(0)
  expect(done.stderr).toContain(
    'husky is not active in this clone yet, so git does not run the hooks. Start it: npx husky',
  )
  await startHusky(repo)
  await repo.commit({ 'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n', a: 'a' })
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('origin/main')
})

test('an uninstall in another clone takes the tracked block out without a record of the install', async () => {
  const own = 'echo mine >&2\n'
  await using repo = await tempRepo({ 'package.json': huskyManifest, '.husky/pre-push': own })
  await startHusky(repo)
  await repo.shipGuard(['install'])
  await rm(join(repo.dir, '.git', 'ship-guard'), { recursive: true })
  expect((await repo.shipGuard(['uninstall'])).code).toBe(0)
  expect(await repo.read('.husky/pre-push')).toBe(own)
  expect((await readdir(join(repo.dir, '.husky'))).sort()).toEqual(['_', 'pre-push'])
})

test('beside lefthook and simple-git-hooks the lines for their configs are printed, and the shim they call is there', async () => {
  await using repo = await tempRepo({ 'lefthook.yml': 'pre-push:\n', '.simple-git-hooks.json': '{}\n' })
  const done = await repo.shipGuard(['install'])
  expect(done.code).toBe(0)
  expect(done.stderr).toContain('use_stdin: true')
  expect(done.stderr).toContain(
    '"post-merge": "sh \\"$(git rev-parse --git-common-dir)/ship-guard/hooks/post-merge\\" ',
  )
  const [, line] = /exec (sh .*pre-push") "\$@"/.exec(done.stderr)!
  const oid = await repo.commit({ 'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n', a: 'a' })
  const before = await repo.ok('rev-parse', 'HEAD~1')
  const called = await exec('sh', ['-c', `${line} origin '${repo.origin}'`], {
    cwd: repo.dir,
    input: `refs/heads/main ${oid} refs/heads/main ${before}\n`,
  })
  expect(called.stderr).toContain('origin/main')

  // Once lefthook calls us its own hook stays as it is; it would move ours away again and again.
  await repo.write('lefthook.yml', `pre-push:\n  jobs:\n    - run: ${line} {0}\n      use_stdin: true\n`)
  await put(repo, 'pre-push', '#!/bin/sh\ncall_lefthook run "pre-push" "$@"\n')
  await rm(join(hooksOf(repo), 'pre-push.chained'), { force: true })
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  expect(await readFile(join(hooksOf(repo), 'pre-push'), 'utf8')).toContain('call_lefthook')
})

// --- packages that may vanish, and configs that change ---

test('started by npx, a copy of the package is kept and guards when the cache of npx is gone', async () => {
  await using repo = await tempRepo({ 'composer.json': '{}\n' })
  const cache = join(repo.home, '.npm', '_npx', 'abc', 'node_modules', 'ship-guard')
  await cp(packageFolder, cache, {
    recursive: true,
    filter: from => !/ship-guard\/(node_modules|\.git|src|test)(\/|$)/.test(from),
  })
  const done = await exec(process.execPath, [join(cache, 'dist', 'main.js'), 'install'], { cwd: repo.dir })
  expect(done.code).toBe(0)
  expect(done.stderr).toContain('because npx clears its cache')
  await rm(join(repo.home, '.npm'), { recursive: true })
  const again = await exec(process.execPath, [join(repo.dir, '.git/ship-guard/package/dist/main.js'), 'install'], {
    cwd: repo.dir,
  })
  expect(again.code).toBe(0)
  await repo.commit({ 'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n', a: 'a' })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.stderr).toContain('origin/main')
  expect(push.stderr).not.toContain('not found')
  expect((await repo.shipGuard(['uninstall'])).code).toBe(0)
  expect(await readdir(join(repo.dir, '.git', 'ship-guard')).catch(() => [])).not.toContain('package')
})

test('what the config protects is what the hook stops, with remotes, globs and tags', async () => {
  const config = 'protect:\n  - trunk\n  - release/*\n  - { remote: origin, refs: only-here }\ntags: ["v*"]\n'
  await using repo = await tempRepo({ '.shiprc': config })
  await repo.ok('remote', 'add', 'fork', join(repo.home, 'fork.git'))
  await repo.ok('remote', 'add', 'secret', 'https://me:hunter2@example.test/app.git')
  const done = await repo.shipGuard(['install'])
  expect(done.code).toBe(0)
  expect(done.stderr).toContain('release/*')
  const shim = await readFile(join(hooksOf(repo), 'pre-push'), 'utf8')
  expect(shim).toContain("'refs/heads/trunk'")
  expect(shim).toContain("'refs/heads/release/'*")
  expect(shim).toContain("'refs/tags/v'*")
  expect(shim).toContain(`'fork ${join(repo.home, 'fork.git')}'`)
  expect(shim).not.toContain('hunter2')
})

test('what the remote’s branch still protects stays known although the config here has dropped it', async () => {
  await using repo = await tempRepo({ '.shiprc': 'protect: [main, trunk]\n' })
  await repo.commit({ '.shiprc': 'protect: [other]\n' })
  await repo.shipGuard(['install'])
  const shim = await readFile(join(hooksOf(repo), 'pre-push'), 'utf8')
  expect(shim).toContain("'refs/heads/trunk'")
  expect(shim).toContain("'refs/heads/other'")
})

test('a broken config is wrong use, and nothing is written', async () => {
  await using repo = await tempRepo({ '.shiprc': 'protect: [main\n' })
  const picture = await pictureOf(repo)
  const refused = await repo.shipGuard(['install', '--quiet-if-unavailable'])
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('.shiprc')
  expect(await pictureOf(repo)).toEqual(picture)
})

test('a config that is code and reads other files is left to Node; one that does not is compiled', async () => {
  await using repo = await tempRepo({ 'ship.config.mjs': "export default { protect: ['trunk'] }\n" })
  await repo.shipGuard(['install'])
  expect(await readFile(join(hooksOf(repo), 'pre-push'), 'utf8')).toMatch(
    /^known='[0-9a-f]{40}' config='ship\.config\.mjs'$/m,
  )
  await repo.commit({
    'ship.config.mjs': "import { names } from './names.mjs'\nexport default { protect: names }\n",
    'names.mjs': "export const names = ['trunk']\n",
  })
  await repo.shipGuard(['install'])
  expect(await readFile(join(hooksOf(repo), 'pre-push'), 'utf8')).toMatch(/^known='\?' /m)
})

test('in a copy of a clone nothing of the original is touched', async () => {
  await using repo = await tempRepo()
  // Hooks that a team shares, in a linked work tree besides, are the ones that lie outside the git dir.
  await repo.write('.githooks/pre-push', '#!/bin/sh\n:\n', 0o755)
  await repo.ok('config', 'core.hooksPath', '.githooks')
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  await repo.ok('config', '--unset', 'core.hooksPath')
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  const copy = join(repo.home, 'copy')
  await exec('cp', ['-R', repo.dir, copy])
  const picture = await pictureOf(repo)
  const inCopy = (...args: string[]) => repo.shipGuard(args, { cwd: copy })
  await writeFile(join(copy, '.shiprc'), 'protect: [trunk]\n')
  // A push brings hooks up to date with the config that changed.
  await exec('sh', ['-c', 'git add .shiprc; git commit -q --no-verify -m more; git push origin HEAD:main'], {
    cwd: copy,
  })
  expect((await inCopy('uninstall')).stderr).toContain('is uninstalled')
  expect(await readdir(join(copy, '.git/hooks'))).not.toContain('pre-push')
  expect((await inCopy('install')).code).toBe(0)
  expect(await readFile(join(copy, '.git/hooks/pre-push'), 'utf8')).toContain('trunk')
  expect(await pictureOf(repo)).toEqual(picture)
})

test('a record that cannot be read is as good as none', async () => {
  await using repo = await tempRepo()
  await repo.shipGuard(['install'])
  await writeFile(join(repo.dir, '.git', 'ship-guard', 'installed.json'), '{"hooks": 3')
  expect((await repo.shipGuard(['uninstall'])).code).toBe(0)
  expect(await readdir(hooksOf(repo))).not.toContain('pre-push')
})

// --- what is asked for by name ---

test('--pre-commit stays with later installs and goes with an uninstall; --ssh-keepalive sets and unsets exactly its own', async () => {
  await using repo = await tempRepo()
  const picture = await pictureOf(repo)
  const done = await repo.shipGuard(['install', '--pre-commit', '--ssh-keepalive'])
  expect(done.stderr).toContain('writes  .git/hooks/pre-commit')
  expect(await repo.ok('config', 'core.sshCommand')).toContain('ServerAliveInterval')
  expect((await repo.shipGuard(['install'])).stderr).toContain('nothing changed')
  await repo.shipGuard(['uninstall'])
  expect(await pictureOf(repo)).toEqual(picture)
  expect((await repo.git('config', 'core.sshCommand')).code).toBe(1)

  await repo.ok('config', 'core.sshCommand', 'ssh -i mine')
  const left = await repo.shipGuard(['install', '--ssh-keepalive'])
  expect(left.stderr).toContain('core.sshCommand is set already')
  await repo.shipGuard(['uninstall'])
  expect(await repo.ok('config', 'core.sshCommand')).toBe('ssh -i mine')
})
