import { basename } from 'node:path/posix'
import { deepestFirst, flavoured, folderOf, join, under } from '../evidence.ts'
import { downIn, inOrder, leadingNumber, marks, upPart } from '../sql-parts.ts'
import { defineTool, type Project, type TextFile } from '../tool.ts'

export default defineTool({
  id: 'goose',
  title: 'goose',
  why: 'SQL files with `-- +goose Up` and `-- +goose Down`, and migrations written in Go, which are not read.',
  globs: ['**/migrations/[0-9]*_*.{sql,go}', '!**/*_test.go', '!**/{node_modules,vendor,fixtures,testdata}/**'],
  evidence: [
    '**/go.mod',
    '**/{Makefile,Dockerfile,Taskfile.yml,justfile}',
    '**/.env{,.example,.sample,.dist}',
    '**/{docker-compose,compose}*.{yml,yaml}',
  ],
  detect: (evidence, paths) => deepestFirst(evidence.flatMap(file => projectOf(file, evidence, paths))),
  migrations: paths => [...paths].sort((a, b) => inOrder(basename(a), basename(b)) || inOrder(a, b)),
  nameOf: path => basename(path),
  versionOf: leadingNumber,
  isRepeatable: () => false,
  running: ({ text }) => ({
    transaction: /^--\s*\+goose\s+NO\s+TRANSACTION\b/im.test(text) ? 'none' : 'file',
    down: downIn(text, marks.goose),
  }),
  sql: (_path, text) => upPart(text, [marks.goose]),
})

function projectOf(file: TextFile, evidence: readonly TextFile[], paths: readonly string[]): Project[] {
  if (!/pressly\/goose|\bgoose\b.*\b(?:up|down|status|-dir|postgres|mysql|sqlite3)\b|\bGOOSE_/.test(file.text))
    return []
  const root = folderOf(file.path)
  const beside = evidence
    .filter(one => folderOf(one.path) === root)
    .map(one => one.text)
    .join('\n')
  const said = /\bGOOSE_MIGRATION_DIR\s*[:=]\s*["']?([^"'\s]+)|\bgoose\b[^\n]*?\s-dir[ =]["']?([^"'\s]+)/.exec(beside)
  const folder = said?.[1] ?? said?.[2]
  const words = /\bGOOSE_DRIVER\s*[:=]\s*["']?(\w+)|\bgoose\b[^\n]*?\s(postgres|mysql|sqlite3)\s/.exec(beside)
  const globs =
    folder === undefined || folder.includes('$') ? undefined : [under(join(root, folder), '[0-9]*_*.{sql,go}')]
  if (globs === undefined && !paths.some(path => root === '' || path.startsWith(`${root}/`))) return []
  return [
    { tool: 'goose', root, ...(globs === undefined ? {} : { globs }), ...flavoured(words?.[1] ?? words?.[2] ?? '') },
  ]
}
