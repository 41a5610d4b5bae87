import { basename } from 'node:path/posix'
import { deepestFirst, flavoured, folderOf, join, packageFolder, under } from '../evidence.ts'
import { byName, sentAtOnce } from '../sql-parts.ts'
import { defineTool, type Project, type TextFile } from '../tool.ts'

export default defineTool({
  id: 'prisma',
  title: 'Prisma Migrate',
  why: 'Each migration is a folder with a migration.sql; they run in the order of the folders’ names.',
  globs: ['**/migrations/*/migration.sql', '!**/{node_modules,vendor,fixtures,testdata}/**'],
  evidence: ['**/migration_lock.toml', '**/schema.prisma', '**/package.json', '!**/node_modules/**'],
  detect: (evidence, paths) => deepestFirst([...locked(evidence), ...unlocked(evidence, paths)]),
  migrations: paths => [...paths].sort(byName),
  nameOf: path => basename(folderOf(path)),
  versionOf: path => /^\d+/.exec(basename(folderOf(path)))?.[0],
  isRepeatable: () => false,
  // The schema engine sends the whole file at once.
  running: ({ text }, _all, dialect) => ({ transaction: sentAtOnce(text, dialect), down: 'not-expected' }),
  sql: (_path, text) => text,
})

/** migration_lock.toml lies in the migrations' folder and says the provider. */
function locked(evidence: readonly TextFile[]): Project[] {
  return evidence
    .filter(file => basename(file.path) === 'migration_lock.toml')
    .map(({ path, text }) => {
      const words = /^\s*provider\s*=\s*"([^"]*)"/m.exec(text)?.[1] ?? ''
      return projectOf(folderOf(path), words, evidence)
    })
}

/** Without a lock file: migrations beside a schema.prisma, or one folder further up when the schema is a folder of several files. */
function unlocked(evidence: readonly TextFile[], paths: readonly string[]): Project[] {
  const locks = new Set(evidence.filter(f => basename(f.path) === 'migration_lock.toml').map(f => folderOf(f.path)))
  const folders = new Set(paths.map(path => folderOf(folderOf(path))))
  return evidence
    .filter(file => basename(file.path) === 'schema.prisma')
    .flatMap(({ path, text }) => {
      const words = /datasource\s[^}]*?\bprovider\s*=\s*"([^"]*)"/.exec(text)?.[1] ?? ''
      const beside = [folderOf(path), folderOf(folderOf(path))].map(folder => join(folder, 'migrations'))
      return beside
        .filter(folder => folders.has(folder) && !locks.has(folder))
        .map(folder => projectOf(folder, words, evidence))
    })
}

function projectOf(migrations: string, words: string, evidence: readonly TextFile[]): Project {
  const above = folderOf(migrations)
  const usual = basename(above) === 'prisma' ? folderOf(above) : above
  return {
    tool: 'prisma',
    root: packageFolder(above, evidence) ?? usual,
    globs: [under(migrations, '*/migration.sql')],
    ...flavoured(words),
  }
}
