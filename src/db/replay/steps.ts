// A file of SQL as the things that are done one after the other.
import type { Dialect } from '../dialect.ts'
import { Places } from '../place.ts'
import { split } from '../split.ts'
import type { Spot } from './observation.ts'

export type Step = Spot & {
  readonly sql: string
  readonly offset: number
} & (
    | { readonly is: 'statement' }
    /** COPY … FROM STDIN with the rows that follow it. */
    | { readonly is: 'copy'; readonly rows: string }
    | { readonly is: 'skipped'; readonly because: string }
  )

/** `shared`: the server is not ours alone, so what reaches beyond our own database is left out. */
export function stepsOf(text: string, dialect: Dialect, reach: 'own' | 'shared' = 'own'): Step[] {
  const places = new Places(text)
  const steps: Step[] = []
  for (const piece of split(text, dialect.splitting)) {
    if (piece.from === piece.to) continue
    const sql = text.slice(piece.from, piece.to)
    const last = steps.at(-1)
    if (piece.is === 'rows') {
      if (last !== undefined) steps[steps.length - 1] = { ...last, is: 'copy', rows: rowsOf(sql) }
      continue
    }
    const { line, column } = places.at(piece.from)
    const spot = { line, column, endLine: places.line(Math.max(piece.from, piece.to - 1)) }
    steps.push({ sql, offset: piece.from, ...spot, ...whatOf(sql, piece.is, dialect, reach) })
  }
  return steps
}

function whatOf(
  sql: string,
  is: 'statement' | 'client-command',
  dialect: Dialect,
  reach: 'own' | 'shared',
): { is: 'statement' } | { is: 'skipped'; because: string } {
  if (is === 'client-command')
    // A DELIMITER line only says where statements end; that has been done.
    return { is: 'skipped', because: /^delimiter\b/i.test(sql) ? '' : 'it is a command of psql, not of the server' }
  if (reach === 'shared' && beyond[dialect.id].test(sql))
    return { is: 'skipped', because: 'it reaches beyond the scratch database' }
  return { is: 'statement' }
}

const nothing = /(?!)/
const beyond = {
  postgres:
    /^(?:create|alter|drop)\s+(?:database|role|user|group|tablespace|subscription)\b|^alter\s+system\b|^reassign\b|^drop\s+owned\b|^copy\b[\s\S]*\bprogram\b/i,
  mysql:
    /^(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:database|schema|user|role|server|tablespace|undo)\b|^(?:use|grant|revoke|rename\s+user|shutdown|reset|purge|flush|install|uninstall)\b|^set\s+(?:@@)?(?:global|persist|password|default\s+role)\b/i,
  sqlite: nothing,
} as const

// The last line is `\.`; after the statement's own line end come the rows.
function rowsOf(piece: string): string {
  return piece.replace(/^[^\S\n]*\n/, '').replace(/\\\.[ \t\r]*\n?$/, '')
}
