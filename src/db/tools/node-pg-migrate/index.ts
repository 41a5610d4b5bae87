import { basename } from 'node:path/posix'
import { codeEndings, downOf, withoutCompiled } from '../../code/ecmascript/migration.ts'
import { deepestFirst, dependsOn, folderOf, isRecord, join, parsedJson, under } from '../../evidence.ts'
import { byName, downIn, leadingNumber, marks, upPart } from '../../sql-parts.ts'
import { defineTool, type Project, type TextFile } from '../../tool.ts'
import { commands } from './commands.ts'
import { read } from './read.ts'

const endings = codeEndings.replace('}', ',sql}')

export default defineTool({
  id: 'node-pg-migrate',
  title: 'node-pg-migrate',
  why: 'Functions `up` and `down` that get the builder `pgm`, or SQL with marks for up and down, in the order of their names.',
  globs: [`**/migrations/**/*.${endings}`, '!**/{node_modules,vendor,fixtures,testdata}/**'],
  evidence: ['**/package.json', '!**/node_modules/**'],
  detect: evidence => deepestFirst(evidence.flatMap(projectOf)),
  migrations: paths => withoutCompiled(paths).sort((a, b) => inOrder(basename(a), basename(b)) || byName(a, b)),
  nameOf: path => basename(path).replace(/\.\w+$/, ''),
  versionOf: leadingNumber,
  isRepeatable: () => false,
  running: ({ path, text }) => ({
    transaction: /\bpgm\s*\.\s*noTransaction\s*\(|\bnoTransaction\s*\(/.test(text) ? 'none' : 'file',
    // Without a `down` it takes an `up` that only creates for reversible by itself.
    down: path.endsWith('.sql') ? downIn(text, marks['node-pg-migrate']) : inferred(downOf(text)),
  }),
  sql: (_path, text) => upPart(text, [marks['node-pg-migrate']]),
  read,
  commands,
})

function inferred(down: ReturnType<typeof downOf>): ReturnType<typeof downOf> {
  return down === 'missing' ? 'present' : down
}

/** The time before the first `_` or `-`, as a number; names where there is none. */
function inOrder(left: string, right: string): number {
  const [a, b] = [leadingNumber(left), leadingNumber(right)]
  if (a !== undefined && b !== undefined && BigInt(a) !== BigInt(b)) return BigInt(a) < BigInt(b) ? -1 : 1
  return byName(left, right)
}

function projectOf(file: TextFile): Project[] {
  if (basename(file.path) !== 'package.json' || !dependsOn(file, 'node-pg-migrate')) return []
  const root = folderOf(file.path)
  const folder = join(root, folderIn(file.text) ?? 'migrations')
  return [{ tool: 'node-pg-migrate', root, globs: [under(folder, `**/*.${endings}`)], flavour: 'postgres' }]
}

/** `-m db/migrations` in a script, or the package's own setting. */
function folderIn(text: string): string | undefined {
  const json = parsedJson(text)
  const own = isRecord(json) ? json['node-pg-migrate'] : undefined
  const said = isRecord(own) ? own['migrations-dir'] : undefined
  if (typeof said === 'string') return said
  return /node-pg-migrate\b[^"]*?\s(?:-m|--migrations-dir)[ =]([^\s"\\]+)/.exec(text)?.[1]
}
