// Which database a repository uses, told by its files.
import type { Flavour } from './rule.ts'
import type { DialectId } from './statement.ts'

/** Files that may say it, most telling first. */
export const evidenceGlobs = [
  '**/prisma/migrations/migration_lock.toml',
  '**/schema.prisma',
  '**/drizzle.config.{ts,js,mjs,cjs,json}',
  '**/knexfile.{ts,js,mjs,cjs}',
  '**/{atlas.hcl,sqlc.yaml,sqlc.yml,diesel.toml,sqitch.conf,flyway.conf,flyway.toml}',
  '**/supabase/config.toml',
  '**/config/database.{php,yml}',
  '**/.env{.example,.dist,.sample,}',
  '**/{docker-compose,compose}*.{yml,yaml}',
  '{package.json,composer.json,go.mod,Gemfile,requirements.txt,pyproject.toml,Cargo.toml}',
  '!**/{node_modules,vendor,fixtures,testdata}/**',
]

export interface Evidence {
  readonly path: string
  readonly text: string
}

export interface Guess {
  /** Best guess first. One alone when a migration tool's own file says it. */
  readonly dialects: readonly [DialectId, ...DialectId[]]
  /** What told us; undefined when nothing did. */
  readonly because: string | undefined
  /** Set when the same words also tell MySQL from MariaDB, or when there is no such question. */
  readonly flavour: Flavour | undefined
}

/** `fresh` and `earlier`: texts of migrations, for what their syntax gives away; what has run before is evidence, what is being judged only a hint. */
export function guessDialect(
  evidence: readonly Evidence[],
  fresh: readonly string[],
  earlier: readonly string[] = [],
): Guess {
  for (const source of sources) {
    const files = evidence.filter(({ path }) => source.files.test(path))
    const said = new Map(files.flatMap(({ path, text }) => named(source.says(text)).map(dialect => [dialect, path])))
    const [first] = said
    if (said.size !== 1 || first === undefined) continue
    const [dialect, because] = first
    const words = files.map(({ text }) => source.says(text)).join('\n')
    return { dialects: source.sure ? [dialect] : ledBy(dialect), because, flavour: flavourOf(dialect, words) }
  }
  const shown = hintedBy(earlier.join('\n'))
  if (shown !== undefined) return { dialects: ledBy(shown), because: 'the SQL itself', flavour: flavourOf(shown, '') }
  const hinted = hintedBy(fresh.join('\n'))
  return { dialects: hinted === undefined ? all : ledBy(hinted), because: undefined, flavour: undefined }
}

// A config that says `mysql` may well mean MariaDB, which answers to that name; `mariadb` means nothing else.
function flavourOf(dialect: DialectId, words: string): Flavour | undefined {
  if (dialect !== 'mysql') return dialect
  return /mariadb/i.test(words) ? 'mariadb' : undefined
}

const all: readonly [DialectId, ...DialectId[]] = ['postgres', 'mysql', 'sqlite']

function ledBy(dialect: DialectId): readonly [DialectId, ...DialectId[]] {
  return [dialect, ...all.filter(other => other !== dialect)]
}

interface Source {
  readonly files: RegExp
  /** The part of the file that can name a database. */
  says(text: string): string
  /** The migration tool itself says it. */
  readonly sure: boolean
}

const sources: readonly Source[] = [
  { files: /migration_lock\.toml$/, says: text => lines(text, /^\s*provider\b/), sure: true },
  {
    files: /schema\.prisma$/,
    says: text => lines(/datasource\s[^}]*/.exec(text)?.[0] ?? '', /^\s*provider\b/),
    sure: true,
  },
  { files: /drizzle\.config\./, says: text => lines(text, /\b(?:dialect|driver)\b/), sure: true },
  { files: /supabase\/config\.toml$/, says: () => 'postgres', sure: true },
  { files: /sqlc\.ya?ml$|diesel\.toml$|sqitch\.conf$/, says: text => lines(text, /engine|target|backend/), sure: true },
  { files: /flyway\.(?:conf|toml)$|atlas\.hcl$/, says: text => lines(text, /url/), sure: true },
  { files: /knexfile\./, says: text => lines(text, /\bclient\b/), sure: true },
  {
    files: /\.env[^/]*$/,
    says: text => lines(text, /^\s*(?:export\s+)?(?:DATABASE_URL|DB_CONNECTION|DB_URL|DB_DRIVER)\s*=/),
    sure: false,
  },
  { files: /config\/database\.php$/, says: text => /'default'\s*=>[^\n]*/.exec(text)?.[0] ?? '', sure: false },
  { files: /config\/database\.yml$/, says: text => lines(text, /\badapter:/), sure: false },
  { files: /compose[^/]*\.ya?ml$/, says: text => lines(text, /^\s*image:/), sure: false },
  { files: /\.(?:json|mod|toml|txt)$|Gemfile$/, says: drivers, sure: false },
]

function lines(text: string, wanted: RegExp): string {
  return text
    .split('\n')
    .filter(line => wanted.test(line))
    .join('\n')
}

function named(said: string): DialectId[] {
  return [
    /postg(?:res|is)|pgsql|timescale|cockroach/i.test(said) ? ['postgres' as const] : [],
    /mysql|mariadb|percona/i.test(said) ? ['mysql' as const] : [],
    /sqlite|libsql|turso/i.test(said) ? ['sqlite' as const] : [],
  ].flat()
}

/** Names of database drivers in a list of dependencies. */
function drivers(text: string): string {
  return [
    /"(?:pg|postgres)"|lib\/pq|jackc\/pgx|psycopg|asyncpg|gem ['"]pg['"]|tokio-postgres/.test(text) ? 'postgres' : '',
    /"mysql2?"|"mariadb"|go-sql-driver\/mysql|mysqlclient|PyMySQL|gem ['"]mysql2['"]/i.test(text) ? 'mysql' : '',
    /"(?:better-)?sqlite3"|mattn\/go-sqlite3|modernc\.org\/sqlite|aiosqlite|gem ['"]sqlite3['"]|rusqlite/.test(text)
      ? 'sqlite'
      : '',
  ].join(' ')
}

function hintedBy(sql: string): DialectId | undefined {
  const counts: [DialectId, number][] = [
    [
      'postgres',
      count(
        sql,
        /\b(?:BIG)?SERIAL\b|::\w|\$\$|\bJSONB\b|\bTIMESTAMPTZ\b|\bUSING (?:gin|gist|btree)\b|\bIF EXISTS ONLY\b/gi,
      ),
    ],
    [
      'mysql',
      count(
        sql,
        /\bAUTO_INCREMENT\b|\bENGINE\s*=|^[ \t]*DELIMITER\b|\/\*!\d{5}|\bUNSIGNED\b|\bMODIFY\b|\butf8mb4\b/gim,
      ),
    ],
    ['sqlite', count(sql, /\bAUTOINCREMENT\b|\bPRAGMA\b|\bWITHOUT ROWID\b/gi)],
  ]
  counts.sort((left, right) => right[1] - left[1])
  return counts[0]![1] > counts[1]![1] ? counts[0]![0] : undefined
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length
}
