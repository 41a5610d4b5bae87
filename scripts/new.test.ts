import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sourceRoot } from '../test/support/package-root.ts'
import { kinds } from './new/templates.ts'

const name = 'made-by-new'
let copy: string

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'ship-guard-new-'))
  // The files of the repository as they are now, committed or not.
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  for (const path of execFileSync('git', listed, { cwd: sourceRoot, encoding: 'utf8' }).split('\0'))
    if (path !== '' && existsSync(join(sourceRoot, path))) cpSync(join(sourceRoot, path), join(copy, path))
  symlinkSync(join(sourceRoot, 'node_modules'), join(copy, 'node_modules'))
  execFileSync('git', ['init', '-q'], { cwd: copy })
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

function node(...args: string[]) {
  const { CI: _, ...env } = process.env
  return spawnSync(process.execPath, args, { cwd: copy, env, encoding: 'utf8' })
}

function startUnit(...words: string[]) {
  return node('--import', 'tsx', 'scripts/new.ts', ...words)
}

// Each step starts programs of their own; on a machine that is busy with something else that takes its time.
const slow = 180_000

test(
  'a new unit of every kind is in its registry, and nothing generated is stale',
  () => {
    for (const kind of Object.keys(kinds)) {
      const { status, stderr } = startUnit(kind, name)
      expect({ kind, status, stderr }).toMatchObject({ kind, status: 0 })
      const registry = readFileSync(join(copy, kinds[kind]!.folder, 'registry.generated.ts'), 'utf8')
      expect(registry).toContain(`./${name}.ts`)
    }
    expect(node('--import', 'tsx', 'scripts/generate.ts', '--check').status).toBe(0)
  },
  slow,
)

test(
  'the new files pass the type check',
  () => {
    const files = Object.values(kinds).map(({ folder }) => `${folder}/${name}.ts`)
    const registries = Object.values(kinds).map(({ folder }) => `${folder}/registry.generated.ts`)
    const config = { extends: './tsconfig.json', include: [], files: [...files, ...registries] }
    writeFileSync(join(copy, 'tsconfig.new.json'), JSON.stringify(config))
    const errors = node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.new.json').stdout.split('\n')
    // Elsewhere a new dialect is missing from every table of dialects: the type check names each.
    const elsewhere = /Property '"?made-by-new"?'|type '(?:DialectId|Flavour)'|'(?:string \| )?undefined'/
    expect(errors.filter(line => line.includes(`${name}.ts(`) || (line !== '' && !elsewhere.test(line)))).toEqual([])
  },
  slow,
)

test('the new files pass the linter as they are', () => {
  const files = Object.values(kinds).map(({ folder }) => `${folder}/${name}.ts`)
  const { status, stdout, stderr } = node('node_modules/@biomejs/biome/bin/biome', 'check', ...files)
  expect({ status, output: stdout + stderr }).toMatchObject({ status: 0 })
})

test(
  'the new files pass the conformance suites of their kinds',
  () => {
    const { status, stdout } = node('node_modules/vitest/vitest.mjs', 'run', 'test/conformance', '-t', name)
    expect({ status, stdout }).toMatchObject({ status: 0 })
    expect(stdout).toMatch(/Tests\s.*\d+ passed/)
  },
  slow,
)

test.each([
  [['gadget', 'x'], 'no kind of unit called "gadget"'],
  [['gate'], 'no name for a unit'],
  [['gate', 'Freeze'], 'no name for a unit'],
  [['gate', '../evil'], 'no name for a unit'],
  [['gate', 'a--b'], 'no name for a unit'],
  [['gate', 'utils'], 'says nothing'],
  [['gate', 'tests'], 'there already'],
  [['report', 'terminal'], 'there already'],
])('refuses %j and writes nothing', (words, message) => {
  const before = execFileSync('git', ['status', '--porcelain', '-uall'], { cwd: copy, encoding: 'utf8' })
  const { status, stderr } = startUnit(...words)
  expect(status).toBe(2)
  expect(stderr).toContain(message)
  expect(execFileSync('git', ['status', '--porcelain', '-uall'], { cwd: copy, encoding: 'utf8' })).toBe(before)
})
