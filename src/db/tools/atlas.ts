import { basename } from 'node:path/posix'
import { atlasSumFindings } from '../atlas-sum.ts'
import { deepestFirst, flavoured, folderOf, isRecord, join, parsedJson, under } from '../evidence.ts'
import { byName, leadingNumber } from '../sql-parts.ts'
import { defineTool, type Project, type TextFile, type ToolCommands } from '../tool.ts'
import { failureOf, notUnderstood, outputOf, stateOf } from '../tool-output.ts'

/** `atlas migrate status --format '{{ json . }}'`: Available, Pending, Applied, Status, Error. */
const commands: ToolCommands = {
  status: ({ config }) => ({
    argv: [
      'atlas',
      'migrate',
      'status',
      '--format',
      '{{ json . }}',
      ...(config === undefined ? [] : ['--env', config]),
    ],
  }),
  readStatus(result, known) {
    const output = outputOf(result)
    const failure = failureOf(result, output)
    if (failure !== undefined) return failure
    const said = parsedJson(/^\{.*\}$/m.exec(output)?.[0] ?? '')
    if (!isRecord(said) || typeof said.Status !== 'string') return notUnderstood(result)
    if (typeof said.Error === 'string' && said.Error !== '')
      return { state: 'diverged', because: `a migration failed there: ${said.Error.slice(0, 200)}`, names: [] }
    return stateOf(versionsIn(said.Applied), versionsIn(said.Pending), known)
  },
  // A URL would stand among the arguments: it is read from the environment by Atlas's own template.
  migrate: ({ config }, upTo, database) => ({
    argv: [
      'atlas',
      'migrate',
      'apply',
      ...(config === undefined ? [] : ['--env', config]),
      ...(upTo === undefined ? [] : ['--to-version', leadingNumber(upTo) ?? upTo]),
    ],
    env: { DATABASE_URL: database.url, DB_URL: database.url },
  }),
}

function versionsIn(value: unknown): string[] {
  return Array.isArray(value)
    ? value.flatMap(one => (isRecord(one) && typeof one.Version === 'string' ? [one.Version] : []))
    : []
}

export default defineTool({
  id: 'atlas',
  title: 'Atlas',
  why: 'Versioned SQL files with a sum over all of them in atlas.sum.',
  globs: ['**/migrations/*.sql', '!**/{node_modules,vendor,fixtures,testdata}/**'],
  evidence: ['**/atlas.sum', '**/atlas.hcl'],
  detect: evidence => deepestFirst(evidence.flatMap(file => projectOf(file, evidence))),
  migrations: paths => [...paths].sort((a, b) => byName(basename(a), basename(b)) || byName(a, b)),
  nameOf: path => leadingNumber(path) ?? basename(path, '.sql'),
  versionOf: leadingNumber,
  isRepeatable: () => false,
  ledgers: ['**/atlas.sum'],
  running: ({ text }) => ({
    transaction: /^--\s*atlas:txmode\s+none\b/m.test(header(text)) ? 'none' : 'file',
    down: 'not-expected',
  }),
  sql: (_path, text) => delimited(withoutDown(text)),
  verify: (_project, texts) => atlasSumFindings(texts),
  commands,
})

/** A file of several (`atlas:txtar`) may hold the way back. */
function withoutDown(text: string): string {
  if (!/^--\s*atlas:txtar\b/m.test(header(text))) return text
  return text.replace(/^-- down\.sql --\n[\s\S]*?(?=^-- \S+ --$|(?![\s\S]))/m, found => found.replace(/[^\r\n]/g, ' '))
}

/** `-- atlas:delimiter //`: where a line ends with it a statement ends. A comment or an empty line needs nothing. */
function delimited(text: string): string {
  const said = /^--\s*atlas:delimiter\s+(\S+)\s*$/m.exec(header(text))?.[1]
  if (said === undefined || /^(?:;|--|\\n)/.test(said)) return text
  return text
    .split('\n')
    .map(line => {
      const bare = line.trimEnd()
      const from = bare.length - said.length
      return line.startsWith('--') || !bare.endsWith(said)
        ? line
        : `${line.slice(0, from)};${' '.repeat(said.length - 1)}${line.slice(bare.length)}`
    })
    .join('\n')
}

/** Directives of a file count only above its first empty line. */
function header(text: string): string {
  return /^(?:--[^\n]*\n)*(?=\r?\n)/.exec(text)?.[0] ?? ''
}

/** atlas.sum lies in the folder of the migrations; atlas.hcl says where that is. */
function projectOf({ path, text }: TextFile, evidence: readonly TextFile[]): Project[] {
  const folder = folderOf(path)
  if (basename(path) === 'atlas.hcl') {
    const places = [...text.matchAll(/"file:\/\/([^"?]+)[^"]*"/g)].map(match => join(folder, match[1]!))
    const sums = new Set(evidence.filter(file => basename(file.path) === 'atlas.sum').map(file => folderOf(file.path)))
    return places.filter(place => sums.has(place)).map(place => projectIn(folder, place, text))
  }
  const config = evidence.find(
    file =>
      basename(file.path) === 'atlas.hcl' &&
      [...file.text.matchAll(/"file:\/\/([^"?]+)/g)].some(match => join(folderOf(file.path), match[1]!) === folder),
  )
  return config === undefined ? [projectIn(folderOf(folder), folder, '')] : []
}

function projectIn(root: string, folder: string, config: string): Project {
  const words = [...config.matchAll(/"(?:docker:\/\/)?(\w+)(?:\/[^"]*|:\/\/[^"]*)"/g)].map(match => match[1]).join(' ')
  const env = /^[ \t]*env\s+"(\w+)"/m.exec(config)?.[1]
  return {
    tool: 'atlas',
    root,
    globs: [under(folder, '*.sql')],
    ...flavoured(words),
    ...(env === undefined ? {} : { config: env }),
  }
}
