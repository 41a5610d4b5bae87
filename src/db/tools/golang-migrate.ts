import { basename } from 'node:path/posix'
import { deepestFirst, flavoured, folderOf, under } from '../evidence.ts'
import { inOrder, leadingNumber, sentAtOnce } from '../sql-parts.ts'
import { defineTool, type Project, type TextFile } from '../tool.ts'

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
  if (!isOurs && /uptrace\/bun|^\s*sqlx\b/m.test(text)) return []
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
    },
  ]
}
