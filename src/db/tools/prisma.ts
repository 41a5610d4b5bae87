import { basename } from 'node:path/posix'
import { deepestFirst, flavoured, folderOf, join, packageFolder, under } from '../evidence.ts'
import { bin, onScratch } from '../javascript-commands.ts'
import { byName, sentAtOnce } from '../sql-parts.ts'
import { defineTool, type Project, type TextFile, type ToolCommands } from '../tool.ts'
import { failureOf, notUnderstood, outputOf, stateOf } from '../tool-output.ts'

// The datasource names the variable that holds the URL; without one it would run on the project's own database.
const deploy = `const { existsSync, readFileSync } = require('node:fs');
const file = ['prisma/schema.prisma', 'schema.prisma', 'prisma.config.ts'].find(path => existsSync(path));
const name = /env\\(["'](\\w+)["']\\)/.exec(file === undefined ? '' : readFileSync(file, 'utf8'))?.[1];
if (name === undefined) throw new Error('the datasource names no environment variable for its URL');
process.env[name] = scratch.url;
process.argv.splice(1, 0, 'prisma');
require(own.resolve('prisma/build/index.js'))`

/** Prisma CLI, `migrate status`: ends with 1 when something is pending, when it failed, and when it went apart. Only its words tell. */
const commands: ToolCommands = {
  status: () => bin('prisma', 'migrate', 'status'),
  readStatus(result, known) {
    const output = outputOf(result)
    const failure = failureOf(result, output)
    if (failure !== undefined) return failure
    const below = (title: RegExp) => namesBelow(output, title)
    const failed = below(/^Following migrations? have failed:/m)
    if (failed.length > 0) return { state: 'diverged', because: 'migrations have failed there', names: failed }
    const strange = [
      ...below(/^The migrations? from the database (?:is|are) not found locally/m),
      ...below(/^The following migrations? (?:is|are) applied to the database but missing/m),
    ]
    if (strange.length > 0 || /^Your local migration history and the migrations table .* are different/m.test(output))
      return {
        state: 'diverged',
        because: 'the database has run migrations that the code does not have',
        names: strange,
      }
    if (/is not managed by Prisma Migrate/.test(output))
      return { state: 'unknown', because: 'Prisma Migrate has never run on that database' }
    const pending = below(/^Following migrations? have not yet been applied:/m)
    if (pending.length > 0) return { state: 'pending', pending }
    const isClean = /Database schema is up to date!/.test(output) && result.ended === 'exit' && result.code === 0
    return isClean ? stateOf(known, [], known) : notUnderstood(result)
  },
  migrate: (_project, _upTo, database) => onScratch(deploy, ['migrate', 'deploy'], database),
}

/** The names that stand line by line under a title, after at most one empty line. */
function namesBelow(output: string, title: RegExp): string[] {
  const found = title.exec(output)
  if (found === null) return []
  const lines = output.slice(found.index).split('\n').slice(1)
  const from = lines[0]?.trim() === '' ? 1 : 0
  const end = lines.findIndex((line, index) => index >= from && !/^\s*\S+\s*$/.test(line))
  return lines.slice(from, end < 0 ? undefined : end).map(line => line.trim())
}

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
  commands,
})

/** migration_lock.toml lies in the migrations' folder and says the provider. */
function locked(evidence: readonly TextFile[]): Project[] {
  return evidence
    .filter(file => basename(file.path) === 'migration_lock.toml')
    .map(({ path, text }) => {
      const words = /^[ \t]*provider\s*=\s*"([^"]*)"/m.exec(text)?.[1] ?? ''
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
