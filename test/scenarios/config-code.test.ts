import { mkdir, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { packageFolder } from '../support/package-root.ts'
import { type TempRepo, tempRepo } from '../support/temp-repo.ts'

const ownGate = `{
  id: 'no-friday',
  title: 'No Friday',
  why: 'Nobody wants to mend it on Saturday.',
  async check({ tree }) {
    const text = await tree.text('day.txt')
    if (text !== 'friday') return []
    return [{ rule: 'no-friday', severity: 'error', what: 'It is Friday.', why: 'So.', instead: 'Wait for Monday.' }]
  },
}`

/** What `npm install` would leave: node_modules with this package and what else is named. */
async function installed(repo: TempRepo, packages: Record<string, string>): Promise<void> {
  await mkdir(join(repo.dir, 'node_modules'), { recursive: true })
  for (const [name, folder] of Object.entries(packages)) await symlink(folder, join(repo.dir, 'node_modules', name))
}

test('a gate written in JavaScript judges the commit', async () => {
  await using repo = await tempRepo({
    '.gitignore': 'node_modules\n',
    'ship.config.mjs': `import { defineConfig } from 'ship-guard'\nexport default defineConfig({ gates: { db: false, secrets: false }, own: [${ownGate}] })\n`,
  })
  await installed(repo, { 'ship-guard': packageFolder })
  expect((await repo.shipGuard(['check', '--for', 'main'])).stderr).not.toContain('It is Friday.')

  await repo.commit({ 'day.txt': 'friday' })
  const friday = await repo.shipGuard(['check', '--for', 'main'])
  expect(friday.code).toBe(1)
  expect(friday.stderr).toContain('It is Friday.')
  expect(friday.stderr).toContain('Wait for Monday.')
})

test('a TypeScript config is read, with what it imports, on every Node', async () => {
  await using repo = await tempRepo({
    '.gitignore': 'node_modules\n',
    'day.txt': 'friday',
    'gate.ts': `export const gate: { id: string } & object = ${ownGate.replace('{ tree }', '{ tree }: { tree: { text(path: string): Promise<string | undefined> } }')}\n`,
    'ship.config.ts': `import { gate } from './gate.ts'\nconst off: boolean = false\nexport default { gates: { db: off, secrets: off }, own: [gate] }\n`,
  })
  await installed(repo, { typescript: dirname(createRequire(import.meta.url).resolve('typescript/package.json')) })
  const ended = await repo.shipGuard(['check', '--for', 'main'])
  expect(ended.stderr).toContain('It is Friday.')
  expect(ended.code).toBe(1)
})

test('a mistake in a JavaScript config names the key', async () => {
  await using repo = await tempRepo({
    'ship.config.cjs': 'module.exports = { own: [{ id: "mine" }], postMerge: "of" }\n',
  })
  const ended = await repo.shipGuard(['check', '--for', 'main'])
  expect(ended.code).toBe(2)
  expect(ended.stderr).toContain(
    'ship.config.cjs: postMerge: expected "fast", "warm" or "off", found "of". Did you mean `off`?',
  )
  expect(ended.stderr).toContain('ship.config.cjs: own[1].check: expected a function, found nothing.')
})

test('what a config prints does not reach stdout', async () => {
  await using repo = await tempRepo({
    'ship.config.cjs': 'console.log("loud"); process.stdout.write("loud"); module.exports = { gates: { db: false } }\n',
  })
  expect((await repo.shipGuard(['check', '--for', 'main', '--json'])).stdout).toMatch(/^\{/)
})
