// The one door for mysql2.
import { userInfo } from 'node:os'
import mysql from 'mysql2/promise'
import { type Database, type DatabaseAddress, DatabaseError, type OpenDatabase, type Row } from '../../core/database.ts'
import { endedBy } from './ended-by.ts'

type Address = Extract<DatabaseAddress, { kind: 'postgres' | 'mysql' }>
type Options = NonNullable<Parameters<OpenDatabase>[1]>

const connectMs = 10_000

/** A connection to MySQL or MariaDB. One statement at a time: a second one behind a semicolon is refused by the server. */
export async function openMysql(address: Address, { signal }: Options): Promise<Database> {
  const connection = await connect(address)
  let isClosed = false
  const end = () => {
    isClosed = true
    connection.destroy()
  }
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isClosed) throw new DatabaseError('The connection is closed.', { code: 'connection' })
    try {
      return await work()
    } catch (error) {
      throw refusal(error)
    }
  }
  const rowsOf = async (sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]> => {
    const [rows] = await connection.query(sql, parameters === undefined ? undefined : [...parameters])
    return Array.isArray(rows) ? (rows as Row[]) : []
  }
  const [row] = await ask(() => rowsOf('SELECT VERSION() AS version'))
  const database: Database = {
    kind: 'mysql',
    version: /^[\d.]+(?:-MariaDB)?/i.exec(String(row?.version))?.[0] ?? String(row?.version),
    query: (sql, parameters) => ask(() => rowsOf(sql, parameters)),
    execute: sql =>
      ask(async () => {
        const [result] = await connection.query(sql)
        return { rows: Array.isArray(result) ? undefined : result.affectedRows }
      }),
    copyIn: () => Promise.reject(new DatabaseError('Only PostgreSQL has COPY … FROM STDIN.')),
    close: async () => {
      if (isClosed) return
      isClosed = true
      await connection.end().catch(() => connection.destroy())
    },
  }
  return endedBy(signal, database, end)
}

async function connect(address: Address): Promise<mysql.Connection> {
  const tls = tlsOf(address)
  try {
    return await connectWith(address, tls === 'when-offered' ? unverified : tls)
  } catch (error) {
    const isPlainServer = tls === 'when-offered' && codeOf(error) === 'HANDSHAKE_NO_SSL_SUPPORT'
    if (!isPlainServer) throw unreachable(error)
  }
  return connectWith(address, undefined).catch(error => {
    throw unreachable(error)
  })
}

const unverified = { rejectUnauthorized: false }

/** MySQL's own clients take encryption where the server has it (`--ssl-mode=PREFERRED`). */
function tlsOf({ host = '', tls }: Address): { rejectUnauthorized: boolean } | 'when-offered' | undefined {
  if (tls === 'off' || host.startsWith('/')) return undefined
  if (tls === 'verified') return { rejectUnauthorized: true }
  if (tls === 'required') return unverified
  return ['', 'localhost', '127.0.0.1', '::1'].includes(host) ? undefined : 'when-offered'
}

async function connectWith(
  { host = 'localhost', port = 3306, user, password, database }: Address,
  ssl: { rejectUnauthorized: boolean } | undefined,
): Promise<mysql.Connection> {
  const connection = await mysql.createConnection({
    ...(host.startsWith('/') ? { socketPath: host } : { host, port }),
    user: user ?? userInfo().username,
    ...(password === undefined ? {} : { password }),
    ...(ssl === undefined ? {} : { ssl }),
    ...(database === '' ? {} : { database }),
    charset: 'utf8mb4',
    multipleStatements: false,
    // A hostile server could ask for any file of this machine.
    flags: ['-LOCAL_FILES'],
    dateStrings: true,
    supportBigNumbers: true,
    connectTimeout: connectMs,
  })
  connection.on('error', () => {})
  return connection
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code
}

function unreachable(error: unknown): DatabaseError {
  const said = error instanceof Error ? error.message : String(error)
  return new DatabaseError(said === '' ? (codeOf(error) ?? 'the server cannot be reached') : said, {
    code: 'connection',
  })
}

function refusal(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error
  const { sqlState } = error as { sqlState?: string }
  const code = codeOf(error)
  // What the server refuses comes with an SQLSTATE; 08S01 is its word for a connection that ends.
  if (sqlState === undefined || sqlState === '' || sqlState === '08S01') return unreachable(error)
  return new DatabaseError((error as Error).message, { code })
}
