import { basename, dirname } from 'node:path/posix'
import { globMatcher } from '../../core/glob.ts'
import { evidenceGlobs, guessDialect } from '../../db/detect-dialect.ts'
import { tools } from '../../db/tools/registry.generated.ts'
import type { Facts, Seen } from './facts.ts'

export interface Migrations {
  /** The tool and its folders, for people. */
  readonly tool: Seen
  /** Only where they lie where the gate would not look by itself. */
  readonly globs?: readonly string[]
  /** Undefined when nothing says it. */
  readonly dialect?: Seen
  /** Whether it is SQL, which needs a dialect to be read. */
  readonly isSql: boolean
}

/** The migrations of a repository; undefined when it shows none. */
export function findMigrations(facts: Facts): Migrations | undefined {
  const sql = sqlFiles(facts)
  if (sql.length > 0) {
    const folders = foldersOf(sql)
    const dialect = dialectOf(facts, sql)
    return {
      tool: { value: sqlTool(facts, sql), because: folders.join(', ') },
      isSql: true,
      ...(dialect && { dialect }),
    }
  }
  const elsewhere = facts.files.filter(path => /^(db|database|sql|schema)\/(.*\/)?[Vv]?\d+[^/]*\.sql$/.test(path))
  if (elsewhere.length > 0) {
    const dialect = dialectOf(facts, elsewhere)
    const folders = foldersOf(elsewhere)
    return {
      tool: { value: 'SQL files', because: folders.join(', ') },
      globs: folders.map(folder => `${folder}/*.sql`),
      isSql: true,
      ...(dialect && { dialect }),
    }
  }
  const tool = codeTool(facts)
  return tool === undefined ? undefined : { tool, isSql: false }
}

function sqlFiles(facts: Facts): string[] {
  const sql = facts.files.filter(path => path.endsWith('.sql'))
  const found = tools.flatMap(tool =>
    tool.migrations(sql.filter(globMatcher(tool.globs)), new Map(Object.entries(facts.texts))),
  )
  return [...new Set(found)]
}

function foldersOf(paths: readonly string[]): string[] {
  const folders = [...new Set(paths.map(path => dirname(path)))]
  // Prisma, Diesel: a folder for each migration.
  return folders.length > 3 ? [...new Set(folders.map(folder => dirname(folder)))].slice(0, 3) : folders
}

function dialectOf(facts: Facts, sql: readonly string[]): Seen | undefined {
  const isEvidence = globMatcher(evidenceGlobs)
  const evidence = facts.files.flatMap(path => {
    const text = facts.texts[path]
    return text === undefined || !isEvidence(path) ? [] : [{ path, text }]
  })
  const texts = sql.flatMap(path => facts.texts[path] ?? [])
  const { dialects, because } = guessDialect(evidence, [], texts)
  return because === undefined ? undefined : { value: dialects[0], because }
}

function sqlTool(facts: Facts, sql: readonly string[]): string {
  const text = sql.map(path => facts.texts[path] ?? '').join('\n')
  const has = (pattern: RegExp) => facts.files.some(path => pattern.test(path))
  if (has(/(^|\/)schema\.prisma$/)) return 'Prisma'
  if (has(/(^|\/)drizzle\.config\./)) return 'Drizzle'
  if (has(/(^|\/)supabase\/config\.toml$/)) return 'Supabase'
  if (has(/(^|\/)diesel\.toml$/)) return 'Diesel'
  if (has(/(^|\/)sqitch\.(conf|plan)$/)) return 'sqitch'
  if (sql.some(path => /^V\d[\d._]*__/.test(basename(path)))) return 'Flyway'
  if (/^--\s*migrate:up/m.test(text)) return 'dbmate'
  if (/^--\s*\+goose\s+up/im.test(text)) return 'goose'
  if (sql.some(path => path.endsWith('.up.sql'))) return 'golang-migrate'
  return 'SQL files'
}

function codeTool(facts: Facts): Seen | undefined {
  const find = (pattern: RegExp) => facts.files.find(path => pattern.test(path))
  const tools: readonly (readonly [tool: string, migration: RegExp, sign?: RegExp])[] = [
    ['Laravel', /^database\/migrations\/.*\.php$/, /^artisan$/],
    ['Django', /(^|\/)migrations\/\d{4}_\w+\.py$/],
    ['Rails', /^db\/migrate\/\d+_\w+\.rb$/],
    ['Alembic', /(^|\/)versions\/\w+\.py$/, /(^|\/)alembic\.ini$|(^|\/)alembic\/env\.py$/],
    ['Knex', /(^|\/)migrations\/[^/]+\.[cm]?[jt]s$/, /(^|\/)knexfile\.[cm]?[jt]s$/],
    ['Doctrine', /(^|\/)migrations\/.*Version\d+\.php$/],
    ['TypeORM', /(^|\/)migrations?\/\d+-?\w+\.ts$/],
  ]
  for (const [tool, migration, sign] of tools) {
    const path = find(migration)
    if (path !== undefined && (sign === undefined || find(sign) !== undefined))
      return { value: tool, because: dirname(path) }
  }
  return undefined
}
