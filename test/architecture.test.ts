import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { sourceRoot } from './support/package-root.ts'
import { importsOf, sourceFiles } from './support/source-code.ts'
import { breaches, wallsOf } from './support/walls.ts'

const walls = wallsOf(readFileSync(join(sourceRoot, 'ARCHITECTURE.md'), 'utf8'))
const sources = sourceFiles('src')

test('every file keeps to the walls of ARCHITECTURE.md', () => {
  expect(breaches(sources, walls)).toEqual([])
})

test('every row of the tables is about something that is there', () => {
  const rooms = new Set([...sources.keys()].map(path => path.split('/')[0]!))
  expect([...walls.mayImport.keys()].filter(room => !rooms.has(room))).toEqual([])
  const unused = [...walls.packages].filter(
    ([name, file]) => !importsOf(sources.get(file) ?? '').some(({ specifier }) => isOf(specifier, name)),
  )
  expect(unused).toEqual([])
})

function isOf(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`)
}

test('every unit is in the file that its id names', async () => {
  const units = [...sources].filter(
    ([path, text]) => /^export default define[A-Z]/m.test(text) && !path.endsWith('.test.ts'),
  )
  expect(units.length).toBeGreaterThan(5)
  const misnamed: string[] = []
  for (const [path] of units) {
    const { default: unit } = (await import(join(sourceRoot, 'src', path))) as { default: { id: string } }
    const file = basename(path) === 'index.ts' ? basename(dirname(path)) : basename(path, '.ts')
    if (file !== unit.id.replaceAll(' ', '-')) misnamed.push(`${path} is ${unit.id}`)
  }
  expect(misnamed).toEqual([])
})

test('nothing generated is stale', () => {
  // execFileSync throws, with what is stale, when the exit code is not 0.
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/generate.ts', '--check'], {
    cwd: sourceRoot,
    encoding: 'utf8',
  })
})

test('every source file stays under 400 lines', () => {
  const long = [...sources].filter(([path, text]) => !/\.generated\.ts$/.test(path) && text.split('\n').length > 400)
  expect(long.map(([path]) => path)).toEqual([])
})

const laws = wallsOf(`
### Folders
| Folder | May import |
| --- | --- |
| \`core\` | nothing |
| \`io\`, \`report\`, \`gates\` | \`core\` |
| \`config\` | \`core\`, registries |
| \`cli\` | everything but \`io\` |
### Outside packages
| Package | Enters through |
| --- | --- |
| \`zod\` | \`core/schema.ts\` |
### Node's own modules
\`node:path\`
## End
`)

const wrong: readonly [title: string, files: Record<string, string>, breach: string][] = [
  ['an import', { 'core/a.ts': "import { b } from '../io/b.ts'" }, 'core may not import io'],
  ['a type import', { 'core/a.ts': "import type { B } from '../io/b.ts'" }, 'core may not import io'],
  ['an import() type', { 'core/a.ts': "type B = import('../io/b.ts').B" }, 'core may not import io'],
  ['a dynamic import', { 'cli/a.ts': "const b = await import('../io/b.ts')" }, 'cli may not import io'],
  ['a re-export', { 'report/a.ts': "export * from '../gates/b.ts'" }, 'report may not import gates'],
  ['an import over several lines', { 'core/a.ts': "import {\n  b,\n} from '../io/b.ts'" }, 'core may not import io'],
  ['a unit by name', { 'config/a.ts': "import g from '../gates/g.ts'" }, 'only through their registry'],
  ['a folder without a row', { 'attic/a.ts': "import { b } from '../core/b.ts'" }, 'no row'],
  ['an undeclared package', { 'io/a.ts': "import 'left-pad/x.js'" }, 'left-pad, which has no row'],
  ['a second door', { 'io/a.ts': "import type { z } from 'zod'" }, 'enters through core/schema.ts'],
  ['an edge of Node', { 'gates/a.ts': "import { readFile } from 'node:fs/promises'" }, 'node:fs/promises'],
  ['an imported test', { 'io/a.ts': "import './b.test.ts'" }, 'imports the test'],
  ['an import from the tests', { 'io/a.ts': "import '../../test/x.ts'" }, 'not under src'],
  ['an exit code', { 'cli/a.ts': 'process.exitCode = 1' }, 'exit code'],
  ['a drawer', { 'cli/utils/a.ts': '' }, 'called utils'],
  ['a cycle', { 'io/a.ts': "import './b.ts'", 'io/b.ts': "import type { A } from './a.ts'" }, 'io/a.ts -> io/b.ts'],
]

test.each(wrong)('%s that breaks a wall is seen', (_, files, breach) => {
  expect(breaches(new Map(Object.entries(files)), laws)).toEqual([expect.stringContaining(breach)])
})

test('what only looks like an import is none', () => {
  const text = "// import x from '../io/b.ts'\nconst s = \"import('../io/b.ts')\"\nconst t = `import '../io/b.ts'`"
  expect(importsOf(text)).toEqual([])
})

test('what the table allows passes', () => {
  const files = {
    'core/schema.ts': "export { z } from 'zod'",
    'io/a.ts': "import { readFile } from 'node:fs'\nimport '../core/schema.ts'",
    'config/a.ts': "import { gates } from '../gates/registry.generated.ts'\nimport { join } from 'node:path'",
    'cli/a.ts': "import '../gates/g.ts'",
    'core/a.test.ts': "import '../io/a.ts'",
  }
  expect(breaches(new Map(Object.entries(files)), laws)).toEqual([])
})
