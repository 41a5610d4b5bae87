import { basename, dirname } from 'node:path/posix'
import { defineTool } from '../tool.ts'

export default defineTool({
  id: 'sql',
  title: 'Migrations in SQL files',
  why: 'Plain SQL, and the tools that keep their migrations as SQL: Prisma, Drizzle, Flyway, dbmate, goose, golang-migrate, sqitch, Supabase, Diesel and others.',
  globs: [
    '**/{migrations,Migrations,migration,migrate}/**/*.sql',
    '**/drizzle/**/*.sql',
    '**/{V,U,R}*__*.sql',
    'deploy/**/*.sql',
    '!**/{node_modules,vendor,fixtures,testdata}/**',
  ],
  evidence: [],
  detect: (_evidence, paths) => (paths.length === 0 ? [] : [{ tool: 'sql', root: '' }]),
  migrations(paths) {
    const all = new Set(paths)
    return paths.filter(path => !isDown(path, all)).sort(inOrder)
  },
  nameOf: path => basename(path, '.sql'),
  versionOf: path => /^[VR]?(\d[\d._]*)/.exec(basename(path))?.[1],
  running: () => ({ transaction: 'unknown', down: 'not-expected' }),
  sql: (_path, text) => withoutPlaceholders(upPart(text)),
  // Flyway runs R__ files again whenever their checksum changes ("Repeatable migrations").
  isRepeatable: path => /^R__/.test(basename(path)),
})

/** Files that only run on the way back. `scale_down.sql` is one only beside `scale_up.sql`. */
function isDown(path: string, all: ReadonlySet<string>): boolean {
  const name = basename(path)
  if (name === 'down.sql' || /\.(?:down|undo|rollback)\.sql$/.test(name)) return true
  if (/^U\d[\d._]*__/.test(name)) return true
  const up = name.replace(/([._-])(?:down|rollback|undo)(\.sql)$/, '$1up$2')
  return up !== name && all.has(path.slice(0, path.length - name.length) + up)
}

/** Folder by folder; in each by number where there are numbers: 2 before 10, V1.9 before V1.10. */
function inOrder(left: string, right: string): number {
  const folders = compare(dirname(left), dirname(right))
  return folders === 0 ? compare(basename(left), basename(right)) : folders
}

function compare(left: string, right: string): number {
  const [a, b] = [parts(left), parts(right)]
  for (const [index, part] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    if (part === other) continue
    const numbers = /^\d/.test(part) && /^\d/.test(other)
    if (numbers && BigInt(part) !== BigInt(other)) return BigInt(part) < BigInt(other) ? -1 : 1
    return part < other ? -1 : 1
  }
  return a.length - b.length
}

// Flyway's V1__a comes before V1.2__b: a version that ends is less than one that goes on.
function parts(name: string): string[] {
  const flyway = /^V(\d[\d._]*?)__/.exec(name)
  if (flyway !== null) return ['V', ...flyway[1]!.split(/[._]/), '', name.slice(flyway[0].length)]
  return name.match(/\d+|\D+/g) ?? []
}

/**
 * `${schema}` (Flyway) and `{{ .Schema }}` (Go) become names of the same length. What is put in their place while the migration runs
 * is nearly always a name; a statement or a block put there leaves something that no dialect reads.
 */
function withoutPlaceholders(text: string): string {
  return text.replace(/(?<!\$)\$\{[A-Za-z_][\w.:-]*\}|\{\{-?[^{}\n;]*\}\}/g, found => found.replace(/\W/g, '_'))
}

/**
 * Lines that begin the part for up and for down. dbmate, goose, sql-migrate, micrate, node-pg-migrate, MyBatis, Play evolutions, tern.
 * A down mark counts only after the same tool's up mark, where it has one: a comment in another tool's file hides nothing.
 */
const conventions: readonly { up: RegExp | undefined; down: RegExp }[] = [
  { up: /^--\s*migrate:up\b/, down: /^--\s*migrate:down\b/ },
  { up: /^--\s*\+(?:goose|migrate|micrate)\s+up\b/i, down: /^--\s*\+(?:goose|migrate|micrate)\s+down\b/i },
  { up: /^--\s*up migration\b/i, down: /^--\s*down migration\b/i },
  { up: /^(?:--|#)\s*(?:---\s*)?!Ups\b/, down: /^(?:--|#)\s*(?:---\s*)?!Downs\b/ },
  { up: undefined, down: /^--\s*\/\/\s*@UNDO\b/ },
  { up: undefined, down: /^---- create above \/ drop below ----/ },
]

function upPart(text: string): string {
  for (const { up, down } of conventions) {
    const lines = text.split(/(?<=\n)/)
    let seen = up === undefined
    let below = false
    let blanked = false
    const kept = lines.map(line => {
      if (up?.test(line) === true) {
        seen = true
        below = false
      } else if (seen && down.test(line)) below = true
      if (!below) return line
      blanked = true
      return line.replace(/[^\r\n]/g, ' ')
    })
    if (blanked) return kept.join('')
  }
  return text
}
