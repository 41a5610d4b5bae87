import { basename } from 'node:path/posix'
import { codeEndings, downOf, folderIn, withoutCompiled } from '../../code/ecmascript/migration.ts'
import { deepestFirst, dependsOn, flavoured, folderOf, join, under } from '../../evidence.ts'
import { byName, leadingNumber } from '../../sql-parts.ts'
import { defineTool, type Project, type TextFile } from '../../tool.ts'
import { commands } from './commands.ts'
import { read } from './read.ts'

const files = `**/migrations/**/*.${codeEndings}`

export default defineTool({
  id: 'sequelize',
  title: 'Sequelize',
  why: 'Functions `up` and `down` that get the query interface, in the order of their files’ names.',
  globs: [files, '!**/{node_modules,vendor,fixtures,testdata}/**'],
  evidence: ['**/.sequelizerc', '**/config/config.{json,js}', '**/package.json', '!**/node_modules/**'],
  detect: (evidence, paths) => deepestFirst([...configured(evidence), ...depending(evidence, paths)]),
  migrations: paths => withoutCompiled(paths).sort((a, b) => byName(basename(a), basename(b)) || byName(a, b)),
  nameOf: path => basename(path),
  versionOf: leadingNumber,
  isRepeatable: () => false,
  // Every call by itself, unless the migration opens a transaction and hands it on.
  running: ({ text }) => ({
    transaction: /\bsequelize\s*\.\s*transaction\s*\(/.test(text) ? 'file' : 'none',
    down: downOf(text),
  }),
  read,
  commands,
})

function configured(evidence: readonly TextFile[]): Project[] {
  return evidence
    .filter(file => basename(file.path) === '.sequelizerc')
    .map(({ path, text }) => {
      const root = folderOf(path)
      const said = folderIn(/["']migrations-path["']\s*:\s*([^\n]+)/.exec(text)?.[1])
      return projectOf(root, join(root, said ?? 'migrations'), evidence)
    })
}

function depending(evidence: readonly TextFile[], paths: readonly string[]): Project[] {
  const known = new Set(configured(evidence).map(project => project.root))
  return evidence
    .filter(file => basename(file.path) === 'package.json')
    .filter(file => dependsOn(file, 'sequelize') || dependsOn(file, 'sequelize-cli'))
    .map(file => folderOf(file.path))
    .filter(root => !known.has(root) && paths.some(path => root === '' || path.startsWith(`${root}/`)))
    .map(root => ({ ...projectOf(root, root, evidence), globs: [under(root, files)] }))
}

function projectOf(root: string, folder: string, evidence: readonly TextFile[]): Project {
  const config = evidence.find(
    file => /(?:^|\/)config\/config\.js(?:on)?$/.test(file.path) && file.path.startsWith(root),
  )
  const dialects = [...(config?.text ?? '').matchAll(/["']?dialect["']?\s*:\s*["'](\w+)["']/g)].map(match => match[1]!)
  const production = /["']?production["']?\s*:\s*\{[^}]*?["']?dialect["']?\s*:\s*["'](\w+)["']/.exec(config?.text ?? '')
  const words = production?.[1] ?? dialects.join(' ')
  return { tool: 'sequelize', root, globs: [under(folder, `**/*.${codeEndings}`)], ...flavoured(words) }
}
