import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commands } from '../src/cli/registry.generated.ts'
import { sourceRoot } from './support/package-root.ts'

const words = [...new Set(commands.map(command => command.id.split(' ')[0]))].filter(word => word !== 'hook').join('|')
// npx finds the package wherever it is: in node_modules, among the global ones, in its own cache. `ship-guard` alone is found by a shell only
// after a global install, and by npm in a script of package.json. Before `<` it is the name of who committed.
const bare = new RegExp(
  `(?<!npx )(?<!prepare=")(?<!Written by \\\\?\`)(?<![\\w/.-])(?:\\\\n)?ship-guard (?:${words})\\b(?! <)`,
  'g',
)

function sources(folder: string): string[] {
  return readdirSync(join(sourceRoot, folder), { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(path => /^hooks\/|(?<!\.test)\.ts$/.test(path))
}

test('every command that we print can be typed as it stands', () => {
  const found = [...sources('src'), ...sources('hooks'), 'scripts/new/templates.ts'].flatMap(path => {
    const text = readFileSync(join(sourceRoot, path), 'utf8').replace(/^\s*(?:\/\/|#|\*|\/\*\*).*$/gm, '')
    return [...text.matchAll(bare)].map(([what]) => `${path}: ${what}`)
  })
  expect(found).toEqual([])
  expect('run ship-guard check').toMatch(bare)
  expect(String.raw`it:\nship-guard changelog add`).toMatch(bare)
})
