// What was seen while migrations ran for real. Plain data: compared with the static findings by `compare.ts`.

/** A statement's place in its file. Absent for migrations in code, whose statements are only known by what they do. */
export interface Spot {
  readonly line: number
  readonly column: number
  readonly endLine: number
}

export interface SeenDrop {
  readonly what: 'schema' | 'table' | 'column' | 'view' | 'constraint' | 'index' | 'other'
  /** `public.users`, `public.users.email`; as it was called before the file ran. MySQL and SQLite: without the database. */
  readonly name: string
  /** Not asked for by name: taken along by CASCADE. */
  readonly byCascade: boolean
  /** What was asked for, when it was taken along. */
  readonly with?: string
  readonly at?: Spot
}

export interface SeenCost {
  readonly table: string
  /** PostgreSQL: rewritten, and why. MySQL and MariaDB: the cheapest algorithm and lock that the server accepts. */
  readonly what: 'rewrite' | 'instant' | 'nocopy' | 'inplace' | 'copy'
  readonly lock?: 'none' | 'shared' | 'exclusive'
  readonly because?: string
  readonly at?: Spot
}

/** PostgreSQL: the strongest lock on a table that was there before, as `pg_locks` names it: `AccessExclusiveLock`. */
export interface SeenLock {
  readonly table: string
  readonly mode: string
  /** Absent when it was looked at once for the whole transaction. */
  readonly at?: Spot
}

export interface Failure {
  /** The server's words, or a tool's last ones. */
  readonly message: string
  readonly code?: string
  readonly at?: Spot
  /** `data`: it may succeed where rows are that the scratch database has not. */
  readonly because: 'statement' | 'data'
}

/** One migration, run once. */
export interface Observation {
  readonly path: string
  readonly tookMs: number
  readonly drops: readonly SeenDrop[]
  readonly costs: readonly SeenCost[]
  readonly locks: readonly SeenLock[]
  /** What was not run, and why: commands of a client program, statements that reach beyond the scratch database. */
  readonly notes: readonly string[]
  /** The engine refused it. The migrations after it were not run. */
  readonly failed?: Failure
}

/** Up, down, up. `differs`: what the second look at the schema shows that the first did not, in words. */
export interface Roundtrip {
  readonly path: string
  readonly outcome: 'restored' | 'differs' | 'no-down' | 'failed' | 'not-tried'
  readonly differs?: readonly string[]
  readonly message?: string
}

export interface ReplayResult {
  /** For people: `PostgreSQL 15.18`. */
  readonly engine: string
  readonly observations: readonly Observation[]
  readonly roundtrips: readonly Roundtrip[]
}
