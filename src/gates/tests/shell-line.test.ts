import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readShellLine, withParameters } from './shell-line.ts'

const values = (line: string) => readShellLine(line)?.map(part => [part.joint, ...part.words.map(word => word.value)])

test('reads commands in order, their words without quotes, and leaves redirections out', () => {
  expect(values(`cd "my app" && A=1 'npx' vitest\\ x run > log 2>&1; echo "a\\"b" | tee x`)).toEqual([
    ['', 'cd', 'my app'],
    ['&&', 'A=1', 'npx', 'vitest x', 'run'],
    [';', 'echo', 'a"b'],
    ['|', 'tee', 'x'],
  ])
  expect(readShellLine('  ')).toBeUndefined()
})

test('a word with a variable is kept as it is written, and its value is not known', () => {
  expect(readShellLine(`go test $PACKAGES "\${X}y" '$z'`)?.[0]?.words).toEqual([
    { text: 'go', value: 'go' },
    { text: 'test', value: 'test' },
    { text: '$PACKAGES', value: undefined },
    { text: `"\${X}y"`, value: undefined },
    { text: "'$z'", value: '$z' },
  ])
})

test.each([
  '(cd app; jest)',
  'if true; then jest; fi',
  'jest $(ls)',
  'jest `ls`',
  '{ jest; }',
  'cat <<X',
  'jest "a',
  '&& x',
])('%j is more than commands in order', line => {
  expect(readShellLine(line)).toBeUndefined()
})

test('words that are read are words that the shell makes of them', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '\\', '$', '&', '-', '*') })
  const quoted = text.map(one => `'${one.replaceAll("'", `'\\''`)}'`)
  fc.assert(
    fc.property(fc.array(quoted, { minLength: 1, maxLength: 4 }), words => {
      const line = `printf '%s\\0' ${words.join(' ')}`
      const said = execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1)
      expect(
        readShellLine(line)?.[0]
          ?.words.slice(2)
          .map(word => word.value),
      ).toEqual(said)
    }),
    { numRuns: 40 },
  )
})

test('any text is read or not, in time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), line => {
      readShellLine(line)
      withParameters(line, ['name'])
    }),
  )
  const started = performance.now()
  for (const hostile of ['"'.repeat(20_001), `${'a='.repeat(20_000)}`, `'${'\\'.repeat(20_000)}`, '&'.repeat(20_000)])
    readShellLine(hostile)
  expect(performance.now() - started).toBeLessThan(2_000)
})

test.each(['{name}', "'{name}'", '"{name}"', "'-n={name}'", '"-n={name}"', '\\"{name}'])(
  'in %j a hostile name is one word and nothing more',
  written => {
    const name = `a'b"c $(touch pwned) \`x\` ; rm -rf *`
    const line = withParameters(`printf '%s\\0' ${written}`, ['file', 'name'])
    const said = execFileSync('sh', ['-c', line, 'sh', 'file', name], { encoding: 'utf8' }).split('\0').slice(0, -1)
    expect(said).toHaveLength(1)
    expect(said[0]).toContain(name)
  },
)
