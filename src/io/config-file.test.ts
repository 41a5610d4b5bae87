import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { configFileNames } from '../core/config-names.ts'
import { UsageError } from '../core/errors.ts'
import { readCodeConfig } from './config-code.ts'
import { findConfig } from './config-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ship-guard-config-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function put(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
}

async function refusal(wanted: Promise<unknown>): Promise<UsageError> {
  const error = await wanted.then(
    () => new Error('it was accepted'),
    (caught: unknown) => caught,
  )
  expect(error).toBeInstanceOf(UsageError)
  return error as UsageError
}

const yaml = 'protect: [main]\n'
const json = '{"protect": ["main"]}'
const esm = 'export default { protect: ["main"] }\n'
const cjs = 'module.exports = { protect: ["main"] }\n'
const samples: Record<string, string> = { cjs, mjs: esm, js: cjs, json, ts: esm, yaml, yml: yaml, '': yaml }

test.each(configFileNames.filter(name => name !== 'package.json' && !name.endsWith('.ts')))(
  '%s is found',
  async name => {
    await put({ [name]: samples[/\.shiprc$/.test(name) ? '' : name.split('.').at(-1)!]! })
    const found = await findConfig(folder)
    expect(found).toMatchObject({ path: join(folder, name), value: { protect: ['main'] } })
    expect(found).not.toHaveProperty('ignored')
  },
)

test('.shiprc may hold JSON', async () => {
  await put({ '.shiprc': json })
  expect((await findConfig(folder))?.value).toEqual({ protect: ['main'] })
})

test('package.json counts only with the key ship', async () => {
  await put({ 'package.json': '{"name": "app"}' })
  expect(await findConfig(folder)).toBeUndefined()
  await put({ 'package.json': '{"name": "app", "ship": {"protect": ["main"]}}' })
  expect(await findConfig(folder)).toMatchObject({ path: join(folder, 'package.json'), value: { protect: ['main'] } })
})

test('the first name wins and the others are named', async () => {
  await put({
    '.shiprc.yml': yaml,
    'ship.config.js': 'throw new Error("must not run")',
    'package.json': '{"ship": {}}',
  })
  expect(await findConfig(folder)).toMatchObject({
    path: join(folder, '.shiprc.yml'),
    ignored: ['ship.config.js', 'package.json'],
  })
})

test('folders above are never looked at', async () => {
  await put({ '.shiprc': yaml })
  await mkdir(join(folder, 'inside'))
  expect(await findConfig(join(folder, 'inside'))).toBeUndefined()
})

test('a config of cosmiconfig itself changes nothing and is not run', async () => {
  await mkdir(join(folder, '.config'))
  await put({ '.config/config.js': 'throw new Error("must not run")', '.shiprc': yaml })
  const before = process.cwd
  process.cwd = () => folder
  try {
    expect((await findConfig(folder))?.path).toBe(join(folder, '.shiprc'))
  } finally {
    process.cwd = before
  }
})

test('a key $import is data, not a file to read', async () => {
  await put({ '.shiprc': '$import: /etc/hostname\n' })
  expect((await findConfig(folder))?.value).toEqual({ $import: '/etc/hostname' })
})

describe('a config that is there but cannot be read is never taken for none', () => {
  test('a folder', async () => {
    await mkdir(join(folder, '.shiprc'))
    expect((await refusal(findConfig(folder))).message).toContain('.shiprc is not a file')
  })

  test('a link to nothing', async () => {
    await symlink('gone', join(folder, '.shiprc'))
    expect((await refusal(findConfig(folder))).message).toContain('.shiprc cannot be read')
  })

  test('an empty file', async () => {
    await put({ '.shiprc': '' })
    expect((await refusal(findConfig(folder))).message).toBe('.shiprc:1: the config file is empty.')
  })

  test('a file without permission', async () => {
    await put({ '.shiprc': yaml })
    await findConfig(folder)
    await chmod(folder, 0o755)
    await chmod(join(folder, '.shiprc'), 0)
    const user = process.geteuid!()
    // root may read everything.
    if (user === 0) process.seteuid!(65_534)
    const found = findConfig(folder)
    const error = await refusal(found).finally(() => process.seteuid!(user))
    expect(error.message).toContain('.shiprc cannot be read')
  })
})

describe('a JavaScript config', () => {
  test('may be a promise', async () => {
    await put({ 'ship.config.mjs': 'export default Promise.resolve({ protect: [] })' })
    expect((await findConfig(folder))?.value).toEqual({ protect: [] })
  })

  test('is read anew after it changed', async () => {
    await put({ 'ship.config.cjs': cjs })
    await findConfig(folder)
    await put({ 'ship.config.cjs': 'module.exports = { protect: [] }' })
    expect((await findConfig(folder))?.value).toEqual({ protect: [] })
  })

  test.each([
    ['throws', '\n\nthrow new Error("boom")', 'ship.config.mjs:3:7 could not be run: boom.'],
    ['is no JavaScript', '\nlet x = ;', "ship.config.mjs:2 could not be run: Unexpected token ';'."],
    ['imports what is not there', 'import "./gone.mjs"', 'could not be run: Cannot find module'],
    ['waits for nothing', 'await new Promise(() => {})', 'waits for something that never comes'],
    ['ends the process', 'process.exit(0)', 'it ended, or waits'],
    ['exports nothing', 'export const protect = []', 'ship.config.mjs has no default export.'],
  ])('that %s is refused with the place', async (_, text, message) => {
    await put({ 'ship.config.mjs': text })
    expect((await refusal(findConfig(folder))).message).toContain(message)
  })

  test.each(['while (true);', 'setInterval(() => {}, 1000); await new Promise(() => {})'])(
    'that hangs (%s) is ended',
    async text => {
      await put({ 'ship.config.mjs': text })
      const error = await refusal(readCodeConfig(join(folder, 'ship.config.mjs'), { limitMs: 400 }))
      expect(error.message).toContain('it did not end within 0.4 s')
    },
  )

  test('that prints leaves stdout alone', async () => {
    await put({ 'ship.config.cjs': 'process.stdout.write("loud"); module.exports = {}' })
    const { write } = process.stdout
    let printed = ''
    process.stdout.write = ((text: string) => {
      printed += text
      return true
    }) as typeof write
    try {
      await findConfig(folder)
    } finally {
      process.stdout.write = write
    }
    expect(printed).toBe('')
  })
})
