import type { Call, Span, Value } from '../../code/script.ts'
import type { CodeWriter } from '../../code/writer.ts'
import type { Blueprint } from './blueprint.ts'

/** What it runs by way of when it may not run, or not once: `a condition`, `a loop`. */
export type Inside = string | undefined

/** Blueprints that are in reach, by the names of their variables. */
export type InReach = readonly { readonly variable: string; readonly blueprint: Blueprint }[]

/** One call of a facade. */
export interface Visit {
  readonly call: Call
  /** What is called on its result, outwards. */
  readonly rest: readonly Call[]
  /** The whole chain, for places. */
  readonly span: Span
  readonly inside: Inside
  readonly reach: InReach
  readonly reader: Reader
}

/** What the handlers of single methods ask of the walk through the migration. */
export interface Reader {
  readonly writer: CodeWriter
  schema(chain: readonly Call[], inside: Inside, reach: InReach): void
  database(chain: readonly Call[], inside: Inside, reach: InReach): void
  /** Runs a Schema::table or Schema::create closure for each table that the value names. */
  tables(visit: Visit, table: Value | undefined, callback: Value | undefined): void
  rows(table: string, calls: readonly Call[], span: Span, inside: Inside, reach: InReach): void
  /** Closures and calls among the arguments. */
  closures(call: Call, inside: Inside, reach: InReach): void
  unknownMethod(of: string, visit: Pick<Visit, 'call' | 'inside' | 'reach'>, quiet: RegExp): void
  /** `stops`: it may drop something. */
  unsure(span: Span, because: string, stops: boolean, inside?: Inside): void
}

/** A handler of a method, by its name in lower case. */
export type Handlers = Readonly<Record<string, (visit: Visit) => void>>

export function handlerOf(handlers: Handlers, name: string): ((visit: Visit) => void) | undefined {
  const key = name.toLowerCase()
  return Object.hasOwn(handlers, key) ? handlers[key] : undefined
}
