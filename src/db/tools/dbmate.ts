import { basename } from 'node:path/posix'
import { deepestFirst, dependsOn, flavoured, folderOf, join, under } from '../evidence.ts'
import { byName, downIn, leadingNumber, marks, upPart } from '../sql-parts.ts'
import { defineTool, type Project, type TextFile } from '../tool.ts'

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
  return [{ tool: 'dbmate', root, globs: [under(join(root, folder), '*.sql')], ...flavoured(words) }]
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
