// Database servers as the rest of the house sees them. `io/database/` implements it.

export type DatabaseKind = 'postgres' | 'mysql' | 'sqlite'

/** Where a database is and how to get in. A password lives here and nowhere else: never in arguments, messages, logs or caches. */
export type DatabaseAddress =
  | {
      readonly kind: 'postgres' | 'mysql'
      readonly database: string
      readonly user?: string
      readonly password?: string
      /** A host name, or the absolute path of a socket (MySQL) or of a socket's folder (PostgreSQL). */
      readonly host?: string
      readonly port?: number
      /** Absent: encrypted where the server offers it, as the servers' own clients do. */
      readonly tls?: 'off' | 'required' | 'verified'
    }
  /** `:memory:` or a path. */
  | { readonly kind: 'sqlite'; readonly file: string; readonly readOnly?: boolean }
  /** PostgreSQL in this process (PGlite), from the user's own packages: the absolute path of its entry file. */
  | { readonly kind: 'pglite'; readonly entry: string }

export type Row = Readonly<Record<string, unknown>>

/** What a server says no with. `code`: SQLSTATE (PostgreSQL), errno name (MySQL), result code (SQLite). */
export class DatabaseError extends Error {
  readonly code: string | undefined
  /** Character offset into the statement, where the server tells it. */
  readonly position: number | undefined
  constructor(
    message: string,
    facts: { code?: string | undefined; position?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: facts.cause })
    this.name = 'DatabaseError'
    this.code = facts.code
    this.position = facts.position
  }
}

/** One connection. Calls wait for each other. Every failure of the server is a DatabaseError; a lost connection has `code: 'connection'`. */
export interface Database {
  readonly kind: DatabaseKind
  /** As the server says it: `15.18`, `10.11.19-MariaDB`, `3.45.1`. */
  readonly version: string
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Row[]>
  /** Runs one statement as it is written, without parameters; rows touched where the server tells. */
  execute(sql: string): Promise<{ readonly rows: number | undefined }>
  /** Rows of a `COPY … FROM STDIN` (PostgreSQL only), as its text format. */
  copyIn(sql: string, rows: string): Promise<void>
  close(): Promise<void>
}

/** Opens a connection; ends it when the signal aborts. Throws DatabaseError (`connection`) when the server cannot be reached or refuses us. */
export type OpenDatabase = (address: DatabaseAddress, options?: { signal?: AbortSignal }) => Promise<Database>
