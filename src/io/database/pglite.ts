// PostgreSQL inside this process: the user's own PGlite. It is theirs, so nothing of it is bundled, and it is loaded by its path.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Database, type DatabaseAddress, DatabaseError, type OpenDatabase, type Row } from '../../core/database.ts'
import { endedBy } from './ended-by.ts'

type Address = Extract<DatabaseAddress, { kind: 'pglite' }>
type Options = NonNullable<Parameters<OpenDatabase>[1]>

interface PGlite {
  query(sql: string, parameters?: unknown[], options?: { blob: Blob }): Promise<{ rows: Row[]; affectedRows?: number }>
  exec(sql: string): Promise<readonly { rows: Row[]; affectedRows?: number }[]>
  close(): Promise<void>
}

/** An empty PostgreSQL in memory. Takes seconds and some hundred megabytes. */
export async function openPglite(address: Address, { signal }: Options): Promise<Database> {
  const server = await start(address.entry)
  let isClosed = false
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isClosed) throw new DatabaseError('The connection is closed.', { code: 'connection' })
    try {
      return await work()
    } catch (error) {
      throw refusal(error)
    }
  }
  const close = async () => {
    if (isClosed) return
    isClosed = true
    await server.close().catch(() => {})
  }
  const [row] = await ask(async () => (await server.query('SHOW server_version')).rows)
  const database: Database = {
    kind: 'postgres',
    version: String(row?.server_version).split(' ')[0]!,
    query: (sql, parameters) =>
      ask(async () => (await server.query(sql, parameters === undefined ? [] : [...parameters])).rows),
    execute: sql => ask(async () => ({ rows: (await server.exec(sql)).at(-1)?.affectedRows })),
    copyIn: (sql, rows) =>
      ask(async () => {
        // Its way to hand over rows: a file that does not exist (pglite.dev, "Query options", blob).
        const fromBlob = sql.replace(/\bfrom\s+stdin\b/i, "FROM '/dev/blob'")
        await server.query(fromBlob, [], { blob: new Blob([rows]) })
      }),
    close,
  }
  return endedBy(signal, database, () => void close())
}

interface Library {
  readonly PGlite: { create(options: { extensions: Readonly<Record<string, unknown>> }): Promise<PGlite> }
}

/** What comes with PostgreSQL itself and migrations ask for; PGlite has each in a file of its own, to be named at the start. */
const contrib = [
  'btree_gin',
  'btree_gist',
  'citext',
  'fuzzystrmatch',
  'hstore',
  'intarray',
  'ltree',
  'pg_trgm',
  'pgcrypto',
  'tablefunc',
  'unaccent',
  'uuid_ossp',
]

async function start(entry: string): Promise<PGlite> {
  try {
    const library = (await import(pathToFileURL(entry).href)) as Library
    const extensions: Record<string, unknown> = {}
    for (const name of contrib) {
      const path = join(dirname(entry), 'contrib', `${name}.js`)
      if (existsSync(path))
        extensions[name] = ((await import(pathToFileURL(path).href)) as Record<string, unknown>)[name]
    }
    return await library.PGlite.create({ extensions })
  } catch (error) {
    throw new DatabaseError(error instanceof Error ? error.message : String(error), {
      code: 'connection',
      cause: error,
    })
  }
}

function refusal(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error
  const { code, position } = error as { code?: string; position?: string }
  const said = error instanceof Error ? error.message : String(error)
  // Without an SQLSTATE it is not the server that speaks: WebAssembly itself has failed.
  if (code === undefined) return new DatabaseError(said, { code: 'connection', cause: error })
  return new DatabaseError(said, { code, position: position === undefined ? undefined : Number(position) - 1 })
}
