// `npm run new <gate|rule|dialect|tool|engine|report|command> <name>`: starts a unit from its template, then regenerates what is derived from the units.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { kinds } from './new/templates.ts'

const root = dirname(import.meta.dirname)
const [kindName = '', ...words] = process.argv.slice(2)
const name = words.join('-')

const problem = problemWith(kindName, name)
if (problem === undefined) make()
else {
  console.error(
    `${problem}\n\n  npm run new <${Object.keys(kinds).join('|')}> <name>\n  npm run new gate freeze-window`,
  )
  process.exitCode = 2
}

function problemWith(kindName: string, name: string): string | undefined {
  const kind = kinds[kindName]
  if (kind === undefined) return `There is no kind of unit called "${kindName}".`
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    return `"${name}" is no name for a unit: small letters, digits and single hyphens, a letter first.`
  if (/^(utils?|helpers?|common|shared|misc|libs?|index|registry)$/.test(name))
    return `"${name}" says nothing. Call it by what it asks or does.`
  const taken = [`${name}.ts`, name, `${name}.test.ts`].find(file => existsSync(join(root, kind.folder, file)))
  return taken === undefined ? undefined : `${kind.folder}/${taken} is there already.`
}

function make(): void {
  const kind = kinds[kindName]!
  const path = `${kind.folder}/${name}.ts`
  writeFileSync(join(root, path), kind.write(name))
  if (kind.joins !== undefined) addToUnion(kind.joins)
  for (const [file, content] of Object.entries(kind.besides?.(name) ?? {})) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), content)
  }
  if (kind.copies !== undefined) copyFileSync(join(root, kind.copies.from), join(root, kind.copies.to(name)))
  run('node_modules/@biomejs/biome/bin/biome', 'check', '--write', '--log-level=error', path)
  run('--import', 'tsx', 'scripts/generate.ts')
  console.log([`Wrote ${path} and regenerated what lists it.`, ...kind.next].join('\n  '))
}

function addToUnion({ path, after }: { path: string; after: RegExp }): void {
  const text = readFileSync(join(root, path), 'utf8')
  writeFileSync(
    join(root, path),
    text.replace(after, union => `${union} | '${name}'`),
  )
}

function run(...args: string[]): void {
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
}
