import { basename } from 'node:path/posix'
import { codeEndings, downOf, folderIn, withoutCompiled } from '../../code/ecmascript/migration.ts'
import { deepestFirst, dependsOn, flavoured, folderOf, join, under } from '../../evidence.ts'
import { byName, leadingNumber } from '../../sql-parts.ts'
import { defineTool, type Project, type TextFile } from '../../tool.ts'
import { commands } from './commands.ts'
import { read } from './read.ts'

const files = `**/migrations/**/*.${codeEndings}`

export default defineTool({
  id: 'knex',
  title: 'Knex',
  why: 'Functions `up` and `down` that get the query builder, in the order of their files’ names.',
  globs: [files, '!**/{node_modules,vendor,fixtures,testdata}/**'],
  evidence: ['**/knexfile.{js,ts,cjs,mjs}', '**/package.json', '!**/node_modules/**'],
  detect: (evidence, paths) => deepestFirst([...configured(evidence), ...depending(evidence, paths)]),
  migrations: paths => withoutCompiled(paths).sort((a, b) => byName(basename(a), basename(b)) || byName(a, b)),
  nameOf: path => basename(path),
  versionOf: leadingNumber,
  isRepeatable: () => false,
  running: ({ text }) => ({
    transaction: /\bconfig\b[^;]*?\btransaction['"]?\s*:\s*false\b/.test(text) ? 'none' : 'file',
    down: downOf(text),
  }),
  read,
  commands,
})

function configured(evidence: readonly TextFile[]): Project[] {
  return evidence
    .filter(file => /(?:^|\/)knexfile\.\w+$/.test(file.path))
    .map(({ path, text }) => {
      const root = folderOf(path)
      const said = /\bmigrations['"]?\s*:\s*\{[^}]*?\bdirectory['"]?\s*:\s*([^\n}]+)/.exec(text)?.[1]
      const folder = join(root, folderIn(said) ?? 'migrations')
      const words = [...text.matchAll(/\bclient['"]?\s*:\s*["'`]([^"'`]+)["'`]/g)].map(match => match[1]!).join(' ')
      // Where a development database differs from the real one nobody can tell which is meant.
      return { tool: 'knex', root, globs: [under(folder, `**/*.${codeEndings}`)], ...flavoured(words) }
    })
}

function depending(evidence: readonly TextFile[], paths: readonly string[]): Project[] {
  const known = configured(evidence).map(project => project.root)
  return evidence
    .filter(file => basename(file.path) === 'package.json' && dependsOn(file, 'knex'))
    .map(file => folderOf(file.path))
    .filter(root => !known.some(one => one === root || one.startsWith(root === '' ? '' : `${root}/`)))
    .filter(root => paths.some(path => root === '' || path.startsWith(`${root}/`)))
    .map(root => ({ tool: 'knex', root, globs: [under(root, files)] }))
}
