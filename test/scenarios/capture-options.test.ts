// What a person says about a server, through the built command: which commit is there, what people upload, whether modes count.
import { spawn } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { type Deployed, deployed, own } from '../support/deployed.ts'
import { dryRun } from '../support/dry-run.ts'
import { shipGuardBin } from '../support/package-root.ts'

const files = { 'index.php': '<?php // 1\n', 'about.php': '<?php // about\n', 'deploy.sh': '#!/bin/sh\n' }

/** Runs it on a terminal, and presses the key when the question is there. */
async function answered({ repo, server }: Deployed, key: string): Promise<{ code: number | null; seen: string }> {
  const line = `${process.execPath} ${shipGuardBin} capture production --dry-run`
  const env = { ...process.env, PATH: server.env.PATH, TERM: 'xterm', NO_COLOR: '1', CI: undefined }
  const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: repo.dir, env, timeout: 50_000 })
  let [seen, pressed] = ['', false]
  child.stdout.on('data', chunk => {
    seen += chunk
    if (pressed || !seen.includes('Which one?')) return
    pressed = true
    child.stdin.write(key)
  })
  const code = await new Promise<number | null>(done => child.on('close', done))
  return { code, seen: seen.replace(/\s+/g, ' ') }
}

test('where nothing says what is deployed, the best match is shown and asked for, and never taken unasked', async () => {
  await using place = await deployed({ files })
  const { repo, server } = place
  const first = await repo.ok('rev-parse', 'HEAD')
  const second = await repo.commit(
    { 'index.php': '<?php // 1\n// more\n', 'work.php': '<?php // not deployed\n' },
    'work',
  )
  await server.remove('REVISION')
  await server.write('about.php', '<?php // about, there\n')
  const before = await own(place)

  const unasked = await place.capture('production', '--dry-run')
  expect(unasked).toMatchObject({ code: 3, stdout: '' })
  expect(unasked.stderr).toContain(`Best fits ${first.slice(0, 12)}`)
  expect(unasked.stderr).toContain(`npx ship-guard capture production --base ${first.slice(0, 12)}`)

  const refused = await answered(place, 'x')
  expect(refused).toMatchObject({ code: 3, seen: expect.stringContaining('was not chosen') })
  const chosen = await answered(place, '1')
  expect(chosen.code).toBe(0)
  expect(chosen.seen).toMatch(
    new RegExp(`1 ${first.slice(0, 12)}[^:]*, first: \\d of its \\d files are there unchanged`),
  )
  expect(chosen.seen).toContain(second.slice(0, 12))
  expect(chosen.seen).toContain(`1 difference from ${first.slice(0, 12)}`)
  expect(await own(place)).toEqual(before)

  const shown = await dryRun(place, '--base', first)
  expect(shown.lines).toEqual(['changed about.php'])
  const typed = /npx ship-guard capture (production --base \w+ --approve \w+)/.exec(shown.stderr)![1]!
  expect(await place.capture(...typed.split(' '))).toMatchObject({ code: 0 })
  expect(await repo.read('work.php')).toContain('not deployed')
})

test('uploads lie in a root of their own, are told apart, and are compared by contents only when that is asked for', async () => {
  const roots = "[{ from: '', to: '' }, { from: 'shared/uploads', to: 'public/uploads/', uploads: true }]"
  await using place = await deployed({
    files: { ...files, 'public/uploads/kept.txt': 'kept\n' },
    capture: `{ preset: plain, roots: ${roots}, exclude: ['/shared/', '/public/uploads-link'] }`,
  })
  const { server } = place
  await server.remove('public/uploads')
  const at = new Date(1_700_000_000_000)
  await server.write('shared/uploads/kept.txt', 'kept\n', { mtime: at })
  await server.write('shared/uploads/logo.txt', 'a logo\n')
  await server.write('index.php', '<?php // 2\n')
  const shown = await dryRun(place)
  expect(shown.lines).toEqual(['changed index.php', 'new public/uploads/logo.txt'])
  expect(shown.report.differences.map(({ upload }) => upload)).toEqual([false, true])
  await server.write('shared/uploads/kept.txt', 'KEPT\n', { mtime: at })
  expect((await dryRun(place)).lines).toEqual(['changed index.php', 'new public/uploads/logo.txt'])
  const paranoid = await dryRun(place, '--paranoid')
  expect(paranoid.lines).toEqual([
    'changed index.php',
    'changed public/uploads/kept.txt',
    'new public/uploads/logo.txt',
  ])
  expect(await place.capture('production', '--paranoid', '--approve', paranoid.tree)).toMatchObject({ code: 0 })
  expect(await place.repo.read('public/uploads/kept.txt')).toBe('KEPT\n')
})

test('executable bits are nobody’s change until the config says that they count, and then they wait for a tick', async () => {
  await using place = await deployed({ files })
  const { server, repo } = place
  await chmod(server.at('deploy.sh'), 0o755)
  await server.write('new.sh', '#!/bin/sh\n', { mode: 0o755 })
  const plain = await dryRun(place)
  expect(plain.lines).toEqual(['new new.sh'])
  const config = (await repo.read('.shiprc')).replace('capture: plain', 'capture: { preset: plain, modes: true }')
  await server.write('REVISION', await repo.commit({ '.shiprc': config }))
  await server.write('.shiprc', config)
  const counted = await dryRun(place)
  expect(counted.lines).toEqual(['mode deploy.sh', 'new new.sh'])
  expect(counted.told.map(({ proposed }) => proposed)).toEqual([false, true])
  expect(await place.capture('production', '--approve', counted.tree)).toMatchObject({ code: 0 })
  expect(await repo.ok('ls-tree', 'HEAD', 'new.sh')).toMatch(/^100755/)
})
