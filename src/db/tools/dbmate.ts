import { basename } from 'node:path/posix'
import { deepestFirst, dependsOn, flavoured, folderOf, join, under } from '../evidence.ts'
import { byName, downIn, leadingNumber, marks, upPart } from '../sql-parts.ts'
import { defineTool, type Project, type TextFile, type ToolCommands } from '../tool.ts'
import { failureOf, notUnderstood, outputOf, stateOf } from '../tool-output.ts'

/** dbmate status: `[X] file` and `[ ] file` for what the code has. What the database has besides it does not name. */
const commands: ToolCommands = {
  status: project => ({ argv: [program(project), 'status'] }),
  readStatus(result, known) {
    const output = outputOf(result)
    const failure = failureOf(result, output)
    if (failure !== undefined) return failure
    const lines = [...output.matchAll(/^\[(X| )\] (\S+)\s*$/gm)]
    const applied = /^Applied: (\d+)$/m.exec(output)?.[1]
    if (applied === undefined || !/^Pending: \d+$/m.test(output)) return notUnderstood(result)
    const of = (mark: string) =>
      lines.filter(line => line[1] === mark).map(line => leadingNumber(line[2]!) ?? basename(line[2]!, '.sql'))
    return stateOf(of('X'), of(' '), known)
  },
  migrate: (project, _upTo, database) => ({
    argv: [program(project), '--no-dump-schema', 'migrate'],
    env: environment(database.url),
  }),
  revert: (project, _path, database) => ({
    argv: [program(project), '--no-dump-schema', 'rollback'],
    env: environment(database.url),
  }),
}

function program({ config }: Project): string {
  return config === 'npm' ? 'node_modules/.bin/dbmate' : 'dbmate'
}

// Only the server knows TLS or not; a scratch database of ours has none.
function environment(url: string): Record<string, string> {
  const isPostgres = /^postgres/.test(url) && !url.includes('sslmode=')
  return {
    DATABASE_URL: isPostgres
      ? `${url}${url.includes('?') ? '&' : '?'}sslmode=disable`
      : url.replace(/^mariadb:/, 'mysql:'),
  }
}

export default defineTool({
  id: 'dbmate',
  title: 'dbmate',
  why: 'SQL files with `-- migrate:up` and `-- migrate:down`, in db/migrations.',
  globs: ['**/db/migrations/*.sql', '!**/{node_modules,vendor,fixtures,testdata}/**'],
  evidence: [
    '**/package.json',
    '**/.env{,.example,.sample,.dist}',
    '**/{Makefile,Dockerfile,Procfile,Taskfile.yml,justfile}',
    '**/{docker-compose,compose}*.{yml,yaml}',
    '**/db/schema.sql',
    '!**/node_modules/**',
  ],
  detect: evidence => deepestFirst(evidence.flatMap(file => projectOf(file, evidence))),
  migrations: paths => [...paths].sort((a, b) => byName(basename(a), basename(b)) || byName(a, b)),
  nameOf: path => leadingNumber(path) ?? basename(path, '.sql'),
  versionOf: leadingNumber,
  isRepeatable: () => false,
  running: ({ text }) => ({
    transaction: /^--\s*migrate:up\b[^\n]*\btransaction:\s*false\b/m.test(text) ? 'none' : 'file',
    down: downIn(text, marks.dbmate),
  }),
  sql: (_path, text) => upPart(text, [marks.dbmate]),
  commands,
})

function projectOf(file: TextFile, evidence: readonly TextFile[]): Project[] {
  const name = basename(file.path)
  if (!says(name, file)) return []
  // dbmate's schema dump lies beside the folder of the migrations.
  const root = name === 'schema.sql' ? folderOf(folderOf(file.path)) : folderOf(file.path)
  const env = evidence.filter(one => /(?:^|\/)\.env/.test(one.path) && folderOf(one.path) === root)
  const folder = settings([file, ...env], 'DBMATE_MIGRATIONS_DIR') ?? 'db/migrations'
  const scheme = /:.*$/s
  const words =
    settings([file, ...env], 'DATABASE_URL')?.replace(scheme, '') ?? (name === 'schema.sql' ? dumped(file) : '')
  const config = evidence.some(
    one => basename(one.path) === 'package.json' && folderOf(one.path) === root && dependsOn(one, 'dbmate'),
  )
  return [
    {
      tool: 'dbmate',
      root,
      globs: [under(join(root, folder), '*.sql')],
      ...flavoured(words),
      ...(config ? { config: 'npm' } : {}),
    },
  ]
}

function says(name: string, file: TextFile): boolean {
  if (name === 'package.json') return dependsOn(file, 'dbmate')
  if (name === 'schema.sql') return /^-- Dbmate schema migrations/m.test(file.text)
  return /\bdbmate\b|\bDBMATE_/.test(file.text)
}

function settings(files: readonly TextFile[], key: string): string | undefined {
  const line = new RegExp(`\\b${key}\\s*[:=]\\s*["']?([^"'\\s]+)`)
  return files.map(file => line.exec(file.text)?.[1]).find(value => value !== undefined)
}

function dumped({ text }: TextFile): string {
  if (/^-- Dumped from database version/m.test(text) || /\bpg_catalog\b/.test(text)) return 'postgres'
  return /AUTO_INCREMENT|ENGINE=/.test(text) ? 'mysql' : ''
}
