import { basename } from 'node:path/posix'
import type { Command } from '../../core/world.ts'
import { deepestFirst, flavoured, folderOf, under } from '../evidence.ts'
import { inOrder, leadingNumber, sentAtOnce } from '../sql-parts.ts'
import { defineTool, type Project, type TextFile, type ToolCommands } from '../tool.ts'
import { failureOf, notUnderstood, outputOf } from '../tool-output.ts'

// It takes the URL as an argument and in no other way. The shell is given no value: it reads the variable where it runs.
const migrate = (folder: string, ...words: string[]): Command => ({
  argv: [
    'sh',
    '-c',
    'path=$1; shift; exec migrate -path "$path" -database "$DATABASE_URL" "$@"',
    'sh',
    folder,
    ...words,
  ],
})

/** `migrate version` says one number on stderr, with `(dirty)` when the last one failed. */
const commands: ToolCommands = {
  status: project => migrate(project.config ?? 'migrations', 'version'),
  readStatus(result, known) {
    const output = outputOf(result)
    const failure = failureOf(result, output)
    if (failure !== undefined) return failure
    if (/^error: no migration\s*$/m.test(output))
      return known.length === 0 ? { state: 'clean' } : { state: 'pending', pending: known }
    const said = /^(\d+)( \(dirty\))?\s*$/m.exec(output)
    if (said === null) return notUnderstood(result)
    const [, number, dirty] = said
    if (dirty !== undefined)
      return { state: 'diverged', because: 'the last migration failed there (dirty)', names: [number!] }
    if (!known.includes(number!))
      return {
        state: 'diverged',
        because: 'the database is at a version that the code does not have',
        names: [number!],
      }
    // It keeps the last version only: whatever comes after it has not run.
    const pending = known.slice(known.indexOf(number!) + 1)
    return pending.length === 0 ? { state: 'clean' } : { state: 'pending', pending }
  },
  migrate: (project, upTo, database) => ({
    ...migrate(
      project.config ?? 'migrations',
      ...(upTo === undefined ? ['up'] : ['goto', String(BigInt(leadingNumber(upTo) ?? '0'))]),
    ),
    env: { DATABASE_URL: withoutTls(database.url) },
  }),
  revert: (project, _path, database) => ({
    ...migrate(project.config ?? 'migrations', 'down', '1'),
    env: { DATABASE_URL: withoutTls(database.url) },
  }),
}

function withoutTls(url: string): string {
  return /^postgres/.test(url) && !url.includes('sslmode=')
    ? `${url}${url.includes('?') ? '&' : '?'}sslmode=disable`
    : url
}

export default defineTool({
  id: 'golang-migrate',
  title: 'golang-migrate',
  why: 'Pairs of 000001_name.up.sql and 000001_name.down.sql, run in the order of their numbers.',
  globs: ['**/[0-9]*_*.{up,down}.sql', '!**/{node_modules,vendor,fixtures,testdata}/**'],
  evidence: [
    '**/{go.mod,Cargo.toml}',
    '**/{Makefile,Dockerfile,Taskfile.yml,justfile}',
    '**/{docker-compose,compose}*.{yml,yaml}',
  ],
  detect: (evidence, paths) => deepestFirst(foldersOf(paths).flatMap(folder => projectOf(folder, evidence))),
  migrations: paths => paths.filter(path => path.endsWith('.up.sql')).sort(inOrder),
  nameOf: path => String(BigInt(leadingNumber(path) ?? '0')),
  versionOf: leadingNumber,
  isRepeatable: () => false,
  running: ({ path, text }, all, dialect) => ({
    // The sqlite3 driver wraps each file by itself; the others send it at once.
    transaction: dialect === 'sqlite' ? 'file' : sentAtOnce(text, dialect),
    down: all.has(path.replace(/\.up\.sql$/, '.down.sql')) ? 'present' : 'missing',
  }),
  sql: (_path, text) => text,
  commands,
})

function foldersOf(paths: readonly string[]): string[] {
  return [...new Set(paths.filter(path => /^\d+_.*\.up\.sql$/.test(basename(path))).map(folderOf))]
}

/** The names alone are also those of sqlx and bun: not claimed when those are what the project depends on. */
function projectOf(folder: string, evidence: readonly TextFile[]): Project[] {
  const above = evidence.filter(
    file => folderOf(file.path) === '' || `${folder}/`.startsWith(`${folderOf(file.path)}/`),
  )
  const text = above.map(file => file.text).join('\n')
  const isOurs =
    /golang-migrate\/migrate|\bmigrate\/migrate\b|\bmigrate\s+(?:-\w+\s+\S+\s+)*-(?:path|source|database)\b/.test(text)
  if (!isOurs && /uptrace\/bun|^[ \t]*sqlx\b/m.test(text)) return []
  const home = above.find(file => basename(file.path) === 'go.mod')
  const words = [...text.matchAll(/migrate\/v4\/database\/(\w+)|\b(postgres(?:ql)?|mysql|sqlite3?):\/\//g)].map(
    m => m[1] ?? m[2],
  )
  return [
    {
      tool: 'golang-migrate',
      root: home === undefined ? folderOf(folder) : folderOf(home.path),
      globs: [under(folder, '[0-9]*_*.{up,down}.sql')],
      ...flavoured(words.join(' ')),
      config:
        home === undefined
          ? basename(folder)
          : folder.slice(folderOf(home.path) === '' ? 0 : folderOf(home.path).length + 1),
    },
  ]
}
