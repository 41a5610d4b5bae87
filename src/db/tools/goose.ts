import { basename } from 'node:path/posix'
import { deepestFirst, flavoured, folderOf, join, under } from '../evidence.ts'
import { downIn, inOrder, leadingNumber, marks, upPart } from '../sql-parts.ts'
import { defineTool, type Project, type ScratchEnvironment, type TextFile, type ToolCommands } from '../tool.ts'
import { failureOf, notUnderstood, outputOf, stateOf } from '../tool-output.ts'

/** goose status: a line for each file, `Pending -- name` or the time `-- name`. GOOSE_DRIVER and GOOSE_DBSTRING come from the environment. */
const commands: ToolCommands = {
  status: ({ config }) => ({
    argv: ['goose', 'status'],
    ...(config === undefined ? {} : { env: { GOOSE_MIGRATION_DIR: config } }),
  }),
  readStatus(result, known) {
    const output = outputOf(result)
    const failure = failureOf(result, output)
    if (failure !== undefined) return failure
    const lines = [...output.matchAll(/^(.*?)\s--\s(\S+)\s*$/gm)]
    if (!/Applied At\s+Migration/.test(output) || result.ended !== 'exit' || result.code !== 0)
      return notUnderstood(result)
    const of = (pending: boolean) =>
      lines.filter(line => /\bPending\s*$/.test(line[1]!) === pending).map(line => line[2]!)
    return stateOf(of(false), of(true), known)
  },
  migrate: ({ config }, upTo, database) => ({
    argv: ['goose', ...(upTo === undefined ? ['up'] : ['up-to', leadingNumber(upTo) ?? '0'])],
    env: environment(database, config),
  }),
  revert: ({ config }, _path, database) => ({ argv: ['goose', 'down'], env: environment(database, config) }),
}

function environment(
  { flavour, host, port, user, password, database }: ScratchEnvironment,
  folder: string | undefined,
) {
  const strings = {
    postgres: `host=${host} port=${port} user=${user} password=${password} dbname=${database} sslmode=disable`,
    mysql: `${user}:${password}@tcp(${host}:${port})/${database}?parseTime=true&multiStatements=true`,
    mariadb: `${user}:${password}@tcp(${host}:${port})/${database}?parseTime=true&multiStatements=true`,
    sqlite: database,
  }
  return {
    GOOSE_DRIVER: { postgres: 'postgres', mysql: 'mysql', mariadb: 'mysql', sqlite: 'sqlite3' }[flavour],
    GOOSE_DBSTRING: strings[flavour],
    ...(folder === undefined ? {} : { GOOSE_MIGRATION_DIR: folder }),
  }
}

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
  commands,
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
    {
      tool: 'goose',
      root,
      ...(globs === undefined ? {} : { globs }),
      ...flavoured(words?.[1] ?? words?.[2] ?? ''),
      ...(folder === undefined || globs === undefined ? {} : { config: folder }),
    },
  ]
}
