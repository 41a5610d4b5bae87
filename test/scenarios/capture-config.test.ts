import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type AppServer, appServer } from '../support/app-server.ts'
import { type TempRepo, tempRepo } from '../support/temp-repo.ts'

async function captured(repo: TempRepo, production: string, server?: AppServer) {
  await repo.write('.shiprc', `environments:\n  production: ${production}\n`)
  return repo.shipGuard(['capture', 'production', '--check'], server === undefined ? {} : { env: server.env })
}

test('a config that would run something here or there is refused before anything is started, with its line', async () => {
  await using repo = await tempRepo()
  const proof = join(repo.home, 'proof')
  const cases: [production: string, said: string][] = [
    [`{ ssh: '-oProxyCommand=touch ${proof}', path: /srv/shop, capture: plain }`, 'environments.production.ssh'],
    [`{ ssh: 'shop$(touch ${proof})', path: /srv/shop, capture: plain }`, 'environments.production.ssh'],
    [`{ ssh: shop, path: '/srv/$(touch ${proof})', capture: plain }`, 'signs that a shell reads'],
    [`{ ssh: shop, path: /srv/shop, capture: { preset: plain, hosts: ['a;touch ${proof}'] } }`, 'hosts[1]'],
    [
      `{ ssh: shop, path: /srv/shop, capture: { preset: plain, rsyncPath: 'touch ${proof}' } }`,
      'unknown key "rsyncPath"',
    ],
    [`{ ssh: shop, path: /srv/shop, capture: { preset: plain, rsh: 'touch ${proof}' } }`, 'unknown key "rsh"'],
    [`{ ssh: shop, path: /srv/shop, capture: { preset: plain, exclude: ["a\\n+ .env"] } }`, 'control characters'],
    [`{ ssh: shop, path: /, capture: plain }`, 'the folder of one application'],
    [`{ ssh: shop, path: /home/anna, capture: plain }`, 'the folder of one application'],
    [`{ ssh: shop, path: '', capture: plain }`, 'path'],
    [`{ ssh: shop, capture: plain }`, 'the absolute folder of the application'],
    [`{ ssh: shop, path: /srv/shop, capture: { preset: plain, roots: [{ from: a, to: .git }] } }`, 'outside .git'],
  ]
  for (const [production, said] of cases) {
    const ended = await captured(repo, production)
    expect([production, ended.code]).toEqual([production, 2])
    expect(ended.stderr).toContain(said)
    expect(ended.stderr).toMatch(/\.shiprc:\d+:\d+/)
  }
  expect(existsSync(proof)).toBe(false)
})

test('the name of a preset is all that a config needs', async () => {
  await using server = await appServer({ files: { 'index.html': '<h1>Hello</h1>\n', 'README.md': '# app\n' } })
  await using repo = await tempRepo({ 'index.html': '<h1>Hello</h1>\n' })
  await server.write('REVISION', `${await repo.ok('rev-parse', 'HEAD')}\n`)
  const production = `{ ssh: app, path: '${server.root}', capture: plain }`
  expect((await captured(repo, production, server)).code).toBe(0)
  await server.write('index.html', '<h1>Changed</h1>\n')
  await server.write('vendor/autoload.php', '<?php\n')
  const drifted = await captured(repo, production, server)
  expect(drifted.code).toBe(1)
  expect(drifted.stdout).toContain('index.html')
  expect(drifted.stdout).not.toContain('autoload')
})
