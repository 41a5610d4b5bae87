// The second half of the demo: the application runs on a server, where people change things, and the changes come back.
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { type AppServer, appServer } from '../../test/support/app-server.ts'
import { NotAsExpected, type Sandbox } from './sandbox.ts'

/** A server of its own on loopback, deployed to from the sandbox's develop; then a working day; then a capture. */
export async function captureDemo(sandbox: Sandbox, token: string): Promise<void> {
  await using server = await appServer()
  process.env.PATH = server.env.PATH
  await deployed(sandbox, server)
  await workingDay(sandbox, server, token)
  await captured(sandbox, token)
}

async function deployed(sandbox: Sandbox, server: AppServer): Promise<void> {
  sandbox.say('The shop goes live on a server, which ssh knows as "app"')
  sandbox.edit(
    '.shiprc',
    `${sandbox.read('.shiprc').trimEnd()}\nenvironments:\n  production:\n    ssh: app\n    path: ${server.root}\n    capture: plain\n`,
    `environments:\n  production:\n    ssh: app\n    path: ${server.root}\n    capture: plain`,
  )
  await sandbox.commit('Say where production is')
  const head = await sandbox.quietly('git', 'rev-parse', 'HEAD')
  const copy = join(sandbox.home, 'deployed')
  mkdirSync(copy)
  await sandbox.quietly('git', 'archive', '--output', join(sandbox.home, 'deployed.tar'), 'HEAD')
  await sandbox.quietly('tar', '-C', copy, '-xf', join(sandbox.home, 'deployed.tar'))
  cpSync(copy, server.root, { recursive: true })
  writeFileSync(join(server.root, 'REVISION'), `${head}\n`)
}

/** What happens there and here between two deploys. */
async function workingDay(sandbox: Sandbox, server: AppServer, token: string): Promise<void> {
  sandbox.say('A working day: changes on the server …')
  const there = async (path: string, content: string | Uint8Array, shown: string) => {
    await server.write(path, content)
    console.log(`  ${path}: ${shown}`)
  }
  const vat = sandbox.read('src/vat.js')
  await there('public/uploads/logo.png', png(64, 32), 'a logo, uploaded in the admin panel')
  await there('src/vat.js', `${vat}\n// Checked with the tax office.\n`, 'a note below, in a hurry')
  await there('.env', `SHOP_DB_PASSWORD=${token.slice(4, 20)}\n`, 'written by the installer')
  await there('config/mail.php', `<?php return ['key' => '${token}'];\n`, 'with a token in it')
  sandbox.say('… and here')
  sandbox.change('src/vat.js', 'DE: 19,', 'DE: 19, LU: 17,')
  await sandbox.commit('Sell to Luxembourg')
}

async function captured(sandbox: Sandbox, token: string): Promise<void> {
  const secrets = [token, token.slice(4, 20)]
  sandbox.say('Would a deploy erase something?')
  await sandbox.type('npx ship-guard capture production --check', { code: 1, says: ['logo.png'], saysNot: secrets })
  sandbox.say('What would come back, and what stays there')
  const shown = await sandbox.type('npx ship-guard capture production --dry-run', {
    code: 0,
    says: ['public/uploads/logo.png', 'src/vat.js', 'config/mail.php', '.env'],
    saysNot: secrets,
  })
  const tree = /--approve ([0-9a-f]{40,64})/.exec(shown.output)?.[1]
  if (tree === undefined) throw new NotAsExpected('The list does not say which tree to approve.')
  await sandbox.type(`npx ship-guard capture production --approve ${tree}`, {
    code: 0,
    says: ['merged into develop'],
    saysNot: secrets,
  })
  await sandbox.type('git log --oneline --graph -4', { code: 0, says: ['Capture production'] })
  const merged = sandbox.read('src/vat.js')
  for (const text of ['LU: 17', 'Checked with the tax office'])
    if (!merged.includes(text)) throw new NotAsExpected(`The merge has lost: ${text}`)
  if (readdirSync(join(sandbox.app, 'public/uploads')).join() !== 'logo.png')
    throw new NotAsExpected('The logo did not come.')
  await noSecretIn(sandbox, secrets)
  sandbox.say('What is still only on the server is the file with the token')
  await sandbox.type('npx ship-guard capture production --check', {
    code: 1,
    says: ['config/mail.php'],
    saysNot: ['logo.png', ...secrets],
  })
}

/** Every object of the repository and of the quarantine, packed or loose, reachable or not. */
async function noSecretIn(sandbox: Sandbox, secrets: readonly string[]): Promise<void> {
  sandbox.say('No secret in any git object')
  const mirrors = join(sandbox.app, '.git/ship-guard/mirror')
  const quarantines = (await sandbox.quietly('find', mirrors, '-type', 'd', '-name', 'quarantine')).split('\n')
  let objects = 0
  for (const place of [undefined, ...quarantines.filter(path => path !== '')]) {
    const store = place ?? join(sandbox.app, '.git/objects')
    const every = ['git', 'cat-file', '--batch-all-objects', '--batch', '--buffer']
    const contents = await sandbox.quietly('env', `GIT_OBJECT_DIRECTORY=${store}`, ...every)
    objects += contents.split('\n').filter(line => /^[0-9a-f]{40} (?:blob|tree|commit|tag) \d+$/.test(line)).length
    for (const secret of secrets)
      if (contents.includes(secret)) throw new NotAsExpected('A secret is in an object of the repository.')
  }
  console.log(`\n${objects} objects searched.`)
}

/** A picture in the PNG format (ISO/IEC 15948): 8 bits of grey a pixel. */
function png(width: number, height: number): Buffer {
  const rows = Buffer.alloc((width + 1) * height, 0x80)
  for (let row = 0; row < height; row++) rows[row * (width + 1)] = 0
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...chunks])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
