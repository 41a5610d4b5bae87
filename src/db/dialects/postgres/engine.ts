// The one door for libpg-query: PostgreSQL's own parser, compiled to WebAssembly. Loaded late, because most pushes bring no migration.
import type { Node } from 'libpg-query'

export type { Node } from 'libpg-query'

type Engine = Pick<typeof import('libpg-query'), 'loadModule' | 'parseSync' | 'parsePlPgSQLSync'>

let engine: Engine | undefined

let loading: Promise<void> | undefined

/** May be begun before it is needed: whoever asks meanwhile waits for the same engine. */
export function loadEngine(): Promise<void> {
  loading ??= load()
  return loading
}

async function load(): Promise<void> {
  // It is CommonJS: bundled, its functions are found on the default export only.
  const found: Engine & { readonly default?: Engine } = await import('libpg-query')
  const ready = found.default ?? found
  await ready.loadModule()
  engine = ready
}

export interface ParsedStatement {
  readonly node: Node
  /** In UTF-8 BYTES of the text that was parsed; white space and comments may stand before the statement proper. */
  readonly byteOffset: number
  /** Undefined: up to the end. */
  readonly byteLength: number | undefined
}

export type Parsed =
  | { readonly ok: true; readonly statements: readonly ParsedStatement[] }
  | { readonly ok: false; readonly because: string }

function loaded(): Engine {
  if (engine === undefined) throw new Error('loadEngine() has not been awaited')
  return engine
}

/** Never throws for what is in the text: whatever the parser says or dies of becomes `because`. */
export function parseSql(text: string): Parsed {
  if (text === '') return { ok: true, statements: [] }
  const { parseSync } = loaded()
  try {
    // A lone surrogate has no UTF-8 form; the parser would be given something else than what stands there.
    if (!text.isWellFormed()) return { ok: false, because: 'it is not well-formed Unicode' }
    const statements = (parseSync(text).stmts ?? []).flatMap(({ stmt, stmt_location = 0, stmt_len }) =>
      stmt === undefined ? [] : [{ node: stmt, byteOffset: stmt_location, byteLength: stmt_len }],
    )
    return { ok: true, statements }
  } catch (error) {
    return { ok: false, because: error instanceof Error ? error.message : String(error) }
  }
}

/** The tree of a DO block or of CREATE FUNCTION … LANGUAGE plpgsql; undefined when it cannot be parsed. */
export function parsePlpgsql(text: string): unknown {
  const { parsePlPgSQLSync } = loaded()
  try {
    return parsePlPgSQLSync(text)
  } catch {
    return undefined
  }
}
