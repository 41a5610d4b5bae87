import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineGate, type Gate } from '../core/gate.ts'
import { duration, z } from '../core/schema.ts'
import type { FoundConfig } from '../core/world.ts'
import { checkConfig } from './check.ts'
import { ConfigError, type ConfigProblem, describeProblem } from './problem.ts'
import type { Config } from './schema.ts'
import { defaultConfig } from './schema.ts'

function gate<Options>(id: string, options: z.ZodType<Options, unknown>): Gate {
  return defineGate<Options>({
    id,
    title: `The ${id} gate`,
    why: 'Because.',
    version: 1,
    fast: true,
    options,
    reads: () => [],
    check: async () => [],
  }) as unknown as Gate
}

const gates: readonly Gate[] = [
  gate('tests', z.object({ run: z.array(z.string()).default([]), timeout: duration().prefault('10m') })),
  gate('db', z.strictObject({ dialect: z.enum(['postgres', 'mysql']).optional() })),
  gate('eager', z.object({ deep: z.boolean().default(true) }).prefault({})),
  gate('needy', z.strictObject({ file: z.string() })),
  gate('command', z.strictObject({ run: z.string(), timeout: duration().prefault('10m') })),
]

function found(value: unknown, format: FoundConfig['format'] = 'yaml'): FoundConfig {
  const path = format === 'code' ? '/top/ship.config.js' : '/top/.shiprc'
  return { path, value, format, locate: keys => (format === 'code' ? undefined : { line: keys.length, column: 1 }) }
}

function accepted(value: unknown, format?: FoundConfig['format']): Config {
  const checked = checkConfig(found(value, format), gates)
  if ('problems' in checked) throw new ConfigError(checked.problems)
  return checked.config
}

function problems(value: unknown, format?: FoundConfig['format']): readonly ConfigProblem[] {
  const checked = checkConfig(found(value, format), gates)
  return 'problems' in checked ? checked.problems : []
}

function told(value: unknown): string[] {
  return problems(value).map(problem => describeProblem(problem))
}

describe('a right config', () => {
  test('nothing found and an empty config both mean the defaults', () => {
    expect(checkConfig(undefined, gates)).toEqual({ config: defaultConfig })
    expect(accepted({})).toEqual(defaultConfig)
    expect(defaultConfig).toMatchObject({
      protect: [{ refs: ['develop', 'main'] }],
      checkout: { mode: 'auto', timeout: 600_000 },
      postMerge: 'fast',
    })
  })

  test('durations become milliseconds, in the options of a gate too', () => {
    const config = accepted({ checkout: { timeout: '90s' }, gates: { tests: { run: ['npm test'], timeout: '2m' } } })
    expect(config.checkout.timeout).toBe(90_000)
    expect(config.gates.tests).toEqual({ run: ['npm test'], timeout: 120_000 })
  })

  test('a gate takes true, false or its options', () => {
    expect(accepted({ gates: { tests: true, db: false } }).gates).toEqual({
      tests: { run: [], timeout: 600_000 },
      db: false,
    })
  })

  test('a gate whose options have a default of their own is still not named by saying nothing', () => {
    expect(accepted({ gates: { db: true } }).gates).toEqual({ db: {} })
    expect(accepted({ gates: { eager: true } }).gates).toEqual({ eager: { deep: true } })
    expect(told({ gates: { eager: { depp: 1 } } })[0]).toContain('Did you mean `deep`?')
  })

  test('branches without a remote belong together; entries with one stand alone', () => {
    const config = accepted({
      protect: ['release/*', { remote: 'prod', refs: 'main' }, '!release/old', { remotes: ['a', 'b'], refs: ['x'] }],
    })
    expect(config.protect).toEqual([
      { refs: ['release/*', '!release/old'] },
      { remotes: ['prod'], refs: ['main'] },
      { remotes: ['a', 'b'], refs: ['x'] },
    ])
  })

  test('an empty list protects nothing, because it was written', () => {
    expect(accepted({ protect: [] }).protect).toEqual([])
  })

  test('commands are gates under names that a person chose', () => {
    expect(accepted({ gates: { command: { lint: { run: 'npm run lint' } } } }).commands).toEqual({
      lint: { run: 'npm run lint', timeout: 600_000 },
    })
  })

  test('a gate in JavaScript gets safe answers for what it leaves out', async () => {
    const check = async () => []
    const [own] = accepted({ own: [{ id: 'mine', title: 'Mine', why: 'So.', check }] }, 'code').own
    expect(own!.fast).toBe(false)
    expect(own!.reads({})).toEqual([{ files: ['**'] }, 'base', 'history', 'messages'])
    expect(own!.options.parse({})).toEqual({})
  })

  test('a gate in JavaScript whose check changed has another version', () => {
    const version = (check: () => Promise<never[]>) =>
      accepted({ own: [{ id: 'mine', title: 'Mine', why: 'So.', check, reads: ['base'] }] }, 'code').own[0]!.version
    const first = async () => []
    expect(version(first)).toBe(version(first))
    expect(version(first)).not.toBe(version(async () => [...[]]))
  })
})

describe('a wrong config', () => {
  test('all mistakes are told at once, each with its place', () => {
    expect(told({ protetc: ['main'], gates: { test: true, tests: { timeout: 10 } }, postMerge: 'of' })).toEqual([
      '.shiprc:1:1: postMerge: expected "fast", "warm" or "off", found "of". Did you mean `off`?',
      '.shiprc:1:1: protetc: expected one of `protect`, `gates`, `packages`, `sharedFiles`, `checkout`, `tags`, `environments`, `postMerge`, `trust`, `slow`, found the unknown key "protetc". Did you mean `protect`?',
      '.shiprc:2:1: gates.test: expected one of `tests`, `db`, `eager`, `needy`, `command`, found the unknown key "test". Did you mean `tests`?',
      '.shiprc:3:1: gates.tests.timeout: expected a duration such as 90s, 10m or 2h, found 10.',
    ])
  })

  test.each<[unknown, string]>([
    [{ tests: true }, 'Did you mean `gates.tests`?'],
    [{ gates: { tests: { rum: [] } } }, 'gates.tests.rum: expected one of `run`, `timeout`'],
    [{ gates: { tests: 'yes' } }, 'gates.tests: expected true or false or a map of keys, found "yes"'],
    [{ gates: { needy: true } }, 'gates.needy.file: expected text, found nothing'],
    [{ gates: { tests: { timeout: '10 m' } } }, 'expected a duration such as 90s, 10m or 2h, found "10 m"'],
    [{ gates: { command: { tests: { run: 'x' } } } }, 'expected a name that is not that of a gate, found "tests"'],
    [
      { gates: { command: { 'A b': { run: 'x' } } } },
      'expected a name of small letters, digits and hyphens, found "A b"',
    ],
    [{ gates: { command: { lint: {} } } }, 'gates.command.lint.run: expected text, found nothing'],
    [{ protect: ['a b'] }, 'protect[1]: expected a branch name or glob such as main or release/*, found "a b"'],
    [{ protect: 'main' }, 'protect: expected a list, found "main"'],
    [{ protect: [{ remote: 'x' }] }, 'protect[1].refs: expected'],
    [{ checkout: { link: ['../x'] } }, 'checkout.link[1]: expected a path inside the repository'],
    [{ checkout: { mode: 'strikt' } }, 'Did you mean `strict`?'],
    [[], 'the whole file: expected a map of keys, found an empty list'],
    ['text', 'the whole file: expected a map of keys, found "text"'],
    [{ own: [] }, 'own: expected a JavaScript config'],
    [{ 'a\u001b[31m': 1 }, String.raw`a\x1b[31m: expected one of`],
  ])('%j', (value, message) => {
    expect(told(value).join('\n')).toContain(message)
  })

  test('a gate in JavaScript without a check is refused, and so is a second of one name', () => {
    const mine = { id: 'mine', title: 'Mine', why: 'So.', check: async () => [] }
    expect(problems({ own: [{ id: 'mine', title: 'Mine', why: 'So.' }] }, 'code')[0]).toMatchObject({
      keys: ['own', 0, 'check'],
      expected: 'a function',
    })
    expect(problems({ own: [mine, { ...mine }] }, 'code')[0]).toMatchObject({ keys: ['own', 1, 'id'] })
    expect(problems({ own: [{ ...mine, id: 'db' }] }, 'code')[0]).toMatchObject({ keys: ['own', 0, 'id'] })
  })

  test('the error of a single mistake says how to mend it', () => {
    const error = new ConfigError(problems({ gates: { test: true } }))
    expect(error.instead).toBe('Write `tests` instead of `test`.')
  })

  test('the error of several lists every one', () => {
    const error = new ConfigError(problems({ a: 1, b: 2 }), ' (in commit abc)')
    expect(error.message).toContain('.shiprc (in commit abc) has 2 mistakes:\n  .shiprc:1:1: a: ')
    expect(error.message).toContain('\n  .shiprc:1:1: b: ')
  })
})

const keys = fc.constantFrom(
  ...['protect', 'gates', 'own', 'checkout', 'tags', 'postMerge', 'tests', 'db', 'command', 'run', 'refs', 'remote'],
  ...['id', 'check', 'link', 'mode', 'timeout', '__proto__', 'constructor', 'toString', '$schema'],
)
const likely = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom(true, false, null, 1, 'main', '10m', ''),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(keys, tie('value')), { maxLength: 5 }).map(pairs => {
      const map = {}
      for (const [key, value] of pairs) Object.defineProperty(map, key, { value, enumerable: true, configurable: true })
      return map
    }),
  ),
})).value

test('any value is a config or a list of problems, never a crash', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.anything(), likely), fc.constantFrom('yaml', 'code'), (value, format) => {
      const checked = checkConfig(found(value, format as 'yaml' | 'code'), gates)
      if ('problems' in checked) {
        expect(checked.problems.length).toBeGreaterThan(0)
        for (const problem of checked.problems) expect(describeProblem(problem)).not.toContain('\n')
      } else expect(checked.config.checkout.timeout).toBeGreaterThan(0)
    }),
    { numRuns: 1_000 },
  )
})
