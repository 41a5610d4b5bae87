// The one door for SQLite: Node's own where it has one, else the same library as WebAssembly.
import { type Database, type DatabaseAddress, DatabaseError, type OpenDatabase, type Row } from '../../core/database.ts'
import { endedBy } from './ended-by.ts'

type Address = Extract<DatabaseAddress, { kind: 'sqlite' }>
type Options = NonNullable<Parameters<OpenDatabase>[1]>
type Value = string | number | bigint | null | Uint8Array

/** What both libraries can do. */
interface Connection {
  all(sql: string, values: readonly Value[]): readonly Row[]
  run(sql: string): number
  close(): void
}

/** A SQLite database in this process. Calls block it for as long as they take. */
export async function openSqlite(address: Address, { signal }: Options): Promise<Database> {
  const connection = (await attempt(() => openBuiltIn(address))) ?? (await attempt(() => openWasm(address)))
  let isClosed = false
  const close = () => {
    if (!isClosed) connection.close()
    isClosed = true
  }
  const ask = <T>(work: () => T): Promise<T> => {
    if (isClosed) return Promise.reject(new DatabaseError('The connection is closed.', { code: 'connection' }))
    return attempt(async () => work(), 'statement')
  }
  const all = (sql: string, parameters: readonly unknown[] = []) =>
    ask(() => connection.all(sql, parameters.map(bound)))
  const [row] = await all('SELECT sqlite_version() AS version')
  const database: Database = {
    kind: 'sqlite',
    version: String(row?.version),
    query: all,
    execute: sql => ask(() => ({ rows: connection.run(sql) })),
    copyIn: () => Promise.reject(new DatabaseError('Only PostgreSQL has COPY … FROM STDIN.')),
    close: async () => close(),
  }
  return endedBy(signal, database, close)
}

async function attempt<T>(work: () => Promise<T>, what: 'open' | 'statement' = 'open'): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code, errstr } = error as { code?: string; errstr?: string }
    const said = error instanceof Error ? error.message : String(error)
    throw new DatabaseError(said, { code: what === 'open' ? 'connection' : (errstr ?? code), cause: error })
  }
}

function bound(value: unknown): Value {
  if (typeof value === 'boolean') return value ? 1 : 0
  return value === undefined ? null : (value as Value)
}

interface BuiltIn {
  DatabaseSync: new (
    file: string,
    options: { readOnly: boolean; allowExtension: boolean },
  ) => {
    prepare(sql: string): { all(...values: Value[]): Row[]; run(): { changes: number | bigint } }
    close(): void
  }
}

async function openBuiltIn({ file, readOnly = false }: Address): Promise<Connection | undefined> {
  const library = quietly(() => process.getBuiltinModule?.('node:sqlite')) as BuiltIn | undefined
  if (library === undefined) return undefined
  const database = new library.DatabaseSync(file, { readOnly, allowExtension: false })
  return {
    all: (sql, values) => database.prepare(sql).all(...values),
    run: sql => Number(database.prepare(sql).run().changes),
    close: () => database.close(),
  }
}

/** Node calls its SQLite experimental on stderr, where people read what we say. */
function quietly<T>(work: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return work()
  } finally {
    process.emitWarning = emitWarning
  }
}

async function openWasm({ file, readOnly = false }: Address): Promise<Connection> {
  const { default: library } = await import('node-sqlite3-wasm')
  const database = new library.Database(file === ':memory:' ? undefined : file, { readOnly, fileMustExist: readOnly })
  return {
    all: (sql, values) => database.all(sql, [...values]) as Row[],
    run: sql => database.run(sql).changes,
    close: () => database.close(),
  }
}
