// The one door for pg.
import { userInfo } from 'node:os'
import pg from 'pg'
import { type Database, type DatabaseAddress, DatabaseError, type OpenDatabase, type Row } from '../../core/database.ts'
import { endedBy } from './ended-by.ts'

type Address = Extract<DatabaseAddress, { kind: 'postgres' | 'mysql' }>
type Options = NonNullable<Parameters<OpenDatabase>[1]>

/** Milliseconds until a server that does not answer counts as unreachable. */
const connectMs = 10_000

/** A connection to PostgreSQL. Without a password in the address, PGPASSWORD and ~/.pgpass are asked, as by every PostgreSQL client. */
export async function openPostgres(address: Address, { signal }: Options): Promise<Database> {
  const client = await connect(address)
  let isClosed = false
  const end = () => {
    isClosed = true
    socketOf(client).destroy()
  }
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isClosed) throw new DatabaseError('The connection is closed.', { code: 'connection' })
    try {
      return await work()
    } catch (error) {
      throw refusal(error)
    }
  }
  const [row] = await ask(() => rowsOf(client, 'SHOW server_version'))
  const database: Database = {
    kind: 'postgres',
    version: String(row?.server_version).split(' ')[0]!,
    query: (sql, parameters) => ask(() => rowsOf(client, sql, parameters)),
    execute: sql =>
      ask(async () => {
        const result = await client.query(sql)
        return { rows: result.rowCount ?? undefined }
      }),
    copyIn: (sql, rows) => ask(() => copyIn(client, sql, rows)),
    close: async () => {
      if (isClosed) return
      isClosed = true
      await client.end().catch(() => {})
    },
  }
  return endedBy(signal, database, end)
}

async function rowsOf(client: pg.Client, sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]> {
  const result = await client.query<Row>(sql, parameters === undefined ? undefined : [...parameters])
  return result.rows
}

async function connect(address: Address): Promise<pg.Client> {
  const tls = tlsOf(address)
  try {
    return await connectWith(address, tls === 'when-offered' ? unverified : tls)
  } catch (error) {
    const isPlainServer = tls === 'when-offered' && /does not support SSL/.test(String(error))
    if (!isPlainServer) throw unreachable(error)
  }
  return connectWith(address, false).catch(error => {
    throw unreachable(error)
  })
}

const unverified = { rejectUnauthorized: false }

/** PostgreSQL's own clients take encryption where the server has it, without looking at the certificate (libpq, "sslmode"). */
function tlsOf({ host = '', tls }: Address): boolean | typeof unverified | 'when-offered' {
  if (tls === 'off' || host.startsWith('/')) return false
  if (tls === 'verified') return true
  if (tls === 'required') return unverified
  return isLocal(host) ? false : 'when-offered'
}

function isLocal(host: string): boolean {
  return host === '' || host === 'localhost' || host === '127.0.0.1' || host === '::1'
}

async function connectWith(address: Address, ssl: boolean | typeof unverified): Promise<pg.Client> {
  const client = new pg.Client({
    host: address.host ?? 'localhost',
    port: address.port ?? 5432,
    user: address.user ?? userInfo().username,
    database: address.database,
    ssl,
    connectionTimeoutMillis: connectMs,
    ...(address.password === undefined ? {} : { password: address.password }),
    application_name: 'ship-guard',
  })
  // Without a listener a server that goes away would end this process.
  client.on('error', () => {})
  await client.connect()
  return client
}

function unreachable(error: unknown): DatabaseError {
  return new DatabaseError(error instanceof Error ? wordsOf(error) : String(error), {
    code: 'connection',
    cause: withoutFacts(error),
  })
}

/** Several addresses of one name fail together, in an error without words. */
function wordsOf(error: Error): string {
  if (error.message !== '') return error.message
  const [first] = (error as AggregateError).errors ?? []
  return first instanceof Error ? first.message : 'the server cannot be reached'
}

function refusal(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error
  if (!(error instanceof pg.DatabaseError)) return unreachable(error)
  // Class 08, and 57P01 to 57P03: the server ends the connection or has ended it.
  const isLost = /^(?:08|57P0[1-3])/.test(error.code ?? '')
  return new DatabaseError(error.message, {
    code: isLost ? 'connection' : error.code,
    position: error.position === undefined ? undefined : Number(error.position) - 1,
  })
}

// pg's errors may carry the client with its settings.
function withoutFacts(error: unknown): Error | undefined {
  return error instanceof Error ? new Error(error.message) : undefined
}

function socketOf(client: pg.Client): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream
}

interface Wire {
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

const chunkBytes = 64 * 1024

/** COPY … FROM STDIN as the protocol has it ("Message Flow", COPY Operations): the server asks, we send the rows and say that it was all. */
function copyIn(client: pg.Client, sql: string, rows: string): Promise<void> {
  return new Promise((done, fail) => {
    const nothing = () => {}
    client.query({
      submit: (wire: Wire) => wire.query(sql),
      handleCopyInResponse(wire: Wire) {
        const bytes = Buffer.from(rows)
        for (let at = 0; at < bytes.length; at += chunkBytes)
          wire.sendCopyFromChunk(bytes.subarray(at, at + chunkBytes))
        wire.endCopyFrom()
      },
      // pg forgets a query that failed: it is not told of the end any more.
      handleError: fail,
      handleReadyForQuery: () => done(),
      handleCommandComplete: nothing,
      handleRowDescription: nothing,
      handleDataRow: nothing,
      handleEmptyQuery: nothing,
      handlePortalSuspended: nothing,
      handleCopyData: nothing,
    } as unknown as pg.Submittable)
  })
}
