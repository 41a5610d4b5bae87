// `capture --web` from the command line to the merge: a real server, the built package and a real Chromium.
import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { browser } from '../support/browser.ts'
import { type Deployed, deployed } from '../support/deployed.ts'
import { shipGuardBin } from '../support/package-root.ts'
import { logo } from '../support/web-review.ts'

// Put together here, so that no token stands in this file.
const token = ['g', 'h', 'p', '_', 'q7Xw2LmZ9vRt4KpB8nHc1YdJ6sFa3GuE5oTi'].join('')

const identity = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.test',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.test',
}

async function aDayLater(): Promise<Deployed> {
  const place = await deployed({ files: { 'index.php': '<?php\necho 1;\n', 'mail.php': '<?php return [];\n' } })
  const { server } = place
  await server.write('index.php', '<?php\necho 2;\n')
  await server.write('mail.php', `<?php return ['key' => '${token}'];\n`)
  await server.write('img/logo.png', Buffer.from(logo(64, true)))
  return place
}

/** The command as a person starts it, until it says where the page is. */
async function started({ repo, server }: Deployed) {
  const child = spawn(process.execPath, [shipGuardBin, 'capture', 'production', '--web'], {
    cwd: repo.dir,
    env: { ...process.env, ...identity, PATH: server.env.PATH, CI: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const ended = new Promise<{ code: number | null; said: string }>(done =>
    child.once('close', code => done({ code, said })),
  )
  const url = await new Promise<string>((found, failed) => {
    const look = (chunk: Buffer) => {
      said += chunk
      const address = /http:\/\/127\.0\.0\.1:\S+/.exec(said)
      if (address !== null) found(address[0])
    }
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    void ended.then(() => failed(new Error(`It ended without a page:\n${said}`)))
  })
  return { url, ended, child }
}

// The second waits for a page that does not come back, and meanwhile the first can work.
test.concurrent('what is approved on the page is committed and merged, and what is held is not', async () => {
  await using place = await aDayLater()
  await using chromium = await browser()
  const command = await started(place)
  const tab = await chromium.open()
  await tab.go(command.url)
  await tab.until("document.getElementById('commit').textContent.includes('Commit 2 files')")
  const button = await tab.see<string>("document.getElementById('commit').innerText")
  await tab.see("document.getElementById('list').focus()")
  await tab.press('/')
  await tab.type('mail')
  for (const key of ['Enter', 'Enter']) await tab.press(key)
  await tab.until("document.querySelector('.note.warn') && document.querySelector('.diff')")
  expect(await tab.see('document.body.textContent')).not.toContain(token.slice(8))
  await tab.click('#commit')
  await tab.until("document.getElementById('gate-title').textContent === 'Approved'")
  const { code, said } = await command.ended
  expect(code, said).toBe(0)
  const { repo } = place
  const tree = await repo.ok('rev-parse', 'refs/ship-guard/capture/production^{tree}')
  expect(button).toContain(tree.slice(0, 12))
  expect(await repo.read('index.php')).toBe('<?php\necho 2;\n')
  expect(await repo.read('mail.php')).toBe('<?php return [];\n')
  expect(await repo.ok('ls-files')).toContain('img/logo.png')
})

test.concurrent('Ctrl-C and a closed tab leave everything as it was', async () => {
  await using place = await aDayLater()
  await using chromium = await browser()
  const { repo } = place
  const before = await repo.ok('for-each-ref')
  const first = await started(place)
  first.child.kill('SIGINT')
  expect((await first.ended).code).toBe(130)
  const second = await started(place)
  const tab = await chromium.open()
  await tab.go(second.url)
  await tab.until("!document.getElementById('app').hidden")
  await tab.close()
  const { code, said } = await second.ended
  expect(code).toBe(1)
  expect(said).toContain('Nothing was committed')
  expect(await repo.ok('for-each-ref')).toBe(before)
  expect(await repo.read('index.php')).toBe('<?php\necho 1;\n')
})
