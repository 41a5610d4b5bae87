// Git LFS puts its pre-push hook only where none is. A push without it brings pointers to files that the server does not have.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { both, SharedRepo, theirsAlone } from '../support/hook-managers.ts'
import { exec } from '../support/temp-repo.ts'

async function withLfs(): Promise<SharedRepo> {
  const shared = await SharedRepo.with(() => ({ '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' }))
  const real = (await exec('sh', ['-c', 'command -v git-lfs'])).stdout.trim()
  await shared.program(
    'git-lfs',
    `#!/bin/sh\n[ "$1" != pre-push ] || echo ran >>'${shared.repo.home}/theirs'\nexec ${real} "$@"\n`,
  )
  return shared
}

async function add(shared: SharedRepo, name: string): Promise<void> {
  await shared.repo.write(name, `${name} ${Math.random()}`)
  await shared.run('git', 'add', name)
  await shared.run('git', 'commit', '-q', '--no-verify', '-m', name)
}

/** How many files the server has. */
async function uploaded(shared: SharedRepo): Promise<number> {
  const names = await readdir(join(shared.repo.origin, 'lfs', 'objects'), { recursive: true }).catch(() => [])
  return names.filter(name => /[0-9a-f]{64}$/.test(name)).length
}

test('Git LFS first: its hook runs before ours, once, and is there again after an uninstall', async () => {
  await using shared = await withLfs()
  await shared.run('git', 'lfs', 'install', '--local')
  await shared.guard()
  await add(shared, 'one.bin')
  expect(await shared.push()).toEqual(both)
  expect(await uploaded(shared)).toBe(1)
  await shared.unguard()
  await add(shared, 'two.bin')
  expect(await shared.push()).toEqual(theirsAlone)
  expect(await uploaded(shared)).toBe(2)
})

test('Git LFS second: it finds a hook and puts none, so that ours does its work', async () => {
  await using shared = await withLfs()
  await shared.guard()
  // It says that a hook is there already, and ends with an error after its filters are set.
  const said = await exec('git', ['lfs', 'install', '--local'], { cwd: shared.repo.dir, env: shared.env })
  expect(said.stdout + said.stderr).toContain('Hook already exists: pre-push')
  await add(shared, 'one.bin')
  expect(await shared.push()).toEqual(both)
  expect(await uploaded(shared)).toBe(1)

  // Over ours by force, and ours again.
  await shared.run('git', 'lfs', 'update', '--force')
  expect(await shared.push()).toEqual(theirsAlone)
  await shared.guard()
  await add(shared, 'two.bin')
  expect(await shared.push()).toEqual(both)
  expect(await uploaded(shared)).toBe(2)
})
