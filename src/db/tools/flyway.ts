import { basename } from 'node:path/posix'
import { deepestFirst, flavoured, folderOf, isRecord, join, parsedJson, under } from '../evidence.ts'
import { inOrder, withoutPlaceholders } from '../sql-parts.ts'
import { defineTool, type Project, type ScratchEnvironment, type TextFile, type ToolCommands } from '../tool.ts'
import { failureOf, notUnderstood, outputOf, stateOf } from '../tool-output.ts'

/** `flyway info -outputType=json`. Checksums stand in the database only: `flyway validate` compares them, nothing in the files does. */
const commands: ToolCommands = {
  status: () => ({ argv: ['flyway', 'info', '-outputType=json'] }),
  readStatus(result, known) {
    const output = outputOf(result)
    const failure = failureOf(result, output)
    if (failure !== undefined) return failure
    const said = parsedJson(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1))
    if (!isRecord(said) || !Array.isArray(said.migrations)) return notUnderstood(result)
    const all = (said.migrations as unknown[]).filter(isRecord).map(one => ({
      name: String(one.version || one.description || ''),
      state: String(one.state ?? '').toLowerCase(),
    }))
    const strange = all.filter(one => /missing|future|failed|deleted/.test(one.state)).map(one => one.name)
    if (strange.length > 0)
      return {
        state: 'diverged',
        because: 'its history table has what the code does not have, or what failed',
        names: strange,
      }
    const waits = /pending|outdated|ignored|available/
    const of = (pending: boolean) => all.filter(one => waits.test(one.state) === pending).map(one => one.name)
    return stateOf(
      of(false).filter(name => known.includes(name)),
      of(true),
      known,
    )
  },
  migrate: (_project, upTo, database) => ({
    argv: [
      'flyway',
      'migrate',
      ...(upTo === undefined || versionOf(upTo) === undefined ? [] : [`-target=${versionOf(upTo)}`]),
    ],
    env: environment(database),
  }),
}

// Environment variables win over the config files.
function environment({ flavour, host, port, database, user, password }: ScratchEnvironment): Record<string, string> {
  const name = flavour === 'postgres' ? 'postgresql' : flavour
  const url = flavour === 'sqlite' ? `jdbc:sqlite:${database}` : `jdbc:${name}://${host}:${port}/${database}`
  return { FLYWAY_URL: url, FLYWAY_USER: user, FLYWAY_PASSWORD: password }
}

export default defineTool({
  id: 'flyway',
  title: 'Flyway',
  why: 'Versioned (V1__a.sql), repeatable (R__a.sql), baseline (B1__a.sql) and undo (U1__a.sql) files, by their names.',
  globs: ['**/{V,U,B}[0-9]*__*.sql{,.conf}', '**/R__*.sql{,.conf}', '!**/{node_modules,vendor,fixtures,testdata}/**'],
  evidence: [
    '**/{flyway,flyway.user}.{conf,toml}',
    '**/{pom.xml,build.gradle,build.gradle.kts}',
    '**/application*.{properties,yml,yaml}',
    '!**/node_modules/**',
  ],
  detect: (evidence, paths) => deepestFirst([...configured(evidence), ...found(evidence, paths)]),
  migrations(paths) {
    const up = paths.filter(path => path.endsWith('.sql') && !/^U\d/.test(basename(path)))
    const versioned = up.filter(path => !isRepeatable(path)).sort(inOrder)
    return [...versioned, ...up.filter(isRepeatable).sort((a, b) => inOrder(basename(a), basename(b)))]
  },
  nameOf: path => versionOf(path) ?? basename(path, '.sql').replace(/^R__/, '').replaceAll('_', ' '),
  versionOf,
  isRepeatable,
  running: ({ path, text }, all, dialect) => ({
    // A script config beside it may say `executeInTransaction=false`; its text is not at hand here.
    transaction: all.has(`${path}.conf`) ? 'unknown' : dialect === 'postgres' && runsAlone(text) ? 'none' : 'file',
    down: all.has(path.replace(/(^|\/)V(?=\d[^/]*$)/, '$1U')) ? 'present' : 'not-expected',
  }),
  sql: (_path, text) => withoutPlaceholders(text),
  commands,
})

function isRepeatable(path: string): boolean {
  return /^R__/.test(basename(path))
}

function versionOf(path: string): string | undefined {
  return /^[VUB](\d[\d._]*?)__/.exec(basename(path))?.[1]?.replaceAll('_', '.')
}

// Flyway's PostgreSQL parser takes these out of the transaction by itself ("canExecuteInTransaction").
function runsAlone(text: string): boolean {
  return /\bCONCURRENTLY\b|^[ \t]*(?:VACUUM|CREATE\s+(?:DATABASE|TABLESPACE)|ALTER\s+SYSTEM)\b|\bALTER\s+TYPE\b[^;]*\bADD\s+VALUE\b/im.test(
    text,
  )
}

function configured(evidence: readonly TextFile[]): Project[] {
  return evidence
    .filter(file => /(?:^|\/)flyway(?:\.user)?\.(?:conf|toml)$/.test(file.path))
    .flatMap(({ path, text }) => {
      const folder = folderOf(path)
      const root = basename(folder) === 'conf' ? folderOf(folder) : folder
      const said = /^[ \t]*(?:flyway\.)?locations\s*=\s*(.+)$/m.exec(text)?.[1] ?? 'filesystem:sql'
      const places = [...said.matchAll(/filesystem:([^",\]\s]+)/g)].map(match => join(root, match[1]!))
      return projectOf(root, places, text)
    })
}

/** Without a config file: the names of the files say enough. */
function found(evidence: readonly TextFile[], paths: readonly string[]): Project[] {
  const claimed = configured(evidence).flatMap(project => project.globs ?? [])
  const folders = new Set(paths.filter(path => versionOf(path) !== undefined || isRepeatable(path)).map(folderOf))
  return [...folders]
    .filter(folder => !claimed.some(glob => glob.startsWith(under(folder, ''))))
    .flatMap(folder => {
      const root = folder.replace(/(?:^|\/)src\/main\/resources\/.*$/, '')
      const about = evidence.filter(file => root === '' || file.path.startsWith(`${root}/`))
      return projectOf(root === folder ? folderOf(folder) : root, [folder], about.map(file => file.text).join('\n'))
    })
}

function projectOf(root: string, places: readonly string[], text: string): Project[] {
  if (places.length === 0) return []
  const words = [...text.matchAll(/\bjdbc:(?:tracing:|p6spy:)?(\w+)/g)].map(match => match[1]!).join(' ')
  const globs = places.flatMap(place => [
    under(place, '**/{V,U,B}[0-9]*__*.sql{,.conf}'),
    under(place, '**/R__*.sql{,.conf}'),
  ])
  return [{ tool: 'flyway', root, globs, ...flavoured(words) }]
}
