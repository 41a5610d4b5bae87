import { expect, test } from 'vitest'
import { deployed } from '../support/deployed.ts'

test('status names the host once, also when several folders of it are read, and clean says whose copy is missing', async () => {
  const roots = "[{ from: ./, to: '' }, { from: uploads/, to: files/, uploads: true }]"
  await using place = await deployed({
    files: { 'index.php': '<?php\n' },
    capture: `{ preset: plain, roots: ${roots} }`,
  })
  await place.server.write('uploads/logo.svg', '<svg/>\n')
  const shown = await place.capture('production', '--dry-run')
  const tree = /--approve ([0-9a-f]{40})/.exec(shown.stderr)?.[1]
  expect({ tree, said: shown.stderr }).toMatchObject({ tree: expect.any(String) })
  expect(await place.capture('production', '--approve', tree!)).toMatchObject({ code: 0 })

  expect((await place.capture('status')).stdout).toMatch(/^production {2}[0-9a-f]{12} of \S+ \S+, \d files? from app\n/)
  const told = JSON.parse((await place.capture('status', '--json')).stdout) as { captures: readonly { host: string }[] }
  expect(told.captures.map(({ host }) => host)).toEqual(['app'])
  expect((await place.capture('clean', 'staging')).stderr).toBe('There is no copy of staging here.\n')
})

test('status counts a file that was renamed once, as the capture did', async () => {
  const text = Array.from({ length: 20 }, (_, n) => `line ${n}\n`).join('')
  await using place = await deployed({ files: { 'index.php': '<?php\n', 'old.txt': text } })
  await place.server.remove('old.txt')
  await place.server.write('new.txt', text)
  const shown = await place.capture('production', '--dry-run')
  expect(shown.stdout).toContain('Would be committed: 1 file,')
  await place.capture('production', '--approve', /--approve ([0-9a-f]{40})/.exec(shown.stderr)![1]!)
  expect((await place.capture('status')).stdout).toContain(', 1 file from app')
})
