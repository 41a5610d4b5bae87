// What the tools that keep their migrations as SQL have in common: order by number, marks for up and down, placeholders.
import { basename, dirname } from 'node:path/posix'
import type { Running } from './tool.ts'

/** Files that only run on the way back. `scale_down.sql` is one only beside `scale_up.sql`. */
export function isDownFile(path: string, all: ReadonlySet<string>): boolean {
  const name = basename(path)
  if (name === 'down.sql' || /\.(?:down|undo|rollback)\.sql$/.test(name)) return true
  if (/^U\d[\d._]*__/.test(name)) return true
  const up = name.replace(/([._-])(?:down|rollback|undo)(\.sql)$/, '$1up$2')
  return up !== name && all.has(path.slice(0, path.length - name.length) + up)
}

/** Folder by folder; in each by number where there are numbers: 2 before 10, V1.9 before V1.10. */
export function inOrder(left: string, right: string): number {
  const folders = compare(dirname(left), dirname(right))
  return folders === 0 ? compare(basename(left), basename(right)) : folders
}

/** The whole path read as bytes: for tools that know no numbers (Prisma, Atlas, TypeORM's globs). */
export function byName(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
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
  const flyway = /^[VB](\d[\d._]*?)__/.exec(name)
  if (flyway !== null) return ['V', ...flyway[1]!.split(/[._]/), '', name.slice(flyway[0].length)]
  return name.match(/\d+|\D+/g) ?? []
}

/**
 * `${schema}` (Flyway) and `{{ .Schema }}` (Go) become names of the same length. What is put in their place while the migration runs
 * is nearly always a name; a statement or a block put there leaves something that no dialect reads.
 */
export function withoutPlaceholders(text: string): string {
  return text.replace(/(?<!\$)\$\{[A-Za-z_][\w.:-]*\}|\{\{-?[^{}\n;]*\}\}/g, found => found.replace(/\W/g, '_'))
}

/** The number that a file's name begins with. */
export function leadingNumber(path: string): string | undefined {
  return /^\d+/.exec(basename(path))?.[0]
}

export interface Marks {
  readonly up: RegExp | undefined
  readonly down: RegExp
}

/** Lines that begin the part for up and for down, by the tool whose they are. */
export const marks = {
  dbmate: { up: /^--\s*migrate:up\b/, down: /^--\s*migrate:down\b/ },
  goose: { up: /^--\s*\+(?:goose|migrate|micrate)\s+up\b/i, down: /^--\s*\+(?:goose|migrate|micrate)\s+down\b/i },
  'node-pg-migrate': { up: /^\s*--[\s-]*up\s+migration/i, down: /^\s*--[\s-]*down\s+migration/i },
  play: { up: /^(?:--|#)\s*(?:---\s*)?!Ups\b/, down: /^(?:--|#)\s*(?:---\s*)?!Downs\b/ },
  mybatis: { up: undefined, down: /^--\s*\/\/\s*@UNDO\b/ },
  tern: { up: undefined, down: /^---- create above \/ drop below ----/ },
} as const satisfies Record<string, Marks>

/**
 * The text with everything below a down mark blanked out. The first of the marks that finds anything decides. A down mark counts only
 * after the same tool's up mark, where it has one: a comment in another tool's file hides nothing.
 */
export function upPart(text: string, known: readonly Marks[] = Object.values(marks)): string {
  const lines = linesOf(text)
  for (const one of known) {
    const { kept, found } = halves(lines, one)
    if (found) return kept.join('')
  }
  return text
}

/** Whether the file says the way back, below its down mark. */
export function downIn(text: string, one: Marks): Running['down'] {
  const { below, found } = halves(linesOf(text), one)
  if (!found) return 'missing'
  return isEmptySql(below.join('')) ? 'empty' : 'present'
}

/** Nothing but comments and blanks. */
export function isEmptySql(text: string): boolean {
  return (
    text
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/(?:--|#)[^\n]*/g, '')
      .trim() === ''
  )
}

function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/)
}

function halves(lines: readonly string[], { up, down }: Marks): { kept: string[]; below: string[]; found: boolean } {
  let isBelow = false
  let seen = up === undefined
  let found = false
  const below: string[] = []
  const kept = lines.map(line => {
    if (up?.test(line) === true) {
      seen = true
      isBelow = false
    } else if (seen && down.test(line)) isBelow = true
    if (!isBelow) return line
    found = true
    below.push(line)
    return line.replace(/[^\r\n]/g, ' ')
  })
  return { kept, below, found }
}

/**
 * PostgreSQL runs a text of several statements that is sent at once in one transaction, and one statement by itself ("Multiple
 * Statements in a Simple Query"). MySQL and SQLite do not.
 */
export function sentAtOnce(text: string, dialect: string): Running['transaction'] {
  if (dialect !== 'postgres') return 'none'
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/--[^\n]*/g, '')
  return /;\s*\S/.test(plain) ? 'file' : 'none'
}
