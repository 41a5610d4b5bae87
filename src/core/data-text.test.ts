import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readToml } from './toml.ts'
import { readYaml } from './yaml.ts'

test('YAML and TOML become plain values', () => {
  expect(readYaml("'@a/b': minor\nc: [1, two]\n")).toEqual({ value: { '@a/b': 'minor', c: [1, 'two'] } })
  expect(readYaml('')).toEqual({ value: null })
  expect(readToml('[tool.x]\nlist = ["a"]\n')).toEqual({ value: { tool: { x: { list: ['a'] } } } })
})

test('what cannot be read is told with its line', () => {
  expect(readYaml('a: 1\nb: [\n')).toMatchObject({ line: 3 })
  expect(readYaml('a: 1\na: 2\n')).toMatchObject({ line: 2, fault: expect.stringContaining('unique') })
  expect(readYaml('['.repeat(10_000))).toEqual({ fault: 'it is nested too deeply', line: 1 })
  expect(readYaml(`a: &a [x, x]\nb: &b [${'*a, '.repeat(99)}]\nc: [${'*b, '.repeat(99)}]\n`)).toHaveProperty('fault')
  expect(readToml('a = 1\nb = \n')).toMatchObject({ line: 2 })
  expect(readToml(`a = ${'['.repeat(10_000)}`)).toHaveProperty('fault')
})

test('keys that reach into every object do not', () => {
  readToml('[__proto__]\nhit = 1\n')
  readYaml('__proto__: { hit: 1 }\n')
  expect(({} as { hit?: number }).hit).toBeUndefined()
})

test('no text makes them throw', () => {
  const text = fc.oneof(
    fc.string(),
    fc
      .array(
        fc.constantFrom(
          'a',
          ':',
          ' ',
          '- ',
          '\n',
          '[',
          ']',
          '{',
          '=',
          '"',
          "'",
          '&a',
          '*a',
          '#',
          '!!js',
          '\u0000',
          '---\n',
        ),
      )
      .map(parts => parts.join('')),
  )
  fc.assert(
    fc.property(text, written => {
      for (const read of [readYaml, readToml]) {
        const data = read(written)
        if (data.fault !== undefined) expect(data.line).toBeGreaterThan(0)
      }
    }),
  )
})
