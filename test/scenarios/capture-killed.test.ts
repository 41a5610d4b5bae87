// A capture that is killed between any two of its phases leaves the user's repository whole, and the next one goes on.
import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { type Deployed, deployed, own } from '../support/deployed.ts'
import { shipGuardBin } from '../support/package-root.ts'
import { eventually } from '../support/scratch.ts'

const files = { 'index.php': '<?php // 1\n', 'about.php': '<?php // about\n' }

/** Starts a capture and sends the signal as soon as stderr says that this phase is over. Its exit code, or 128 + the signal's number. */
function killedAfter(phase: string, signal: 'SIGKILL' | 'SIGINT', place: Deployed, args: readonly string[]) {
  const env = { ...process.env, PATH: place.server.env.PATH, NO_COLOR: '1' }
  const child = spawn(process.execPath, [shipGuardBin, 'capture', 'production', ...args], { cwd: place.repo.dir, env })
  let said = ''
  return new Promise<{ code: number | null; said: string; pid: number }>(done => {
    child.stderr.on('data', chunk => {
      said += chunk
      if (said.includes(`✓ ${phase}`)) child.kill(signal)
    })
    child.on('close', code => done({ code, said, pid: child.pid! }))
  })
}

async function treeOf(place: Deployed): Promise<string> {
  const shown = await place.capture('production', '--dry-run')
  return /--approve ([0-9a-f]{40})/.exec(shown.stderr)![1]!
}

async function changedThere({ server }: Deployed): Promise<void> {
  await server.write('index.php', '<?php // 2, on the server\n')
  await server.write('upload.bin', Buffer.alloc(100_000, 7))
}

const ref = 'refs/ship-guard/capture/production'
const uncertain = { refs: undefined, objects: undefined }

test.each(['base', 'pull', 'drift', 'secrets'])(
  'killed after %s, nothing of the user’s has changed, and the next capture works',
  async phase => {
    await using place = await deployed({ files })
    await changedThere(place)
    const before = await own(place)
    const tree = await treeOf(place)
    const { said } = await killedAfter(phase, 'SIGKILL', place, ['--approve', tree])
    expect(said).toContain(`✓ ${phase}`)
    // What the killed process had started may still be at work for a moment; the next capture waits for it or says so.
    const after = await own(place)
    // The signal may come after the commit was made and before that was said.
    if (phase !== 'secrets') expect(after).toEqual(before)
    else if (!said.includes('✓ commit')) expect({ ...after, ...uncertain }).toEqual({ ...before, ...uncertain })
    const again = await place.capture('production', '--approve', tree)
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('merged into main') })
    expect(await place.repo.read('index.php')).toContain('on the server')
    expect(await place.repo.ok('status', '--porcelain')).toBe('')
    expect(await place.repo.ok('rev-parse', `${ref}^{tree}`)).toBe(tree)
    await place.repo.ok('fsck', '--strict')
  },
)

test('killed after the commit, the merge is done by the next run or by the one command, and only once', async () => {
  await using place = await deployed({ files })
  await changedThere(place)
  const tree = await treeOf(place)
  await killedAfter('commit', 'SIGKILL', place, ['--approve', tree])
  const again = await place.capture('production', '--approve', tree)
  expect([0, 1]).toContain(again.code)
  await place.repo.git('merge', ref)
  expect(await place.repo.read('index.php')).toContain('on the server')
  expect(await place.repo.ok('rev-list', '--count', 'HEAD')).toBe('2')
  await place.repo.ok('fsck', '--strict')
})

test.each(['base', 'drift'])('Ctrl-C after %s ends with 130, and nothing is left running', async phase => {
  await using place = await deployed({ files })
  await changedThere(place)
  const before = await own(place)
  const { code } = await killedAfter(phase, 'SIGINT', place, ['--dry-run'])
  expect(code).toBe(130)
  expect(await own(place)).toEqual(before)
  expect(await eventually(async () => (await place.capture('production', '--check')).code === 1)).toBe(true)
})
