// Findings about a migration file as a whole: edited, renamed or deleted after databases may have run it, or not readable at all.
import type { Finding } from '../core/finding.ts'
import { Scanner } from './lexer.ts'
import type { SplitRules } from './split.ts'

/** What became of a migration that the branch already has. `branch`: as people call it, for example `main`. */
export interface Afterwards {
  readonly path: string
  readonly branch: string
}

export function editedFinding({ path, branch }: Afterwards, sameSql: boolean): Finding {
  return {
    rule: 'edited-migration',
    severity: sameSql ? 'warning' : 'error',
    what: `${path} was edited after it was on ${branch}${sameSql ? ', in its comments only' : ''}.`,
    why: sameSql
      ? 'Tools that keep a checksum of every migration (Flyway, Prisma, Atlas) will refuse to go on.'
      : 'Databases that have run it will not run it again: from now on they differ from new ones.',
    instead: sameSql
      ? `Restore the file as ${branch} has it.`
      : `Restore the file as ${branch} has it and write the change as a new migration. If no database has run it, say so in the file:\n${commentOf(path)} ship-guard:allow edited-migration <reason>`,
    at: { file: path, line: 1 },
  }
}

/** How a comment begins in the language of a migration. */
export function commentOf(path: string): string {
  if (path.endsWith('.sql')) return '--'
  return /\.(?:py|rb)$/.test(path) ? '#' : '//'
}

/** `isRenumbered`: what orders it (its version) is another one now. */
export function renamedFinding({ path, branch }: Afterwards, from: string, isRenumbered = false): Finding {
  return {
    rule: isRenumbered ? 'renumbered-migration' : 'renamed-migration',
    severity: 'warning',
    what: `${from} is on ${branch} and is now called ${path}.`,
    why: isRenumbered
      ? 'Databases that have run it under its old number will run it again, and new ones run it at another place in the order.'
      : 'Most tools know a migration by its name: databases that have run it will run it again.',
    instead: `Give it its old ${isRenumbered ? 'number' : 'name'} back, unless no database has run it.`,
    at: { file: path },
  }
}

// Deleting changes no database that has run it, and squashing old migrations is ordinary work: told, not stopped.
export function deletedFinding({ path, branch }: Afterwards): Finding {
  return {
    rule: 'deleted-migration',
    severity: 'warning',
    what: `${path} is on ${branch} and is deleted.`,
    why: 'Databases that have run it keep what it made; new ones will not have it.',
    instead:
      'Keep the file and undo it in a new migration, unless this replaces old migrations by one that makes the same.',
    at: { file: path },
  }
}

export function unreadableFile(path: string, because: string): Finding {
  return {
    rule: 'unreadable-migration',
    severity: 'error',
    what: `${path} cannot be read: ${because}.`,
    why: 'What cannot be read may drop anything, and a guard that lets it pass guards nothing.',
    instead: 'Save it as plain SQL text in UTF-8, under 20 MB; load large amounts of rows outside the migrations.',
    at: { file: path },
  }
}

/** Whether two texts differ in nothing but comments and white space. */
export function sameSql(left: string, right: string, rules: SplitRules): boolean {
  if (left === right) return true
  const [a, b] = [new Scanner(left, rules), new Scanner(right, rules)]
  for (;;) {
    const [more, also] = [toNext(a), toNext(b)]
    if (more !== also) return false
    if (!more) return true
    if (left.slice(a.start, a.end) !== right.slice(b.start, b.end)) return false
  }
}

function toNext(scanner: Scanner): boolean {
  while (scanner.next()) if (scanner.kind !== 'space' && scanner.kind !== 'comment') return true
  return false
}
