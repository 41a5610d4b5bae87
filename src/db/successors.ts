// A table is often changed by making a new one, copying every row and taking the old one's name: SQLite's way for most changes, and what
// online schema changes do by hand elsewhere. Told by following which table bears which name.
import { tableKey } from './history.ts'
import { type Copy, type DialectId, type Name, type Statement, targetOf } from './statement.ts'

export interface Succession {
  /** The table that takes the place, as it is called at the moment of the drop. */
  readonly table: Name
  readonly copy: Copy
}

interface Seen {
  readonly statement: number
  readonly dropped: string
  readonly identity: string
  /** Under which name each new table went then. */
  readonly bearers: ReadonlyMap<string, Name>
}

/** For each dropped table, by statement and key, the one that has its rows and at the end of the file its name. */
export function successions(statements: readonly Statement[], dialect: DialectId): ReadonlyMap<string, Succession> {
  const found = new Map<string, Succession>()
  if (
    !statements.some(s => s.kind === 'drop-table') ||
    !statements.some(s => s.kind === 'data' && s.copies !== undefined)
  )
    return found
  const walk = new Walk(dialect)
  for (const [index, statement] of statements.entries()) walk.step(statement, index)
  for (const drop of walk.drops) {
    const copied = walk.copies.find(one => one.from === drop.identity && one.at < drop.statement && isNew(one.to))
    if (copied !== undefined && walk.emptied.some(one => one.identity === copied.to && one.at > copied.at)) continue
    if (copied === undefined || walk.identityOf(originOf(drop.identity)) !== copied.to) continue
    const table = drop.bearers.get(copied.to)
    if (table !== undefined) found.set(successionKey(drop.statement, drop.dropped), { table, copy: copied.copy })
  }
  return found
}

export function successionKey(statement: number, table: string): string {
  return `${statement} ${table}`
}

// A table that was there at the start of the file is called by its name then, a new one by where it was made.
const isNew = (identity: string) => identity.startsWith('new ')
const originOf = (identity: string) => identity.slice('old '.length)

class Walk {
  readonly copies: { from: string; to: string; at: number; copy: Copy }[] = []
  readonly drops: Seen[] = []
  /** Tables that lose rows again. */
  readonly emptied: { identity: string; at: number }[] = []
  readonly #dialect: DialectId
  /** Which table bears a name now, and under which name a new table goes. */
  readonly #names = new Map<string, string>()
  readonly #bearers = new Map<string, Name>()

  constructor(dialect: DialectId) {
    this.#dialect = dialect
  }

  identityOf(key: string): string {
    return this.#names.get(key) ?? `old ${key}`
  }

  step(statement: Statement, at: number): void {
    if (statement.inside !== undefined) return
    if (statement.kind === 'create-table') this.#create(statement, at)
    else if (statement.kind === 'rename-table') {
      const identity = this.#identity(statement.table)
      this.#names.set(this.#key(statement.table), `gone ${at}`)
      this.#bear(targetOf(statement), identity)
    } else if (statement.kind === 'data' && statement.copies !== undefined) {
      const { copies: copy } = statement
      this.copies.push({ from: this.#identity(copy.from), to: this.#identity(copy.to), at, copy })
    } else if (statement.kind === 'truncate') for (const table of statement.tables) this.#empty(table, at)
    else if (statement.kind === 'data' && statement.change?.verb === 'delete') this.#empty(statement.change.table, at)
    else if (statement.kind === 'drop-table') for (const table of statement.tables) this.#drop(table, at)
  }

  /** IF NOT EXISTS finds nothing where this file took the table away. */
  #create({ table, surely }: Extract<Statement, { kind: 'create-table' }>, at: number): void {
    if (surely || this.#identity(table).startsWith('gone ')) this.#bear(table, `new ${at}`)
  }

  #empty(table: Name, at: number): void {
    this.emptied.push({ identity: this.#identity(table), at })
  }

  #drop(table: Name, at: number): void {
    const [dropped, identity] = [this.#key(table), this.#identity(table)]
    if (!isNew(identity)) this.drops.push({ statement: at, dropped, identity, bearers: new Map(this.#bearers) })
    this.#names.set(dropped, `gone ${at}`)
  }

  #bear(name: Name, identity: string): void {
    this.#names.set(this.#key(name), identity)
    this.#bearers.set(identity, name)
  }

  #identity(name: Name): string {
    return this.identityOf(this.#key(name))
  }

  #key(name: Name): string {
    return tableKey(name, this.#dialect)
  }
}
