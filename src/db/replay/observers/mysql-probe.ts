// How much an ALTER costs is for the server to say: what it can do instantly, in place or only by copying differs between versions, and no
// list of ours would be right for all of them. So each ALTER is tried on an empty copy of its table, cheapest way first.
import { type Database, DatabaseError } from '../../../core/database.ts'
import type { Dialect } from '../../dialect.ts'
import type { Statement } from '../../statement.ts'
import type { SeenCost, Spot } from '../observation.ts'
import { ownDatabaseName } from '../users-server.ts'
import type { NameWatch } from './names.ts'

interface Tried {
  readonly sql: string
  readonly at?: Spot
}

type Cost = Pick<SeenCost, 'what' | 'lock'>

/** Cheapest first (MySQL "Online DDL Operations", MariaDB "InnoDB Online DDL Overview"). An instant change takes no LOCK in MySQL. */
const ways: readonly (Cost & { readonly words: readonly string[]; readonly only?: 'mariadb' })[] = [
  { what: 'instant', lock: 'none', words: ['ALGORITHM=INSTANT'] },
  { what: 'nocopy', lock: 'none', words: ['ALGORITHM=NOCOPY', 'LOCK=NONE'], only: 'mariadb' },
  { what: 'nocopy', lock: 'shared', words: ['ALGORITHM=NOCOPY', 'LOCK=SHARED'], only: 'mariadb' },
  { what: 'nocopy', lock: 'exclusive', words: ['ALGORITHM=NOCOPY', 'LOCK=EXCLUSIVE'], only: 'mariadb' },
  { what: 'inplace', lock: 'none', words: ['ALGORITHM=INPLACE', 'LOCK=NONE'] },
  { what: 'inplace', lock: 'shared', words: ['ALGORITHM=INPLACE', 'LOCK=SHARED'] },
  { what: 'inplace', lock: 'exclusive', words: ['ALGORITHM=INPLACE', 'LOCK=EXCLUSIVE'] },
  { what: 'copy', lock: 'none', words: ['ALGORITHM=COPY', 'LOCK=NONE'] },
  { what: 'copy', lock: 'shared', words: ['ALGORITHM=COPY', 'LOCK=SHARED'] },
  { what: 'copy', lock: 'exclusive', words: ['ALGORITHM=COPY', 'LOCK=EXCLUSIVE'] },
]

const name = '(?:`[^`]+`|"[^"]+"|[\\w$]+)'
const alterHead = new RegExp(
  `^alter\\s+(?:online\\s+)?(?:ignore\\s+)?table\\s+(?:if\\s+exists\\s+)?${name}(?:\\s+(?:wait\\s+\\d+|nowait)\\b)?\\s+`,
  'i',
)
const indexHead = /^(?:create|drop)\s+(?:or\s+replace\s+)?(?:unique\s+|fulltext\s+|spatial\s+)?index\b/i

/** One for a scratch server, with a connection of its own that works in a database beside the scratch one. */
export class Prober {
  readonly #database: Database
  readonly #dialect: Dialect
  readonly #scratch: string
  // Named as our scratch databases are, so that what a killed run leaves on a server of the user's is swept with them.
  readonly #probing = ownDatabaseName()
  readonly #isMariadb: boolean
  #made = new Set<string>()
  #memory: Map<string, string> | undefined

  constructor(database: Database, dialect: Dialect, scratch: string) {
    this.#database = database
    this.#dialect = dialect
    this.#scratch = scratch
    this.#isMariadb = /mariadb/i.test(database.version)
  }

  get hasMemory(): boolean {
    return this.#memory !== undefined
  }

  /** Before the statements run: the tables are still as they were. */
  async probe(statements: readonly Tried[], watch: NameWatch): Promise<SeenCost[]> {
    const read = statements.map(({ sql, at }) => ({
      sql,
      effects: this.#dialect.parse(sql),
      ...(at === undefined ? {} : { at }),
    }))
    if (!read.some(({ sql }) => isProbed(sql))) return []
    await this.#fresh()
    const costs: SeenCost[] = []
    for (const one of read) costs.push(...(await this.#one(one, watch)))
    return costs
  }

  /** For code, whose statements are only known afterwards: keeps what every table is now. */
  async remember(): Promise<void> {
    this.#memory = new Map()
    const tables = await this.#database.query(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_type <> 'VIEW'",
      [this.#scratch],
    )
    for (const { name: table } of tables) {
      const made = await this.#madeBy(String(table))
      if (made !== undefined) this.#memory.set(String(table), made)
    }
  }

  /** Probes what ran since `remember`. */
  async recall(statements: readonly string[], watch: NameWatch): Promise<SeenCost[]> {
    if (this.#memory === undefined) return []
    const costs = await this.probe(
      statements.map(sql => ({ sql })),
      watch,
    )
    this.#memory = undefined
    return costs
  }

  async leave(): Promise<void> {
    await this.#database.execute(`DROP DATABASE IF EXISTS ${this.#probing}`)
    await this.#database.close()
  }

  async #fresh(): Promise<void> {
    this.#made = new Set()
    await this.#database.execute(`DROP DATABASE IF EXISTS ${this.#probing}`)
    await this.#database.execute(`CREATE DATABASE ${this.#probing}`)
    await this.#database.execute(`USE ${this.#probing}`)
  }

  async #one({ sql, effects, at }: Tried & { effects: readonly Statement[] }, watch: NameWatch): Promise<SeenCost[]> {
    // A name with its database would reach the scratch database itself.
    if (!changesTables(effects) || effects.some(hasDatabase)) return []
    const table = effects.map(tableOf).find(one => one !== undefined)
    for (const needed of neededBy(sql, table)) await this.#make(needed)
    if (table === undefined || !watch.isOld(table) || !isProbed(sql)) {
      await this.#accepts(sql)
      return []
    }
    const cost = await this.#cheapest(sql)
    return cost === undefined ? [] : [{ table, ...cost, ...(at === undefined ? {} : { at }) }]
  }

  async #cheapest(sql: string): Promise<Cost | undefined> {
    // What the statement asks for itself is what it gets, or it fails.
    if (/\balgorithm\s*=?\s*(?:instant|nocopy|inplace|copy)\b|\block\s*=\s*\w+/i.test(sql)) {
      const said = /\balgorithm\s*=?\s*(instant|nocopy|inplace|copy)\b/i.exec(sql)?.[1]?.toLowerCase()
      return (await this.#accepts(sql)) && said !== undefined ? { what: said as Cost['what'] } : undefined
    }
    for (const { what, lock, words, only } of ways) {
      if (only === 'mariadb' && !this.#isMariadb) continue
      if (await this.#accepts(withWords(sql, words))) return { what, ...(lock === undefined ? {} : { lock }) }
    }
    await this.#accepts(sql)
    return undefined
  }

  async #accepts(sql: string): Promise<boolean> {
    try {
      await this.#database.execute(sql)
      return true
    } catch (error) {
      if (error instanceof DatabaseError && error.code !== 'connection') return false
      throw error
    }
  }

  /** The table as it was before the file, and what its foreign keys point to: a new one is only checked where both ends are there. */
  async #make(table: string): Promise<void> {
    if (this.#made.has(table)) return
    this.#made.add(table)
    const made = this.#memory === undefined ? await this.#madeBy(table) : this.#memory.get(table)
    if (made === undefined) return
    await this.#accepts('SET foreign_key_checks = 0')
    await this.#accepts(made)
    await this.#accepts('SET foreign_key_checks = 1')
    for (const other of referencedIn(made)) await this.#make(other)
  }

  async #madeBy(table: string): Promise<string | undefined> {
    try {
      const [row] = await this.#database.query(`SHOW CREATE TABLE ${quoted(this.#scratch)}.${quoted(table)}`)
      const made = row?.['Create Table']
      return typeof made === 'string' ? made : undefined
    } catch (error) {
      if (error instanceof DatabaseError && error.code !== 'connection') return undefined
      throw error
    }
  }
}

function isProbed(sql: string): boolean {
  return alterHead.test(sql) || indexHead.test(sql)
}

function changesTables(effects: readonly Statement[]): boolean {
  const kinds = effects.map(effect => effect.kind)
  return (
    kinds.length > 0 &&
    !kinds.some(kind => kind === 'data' || kind === 'other' || kind === 'unreadable' || kind === 'call')
  )
}

function tableOf(effect: Statement): string | undefined {
  return 'table' in effect && effect.table !== undefined ? effect.table.name : undefined
}

function hasDatabase(effect: Statement): boolean {
  const tables = 'tables' in effect ? effect.tables : 'table' in effect ? [effect.table] : []
  return (
    /schema|scope|routine|trigger|view/.test(effect.kind) ||
    tables.some(table => table !== undefined && table.schema !== undefined)
  )
}

function neededBy(sql: string, table: string | undefined): readonly string[] {
  return [...(table === undefined ? [] : [table]), ...referencedIn(sql)]
}

function referencedIn(sql: string): readonly string[] {
  return [...sql.matchAll(/\breferences\s+[`"]?([\w$]+)[`"]?\s*\(/gi)].map(match => match[1]!)
}

/** Behind the table's name for ALTER TABLE, where they may stand before everything else; at the end for CREATE INDEX and DROP INDEX. */
function withWords(sql: string, words: readonly string[]): string {
  const head = alterHead.exec(sql)?.[0]
  if (head === undefined) return `${sql} ${words.join(' ')}`
  return `${head}${words.join(', ')}, ${sql.slice(head.length)}`
}

function quoted(text: string): string {
  return `\`${text.replaceAll('`', '``')}\``
}
