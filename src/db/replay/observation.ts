// What was seen while migrations ran for real. Plain data: compared with the static findings by `compare.ts`.

export interface SeenDrop {
  readonly what: 'schema' | 'table' | 'column' | 'view' | 'constraint' | 'index' | 'other'
  /** `public.users`, `public.users.email`. */
  readonly name: string
  /** Not asked for by name: taken along by CASCADE. */
  readonly byCascade: boolean
}

export interface SeenCost {
  readonly table: string
  /** PostgreSQL: rewritten, and why. MySQL and MariaDB: the cheapest algorithm and lock that the server accepts. */
  readonly what: 'rewrite' | 'instant' | 'nocopy' | 'inplace' | 'copy'
  readonly lock?: 'none' | 'shared' | 'exclusive'
  readonly because?: string
}

/** One migration, run once. */
export interface Observation {
  readonly path: string
  readonly tookMs: number
  readonly drops: readonly SeenDrop[]
  readonly costs: readonly SeenCost[]
  /** The engine refused it: its words, and the line where it tells one. */
  readonly failed?: { readonly message: string; readonly line?: number }
}

/** Up, down, up. `differs`: what the second look at the schema shows that the first did not, in words. */
export interface Roundtrip {
  readonly path: string
  readonly outcome: 'restored' | 'differs' | 'no-down' | 'failed'
  readonly differs?: readonly string[]
  readonly message?: string
}

export interface ReplayResult {
  /** For people: `PostgreSQL 15.18`. */
  readonly engine: string
  readonly observations: readonly Observation[]
  readonly roundtrips: readonly Roundtrip[]
}
