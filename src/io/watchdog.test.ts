import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const watchdog = pathToFileURL(join(import.meta.dirname, 'watchdog.ts')).href

function run(body: string) {
  const script = `import(${JSON.stringify(watchdog)}).then(({ watchOwnThread }) => { watchOwnThread({ blockedMs: 600 }); ${body} })`
  return spawnSync(process.execPath, ['--import', 'tsx', '-e', script], { encoding: 'utf8', timeout: 30_000 })
}

test('a process whose own thread loops without end is ended, and says why', () => {
  const { signal, stderr } = run('for (;;);')
  expect(signal).toBe('SIGKILL')
  expect(stderr).toContain('a gate of your own did not come to an end')
})

test('one that only takes long is left alone, and nothing keeps it from ending', () => {
  const { status, stderr } = run('setTimeout(() => { process.exitCode = 7 }, 1500)')
  expect(status).toBe(7)
  expect(stderr).toBe('')
})
