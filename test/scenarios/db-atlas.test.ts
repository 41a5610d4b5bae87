// Atlas itself wants a login and cannot be had by a test. This one speaks its report, as `--format '{{ json . }}'` prints it.
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo } from '../support/guarded-repo.ts'
import type { TempRepo } from '../support/temp-repo.ts'
import { exec } from '../support/temp-repo.ts'

const config = `protect: [main]
gates:
  secrets: false
  changelog: false
  tests: false
  db: { dialect: postgres, replay: 'off', engine: atlas }
`

const answering = `
const { readFileSync, readdirSync } = require('node:fs')
const at = name => process.argv[process.argv.indexOf(name) + 1]
const folder = at('--dir').slice('file://'.length)
const config = readFileSync(at('--config').slice('file://'.length), 'utf8')
if (!config.includes('getenv("SHIP_GUARD_DEV_URL")') || !/^postgres:/.test(process.env.SHIP_GUARD_DEV_URL)) process.exit(9)
const names = readdirSync(folder).sort().slice(-Number(at('--latest')))
const Files = names.map(Name => {
  const Text = readFileSync(folder + '/' + Name, 'utf8')
  const Pos = Buffer.from(Text.slice(0, Text.indexOf('CREATE'))).length
  return { Name, Text, Reports: [{ Text: 'seen', Diagnostics: [{ Pos, Text: 'Something that only Atlas sees', Code: 'XX999' }] }] }
})
console.log(JSON.stringify({ Env: { Driver: 'postgres' }, Files }))
`

async function withAtlas(program: string): Promise<TempRepo> {
  const repo = await guardedRepo({ 'migrations/1.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n' })
  await repo.commit({ '.shiprc': config }, 'ask Atlas too')
  await repo.ok('push', '-q', '--no-verify', 'origin', 'main')
  const bin = join(repo.home, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'atlas'), `#!${process.execPath}\n${program}`)
  await chmod(join(bin, 'atlas'), 0o755)
  await repo.commit({ 'migrations/2.sql': '-- é\nCREATE TABLE orders (id bigint PRIMARY KEY);\n' })
  return repo
}

function push(repo: TempRepo) {
  return exec('git', ['push', 'origin', 'main'], {
    cwd: repo.dir,
    env: { PATH: `${join(repo.home, 'bin')}:${process.env.PATH}` },
  })
}

test('what Atlas says of the pushed migrations is told at its place', async () => {
  await using repo = await withAtlas(answering)
  const { code, stderr } = await push(repo)
  expect(stderr).toContain('Atlas: Something that only Atlas sees.')
  expect(stderr).toContain('migrations/2.sql:2')
  expect(code).toBe(0)
})

test('an Atlas that wants a login leaves the push undecided', async () => {
  await using repo = await withAtlas("console.error('Abort: available only to Atlas Pro users'); process.exit(1)")
  const { code, stderr } = await push(repo)
  expect(stderr).toContain('Atlas Pro users')
  expect(stderr).toContain('Undecided')
  expect(code).toBe(1)
})
