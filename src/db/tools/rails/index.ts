import { basename } from 'node:path/posix'
import { deepestFirst, flavoured, folderOf, under } from '../../evidence.ts'
import { byName, leadingNumber } from '../../sql-parts.ts'
import { defineTool, type Project, type TextFile } from '../../tool.ts'
import { commands } from './commands.ts'
import { readMigration } from './read.ts'
import { runningOf } from './running.ts'

const globs = ['**/db/migrate/**/*.rb', '**/db/*_migrate/**/*.rb', '!**/{node_modules,vendor,fixtures,testdata}/**']

export default defineTool({
  id: 'rails',
  title: 'Rails',
  why: 'Migrations of Active Record, in Ruby, in the order of their numbers.',
  globs,
  evidence: ['**/config/database.yml', '**/Gemfile', '**/*.gemspec'],
  detect: (evidence, paths) => deepestFirst(paths.flatMap(path => projectOf(path, evidence))),
  migrations: paths => paths.filter(path => leadingNumber(path) !== undefined).sort(byNumber),
  nameOf: path => versionOf(path) ?? basename(path, '.rb'),
  versionOf,
  isRepeatable: () => false,
  running: runningOf,
  read: readMigration,
  commands,
})

// Rails reads the number as a number: `0007` is 7.
function versionOf(path: string): string | undefined {
  return leadingNumber(path)?.replace(/^0+(?=\d)/, '')
}

function byNumber(left: string, right: string): number {
  const [a, b] = [left, right].map(path => BigInt(leadingNumber(path) ?? 0))
  return a! < b! ? -1 : a! > b! ? 1 : byName(left, right)
}

/** The folder above `db/`, for an engine as for an app. Its own config, or the one of the app that it is part of, says which database. */
function projectOf(path: string, evidence: readonly TextFile[]): Project[] {
  const root = /^(?:(.*)\/)?db\/(?:[^/]*_)?migrate\//.exec(path)?.[1] ?? ''
  const above = evidence.filter(file => isAbove(folderOf(file.path).replace(/(?:^|\/)config$/, ''), root))
  const nearest = [...above].sort((a, b) => b.path.length - a.path.length)
  const config = nearest.find(file => file.path.endsWith('config/database.yml'))
  const adapters = [...(config?.text ?? '').matchAll(/^[ \t]*(?:adapter|url):\s*["']?(\w+)/gm)].map(match => match[1])
  const gems = nearest.flatMap(file =>
    [...file.text.matchAll(/gem\s*\(?["'](pg|mysql2|trilogy|sqlite3)["']/g)].map(match => match[1]),
  )
  const words = (adapters.length > 0 ? adapters : gems).join(' ').replaceAll('trilogy', 'mysql')
  return [
    {
      tool: 'rails',
      root,
      globs: globs.map(glob => (glob.startsWith('!') ? glob : under(root, glob.replace('**/db', 'db')))),
      ...flavoured(words),
    },
  ]
}

function isAbove(folder: string, root: string): boolean {
  return folder === '' || root === folder || root.startsWith(`${folder}/`)
}
