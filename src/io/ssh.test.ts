import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { overSsh } from './ssh.ts'

const line = (...words: [string, ...string[]]) => overSsh({ argv: words }, { ssh: 'app' }).argv.at(-1)!

test('the folder, the environment and the words arrive as they are', () => {
  const { argv } = overSsh(
    { argv: ['php', 'artisan', 'a b'], cwd: '/srv/my app', env: { A: "it's" } },
    { ssh: 'app', port: 22 },
  )
  expect(argv.slice(-4)).toEqual(['22', '--', 'app', `cd '/srv/my app' && exec env 'A=it'\\''s' php artisan 'a b'`])
})

test('a shell on the other side gets back exactly the words, whatever they are', () => {
  const word = fc.string({ unit: 'binary' }).filter(text => !text.includes('\0') && text.isWellFormed())
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), words => {
      const script = line('printf', '%s\\0', ...words)
      const printed = execFileSync('sh', ['-c', script]).toString('utf8')
      expect(printed).toBe(words.map(one => `${one}\0`).join(''))
    }),
    { numRuns: 40 },
  )
})
