// What the README shows must be true: its config, its commands and its links.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commands } from '../src/cli/registry.generated.ts'
import { sourceRoot } from './support/package-root.ts'
import { tempRepo } from './support/temp-repo.ts'

const readme = readFileSync(join(sourceRoot, 'README.md'), 'utf8')

test('every config of the README is a valid one', async () => {
  const configs = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, config = '']) => config)
  expect(configs.length).toBeGreaterThan(1)
  for (const config of configs) {
    await using repo = await tempRepo({ '.shiprc': config })
    const { code, stderr } = await repo.shipGuard(['install', '--dry-run'])
    const protects = config.includes('release/*') ? 'release/*' : 'develop'
    expect({ config, code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(protects) })
  }
})

test('every command of the README exists and knows the flags that are shown', async () => {
  const shown = [...readme.matchAll(/\bship-guard (capture (?:status|clean)|(?:(?:changelog|db) )?[a-z]+)\b([^`\n]*)/g)]
    .map(([, id = '', rest = '']) => ({ id, flags: rest.match(/--[a-z-]+/g) ?? [] }))
    .filter(({ id }) => id !== 'ship')
  expect(shown.length).toBeGreaterThan(8)
  await using repo = await tempRepo()
  for (const { id, flags } of shown) {
    expect(commands.map(command => command.id)).toContain(id)
    const help = await repo.shipGuard([...id.split(' '), '--help'])
    for (const flag of flags) expect(`${id}: ${help.stdout}`).toContain(flag)
  }
})

test.each(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'])('every link of %s leads to a file', file => {
  const text = readFileSync(join(sourceRoot, file), 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path)
  expect(links.filter(path => !existsSync(join(sourceRoot, path)))).toEqual([])
})

test('every npm script that the documents name is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(sourceRoot, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'bench/README.md']
  const named = documents.flatMap(file =>
    [...readFileSync(join(sourceRoot, file), 'utf8').matchAll(/\bnpm (?:run )?(test|(?<=run )[a-z:]+)/g)].map(
      ([, script = '']) => script,
    ),
  )
  expect(named.length).toBeGreaterThan(8)
  expect(named.filter(script => scripts[script] === undefined)).toEqual([])
})
