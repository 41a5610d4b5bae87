import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sourceRoot } from './package-root.ts'

export interface Case {
  readonly sql: string
  /** Kinds of the statements, in order. */
  readonly kinds: readonly string[]
  /** Only this server accepts it. */
  readonly only: string | undefined
}

/**
 * The shared statement corpus of a dialect: after each line `-- >> kind … [server]` the SQL that gives those kinds. What few people write
 * stands in `<dialect>-rare.sql`.
 */
export function corpusOf(dialect: string): Case[] {
  return [...casesIn(`${dialect}.sql`), ...rareCasesOf(dialect)]
}

export function rareCasesOf(dialect: string): Case[] {
  return casesIn(`${dialect}-rare.sql`)
}

function casesIn(file: string): Case[] {
  const path = join(sourceRoot, 'test', 'fixtures', 'db', file)
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split(/^-- >> /m)
    .slice(1)
    .map(part => {
      const [head = '', ...rest] = part.split('\n')
      const words = head.trim().split(/\s+/)
      const only = words.find(word => word === 'mariadb' || word === 'mysql')
      return { sql: `${rest.join('\n').trimEnd()}\n`, kinds: words.filter(word => word !== only), only }
    })
}
