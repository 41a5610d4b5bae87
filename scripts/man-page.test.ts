import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commands } from '../src/cli/registry.generated.ts'
import { sourceRoot } from '../test/support/package-root.ts'

test('man shows the manual page without a warning, and every command is in it', async () => {
  const page = join(sourceRoot, 'man/ship-guard.1')
  const shown = execFileSync('man', ['--warnings', '-E', 'UTF-8', '-l', page], {
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '100', LC_ALL: 'C.UTF-8', MAN_KEEP_FORMATTING: '', PAGER: 'cat' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const loaded = await Promise.all(commands.map(command => command.load()))
  for (const { id, hidden } of loaded)
    if (hidden !== true) expect(shown.replaceAll('\u2010', '-')).toContain(`ship-guard ${id}`)
})

test('groff finds nothing wrong with it', () => {
  const page = join(sourceRoot, 'man/ship-guard.1')
  const output = execFileSync('sh', ['-c', 'groff -man -ww -z -Tutf8 "$1" 2>&1', 'sh', page], { encoding: 'utf8' })
  expect(output).toBe('')
})
