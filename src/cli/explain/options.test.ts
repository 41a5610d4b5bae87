import { expect, test } from 'vitest'
import { duration, size, z } from '../../core/schema.ts'
import { optionsOf } from './options.ts'

test('tells every key with its type, default and sentence, as it is written in .shiprc', () => {
  const options = z
    .strictObject({
      run: z.string().describe('What to run.'),
      timeout: duration().prefault('10m'),
      largest: size().prefault('10MB').describe('Skips what is larger.'),
      mode: z.enum(['auto', 'strict']).default('auto'),
      tail: z.int().min(0).max(50).default(20),
      paths: z.array(z.string()).optional(),
      env: z.record(z.string(), z.string()).default({}),
      tap: z.union([z.boolean(), z.literal('auto')]).default('auto'),
    })
    .prefault({ run: 'x' })
  expect(optionsOf(options)).toEqual([
    { name: 'run', type: 'string', required: true, about: 'What to run.' },
    { name: 'timeout', type: 'duration', required: false, default: '10m' },
    { name: 'largest', type: 'size', required: false, default: '10MB', about: 'Skips what is larger.' },
    { name: 'mode', type: '"auto" or "strict"', required: false, default: 'auto' },
    { name: 'tail', type: 'integer from 0 to 50', required: false, default: 20 },
    { name: 'paths', type: 'list of string', required: false },
    { name: 'env', type: '{ name: string }', required: false, default: {} },
    { name: 'tap', type: 'boolean or "auto"', required: false, default: 'auto' },
  ])
})

test('keys of keys are joined with dots', () => {
  const options = z.strictObject({ allow: z.strictObject({ path: z.string(), reason: z.string() }).optional() })
  expect(optionsOf(options).map(({ name, type, required }) => [name, type, required])).toEqual([
    ['allow', '{ path, reason }', false],
    ['allow.path', 'string', true],
    ['allow.reason', 'string', true],
  ])
})

test('of a short and a long form the long one is told', () => {
  const long = z.strictObject({ run: z.string() })
  const either = z.union([
    z
      .string()
      .transform(run => ({ run }))
      .pipe(long),
    long,
  ])
  expect(optionsOf(either).map(option => option.name)).toEqual(['run'])
})

test('a unit without options has none', () => {
  expect(optionsOf(z.strictObject({}))).toEqual([])
  expect(optionsOf(z.unknown())).toEqual([])
})
