import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../core/errors.ts'
import { maxConfigBytes } from './config-size.ts'
import { readConfigText } from './config-text.ts'

function yaml(text: string | Uint8Array) {
  return readConfigText({ name: '.shiprc', bytes: Buffer.from(text), format: 'yaml' })!
}

function json(text: string) {
  return readConfigText({ name: '.shiprc.json', bytes: Buffer.from(text), format: 'json' })!
}

function refusal(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError)
    return (error as UsageError).message
  }
  throw new Error('it was accepted')
}

describe('places', () => {
  const text = 'protect: [main]\ngates:\n  tests:\n    run: npm test\n  command:\n    - one\n    - two: 2\n'

  test.each([
    [['gates', 'tests', 'run'], { line: 4, column: 5 }],
    [['protect', 0], { line: 1, column: 11 }],
    [['gates', 'command', 1, 'two'], { line: 7, column: 7 }],
    [['gates', 'tests', 'absent', 'deeper'], { line: 3, column: 3 }],
    [['absent'], { line: 1, column: 1 }],
  ])('%j', (keys, place) => {
    expect(yaml(text).locate(keys)).toEqual(place)
    expect(yaml(text.replaceAll('\n', '\r\n')).locate(keys)).toEqual(place)
  })

  test('are found behind an alias', () => {
    expect(yaml('a: &x\n  b: 1\nc: *x').locate(['c', 'b'])).toEqual({ line: 2, column: 3 })
  })

  test('in JSON are the same, with tabs too', () => {
    expect(json('{\n\t"gates": {\n\t\t"db": false\n\t}\n}').locate(['gates', 'db'])).toEqual({ line: 3, column: 3 })
  })

  test('in package.json are those of package.json', () => {
    const bytes = Buffer.from('{\n  "name": "x",\n  "ship": { "protect": ["main"] }\n}')
    const found = readConfigText({ name: 'package.json', bytes, format: 'json', under: 'ship' })!
    expect(found.value).toEqual({ protect: ['main'] })
    expect(found.locate(['protect'])).toEqual({ line: 3, column: 13 })
    expect(found.locate(['gates'])).toEqual({ line: 3, column: 3 })
  })
})

describe('package.json without a config', () => {
  test.each(['{"name":"ship"}', '{"keywords":["ship"]}', '{ broken', '{"ship2":1}'])('%s has none', text => {
    expect(readConfigText({ name: 'package.json', bytes: Buffer.from(text), format: 'json', under: 'ship' })).toBe(
      undefined,
    )
  })
})

test('a file of comments alone asks for the defaults', () => {
  expect(yaml('# protect: [main]\n').value).toEqual({})
})

test('a BOM is no part of the first key', () => {
  expect(yaml('\ufeffprotect: []').value).toEqual({ protect: [] })
})

test.each([
  ['an empty file', '', '.shiprc:1: the config file is empty.'],
  ['blank lines', ' \n\n', '.shiprc:1: the config file is empty.'],
  ['a tab', 'a: 1\nb:\n\tc: 2', '.shiprc:3:1: this is not valid YAML: it is indented with a tab; YAML wants spaces.'],
  ['a key twice', 'a: 1\na: 2', '.shiprc:2:1: this is not valid YAML: this key is written twice.'],
  ['two documents', 'a: 1\n---\nb: 1', '.shiprc:2:1: this is not valid YAML: a second document begins here.'],
  ['a NUL', 'a: 1\nb: \0', '.shiprc:2:4: this is a NUL character.'],
  [
    'an unknown tag',
    'a: !!js/function x',
    '.shiprc:1:4: this is not valid YAML: Unresolved tag: tag:yaml.org,2002:js/x',
  ],
  ['a list as a key', '? [a]\n: 1', '.shiprc:1:3: this is not valid YAML: a key must be a plain word.'],
  ['an unknown alias', 'a: *b', '.shiprc cannot be read: Unresolved alias'],
  ['deep brackets', '['.repeat(100_000), '.shiprc cannot be read: it is nested too deeply.'],
  ['deep dashes', '- '.repeat(100_000), '.shiprc cannot be read: it is nested too deeply.'],
  ['10 MB', 'a'.repeat(10_000_000), `.shiprc has 10000000 bytes; a config file may have at most ${maxConfigBytes}.`],
])('%s is refused with its place', (_, text, message) => {
  expect(refusal(() => yaml(text))).toContain(message.slice(0, 70))
})

test('text that is not UTF-8 is refused with its line', () => {
  const latin1 = Buffer.concat([Buffer.from('a: 1\nb: caf'), Buffer.from([0xe9]), Buffer.from('\n')])
  expect(refusal(() => yaml(latin1))).toBe('.shiprc:2: this is not UTF-8 text.')
})

test('an alias bomb is refused instead of unfolded', () => {
  const level = (name: string, of: string) => `${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]\n`
  const bomb = `a: &a [x]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}${level('e', 'd')}${level('f', 'e')}`
  expect(refusal(() => yaml(bomb))).toContain('.shiprc cannot be read: Excessive alias count')
})

test('JSON is JSON: what only YAML allows is refused', () => {
  expect(refusal(() => json('{\n  "a": 1, // why\n}'))).toBe(
    '.shiprc.json:2:11: this is not valid JSON: expected a key in double quotes.',
  )
  expect(refusal(() => json('{"a": 1, "a": 2}'))).toContain('this key is written twice')
})

test('any bytes are read or refused, never a crash', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 200 }).map(text => Buffer.from(text)),
    fc
      .array(
        fc.constantFrom(
          'a: ',
          '- ',
          '? ',
          '&x ',
          '*x',
          '[',
          ']',
          '{',
          '}',
          '\n',
          '  ',
          '"',
          "'",
          '|',
          '>',
          '!!',
          '%',
          '---\n',
          '#',
          '\t',
          '1',
        ),
      )
      .map(parts => Buffer.from(parts.join(''))),
  )
  fc.assert(
    fc.property(bytes, fc.constantFrom('yaml' as const, 'json' as const), (raw, format) => {
      try {
        const found = readConfigText({ name: '.shiprc', bytes: raw, format })!
        found.locate(['gates', 0, 'a'])
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
      }
    }),
    { numRuns: 2_000 },
  )
})
