// A capture from the command line to the merge, with a real server on loopback and the built package.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Deployed, deployed, everyObject, own } from '../support/deployed.ts'

// Put together here, so that no token stands in this file.
const token = ['g', 'h', 'p', '_', 'q7Xw2LmZ9vRt4KpB8nHc1YdJ6sFa3GuE5oTi'].join('')
const password = 'Tr0ub4dor&3-oh-no'

const code = {
  'routes.php': '<?php\n// routes\nget("/a");\nget("/b");\nget("/c");\nget("/d");\nget("/e");\nget("/f");\n',
  'config.php': "<?php return ['name' => 'shop'];\n",
  'old.php': '<?php // old\n',
  'public/logo.svg': '<svg/>\n',
}

async function workingDay({ repo, server }: Deployed): Promise<void> {
  await server.write('routes.php', code['routes.php'].replace('get("/f");', 'get("/f");\nget("/added-there");'))
  await server.write('config.php', "<?php return ['name' => 'changed there'];\n")
  await server.write('old.php', '<?php // changed there\n')
  await server.write('storage/uploads/logo.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'))
  await server.write('.env', `DB_PASSWORD=${password}\n`)
  await server.write('mail.php', `<?php return ['key' => '${token}'];\n`)
  await repo.commit({
    'routes.php': code['routes.php'].replace('// routes', '// routes, by hand'),
    'config.php': "<?php return ['name' => 'changed here'];\n",
    'old.php': undefined,
    'new-here.php': '<?php // new\n',
  })
}

test('a working day comes together: exactly the server’s changes, both conflicts named, no secret anywhere', async () => {
  await using place = await deployed({ files: code })
  await workingDay(place)
  const before = await own(place)

  const check = await place.capture('production', '--check')
  expect({ ...check, stderr: '' }).toMatchObject({ code: 1 })
  const shown = await place.capture('production', '--dry-run')
  expect(shown.code).toBe(0)
  for (const path of ['routes.php', 'config.php', 'old.php', 'storage/uploads/logo.png', 'mail.php', '.env'])
    expect(shown.stdout).toContain(path.split('/').at(-1))
  expect(shown.stdout).not.toContain('new-here.php')
  expect(shown.stdout).toContain('changed here and there')
  expect(await own(place)).toEqual(before)

  const tree = /--approve ([0-9a-f]{40})/.exec(shown.stderr)![1]!
  const done = await place.capture('production', '--approve', tree)
  expect(done.stderr).toContain('config.php')
  expect(done.stderr).toContain('old.php')
  expect(done.stderr).toContain('git merge refs/ship-guard/capture/production')
  expect(done.code).toBe(1)

  const ref = 'refs/ship-guard/capture/production'
  const changed = await place.repo.ok('diff', '--name-status', `${ref}^1`, ref)
  expect(changed.split('\n').sort()).toEqual([
    'A\tstorage/uploads/logo.png',
    'M\tconfig.php',
    'M\told.php',
    'M\troutes.php',
  ])
  expect(await place.repo.ok('status', '--porcelain')).toBe('')
  for (const text of [check, shown, done].map(({ stdout, stderr }) => stdout + stderr)) {
    expect(text).not.toContain(token)
    expect(text).not.toContain(password)
  }
  const objects = await everyObject(place.repo.dir)
  expect(objects).not.toContain(token)
  expect(objects).not.toContain(password)
})

test('without a conflict the capture is merged, and the next look finds nothing new', async () => {
  await using place = await deployed({ files: code })
  await place.server.write('theme/logo.txt', 'uploaded\n')
  await place.server.write('routes.php', code['routes.php'].replace('get("/f");', 'get("/f");\nget("/added-there");'))
  await place.repo.commit({ 'routes.php': code['routes.php'].replace('// routes', '// routes, by hand') })
  const plan = await place.capture('production', '--plan', 'plan.json')
  expect(plan).toMatchObject({ code: 0 })
  const { tree } = JSON.parse(await place.repo.read('plan.json')) as { tree: string }
  const done = await place.capture('production', '--plan', 'plan.json', '--approve', tree)
  expect({ code: done.code, said: done.stderr }).toMatchObject({
    code: 0,
    said: expect.stringContaining('merged into main'),
  })
  expect(await place.repo.read('routes.php')).toContain('by hand')
  expect(await place.repo.read('routes.php')).toContain('added-there')
  expect(await place.repo.read('theme/logo.txt')).toBe('uploaded\n')
  const message = await place.repo.ok('log', '-1', '--format=%B', 'refs/ship-guard/capture/production')
  for (const trailer of ['Captured-From:', 'Deployed-Base:', 'Ship-Guard-Config:', 'Excluded:'])
    expect(message).toContain(trailer)
  expect(await place.capture('production', '--check')).toMatchObject({ code: 0 })
  expect((await place.capture('status')).stdout).toContain('is in main')
  expect((await place.capture('clean')).stderr).toContain('production')
  expect(readdirSync(join(place.repo.dir, '.git/ship-guard'))).not.toContain('quarantine')
})

test('what was approved is what is committed: a change in between is refused', async () => {
  await using place = await deployed({ files: code })
  await place.server.write('a.txt', 'one\n')
  await place.capture('production', '--plan', 'plan.json')
  const { tree } = JSON.parse(await place.repo.read('plan.json')) as { tree: string }
  await place.server.write('a.txt', 'two\n')
  const late = await place.capture('production', '--plan', 'plan.json', '--approve', tree)
  expect(late).toMatchObject({ code: 2, stderr: expect.stringContaining('a.txt') })
  const plain = await place.capture('production', '--approve', tree)
  expect(plain).toMatchObject({ code: 2, stderr: expect.stringContaining('changed since') })
  expect(await place.repo.git('rev-parse', '--verify', '--quiet', 'refs/ship-guard/capture/production')).toMatchObject({
    code: 1,
  })
})

test('a held file comes when exactly its content is allowed, with a reason that the commit keeps', async () => {
  await using place = await deployed({ files: code })
  await place.server.write('mail.php', `<?php return ['key' => '${token}'];\n`)
  const shown = await place.capture('production', '--dry-run', '--json')
  const { differences } = JSON.parse(shown.stdout) as { differences: { path: string; after?: { oid: string } }[] }
  const { oid } = differences.find(({ path }) => path === 'mail.php')!.after!
  const allow = ['--allow-secret', `mail.php@${oid}`]
  expect(await place.capture('production', '--dry-run', ...allow)).toMatchObject({ code: 2 })
  const allowed = [...allow, '--reason', 'a key of the test account, revoked']
  const again = await place.capture('production', '--dry-run', ...allowed)
  const tree = /--approve ([0-9a-f]{40})/.exec(again.stderr)![1]!
  const done = await place.capture('production', '--approve', tree, ...allowed)
  expect(done).toMatchObject({ code: 0 })
  expect(await place.repo.ok('log', '-1', '--format=%B', 'refs/ship-guard/capture/production')).toContain('revoked')
})

test('two of --check, --dry-run and --web do not go together, and unknown names are told', async () => {
  await using place = await deployed({ files: code })
  expect(await place.capture('production', '--check', '--web')).toMatchObject({ code: 2 })
  expect(await place.capture('produktion')).toMatchObject({ code: 2, stderr: expect.stringContaining('production') })
  expect(await place.capture('production', '--report', 'pdf')).toMatchObject({ code: 2 })
  expect(await place.capture('production', '--approve', 'xyz')).toMatchObject({ code: 2 })
  expect(await place.capture('production', '--base', 'nowhere')).toMatchObject({ code: 2 })
})

test('without a terminal nothing is committed, and what to type is said', async () => {
  await using place = await deployed({ files: code })
  await place.server.write('a.txt', 'one\n')
  const ended = await place.capture('production')
  expect(ended).toMatchObject({ code: 3, stdout: expect.stringContaining('a.txt') })
  expect(ended.stderr).toMatch(/--approve [0-9a-f]{40}/)
})

test('migrations in SQL are compared like any file, and a dump beside them stays there', async () => {
  await using place = await deployed({ files: { ...code, 'migrations/1 [a].sql': 'CREATE TABLE a (id int);\n' } })
  await place.server.write('migrations/1 [a].sql', 'CREATE TABLE a (id bigint);\n')
  await place.server.write('migrations/backup.sql', 'INSERT INTO users VALUES (1);\n')
  const shown = await place.capture('production', '--dry-run', '--json')
  const { differences } = JSON.parse(shown.stdout) as {
    differences: { path: string; change: string; holds: { kind: string }[] }[]
  }
  expect(differences.map(({ path, change, holds }) => [path, change, holds.map(({ kind }) => kind)])).toEqual([
    ['migrations/1 [a].sql', 'changed', []],
    ['migrations/backup.sql', 'unread', ['denied']],
  ])
})
