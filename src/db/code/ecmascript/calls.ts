// What the readers of query builders do alike: write what a call runs, and tell what cannot be seen.

import type { DialectId } from '../../statement.ts'
import type { Call, Script, Value } from '../script.ts'
import { type NameText, SqlText } from '../sql-text.ts'
import { CodeWriter, type Reading } from '../writer.ts'
import { type Way, wayOf } from './migration.ts'
import { type Chain, names, type ReadChain, Visitor } from './visit.ts'

/** Names of calls that may take data away. */
const droppy = /drop|remove|delete|destroy|truncate|revert|clean|clear|purge/i

/** How a tool's calls are read: made once a migration. */
export type Reader = (calls: Calls, way: Way) => ReadChain

export class Calls {
  readonly writer: CodeWriter
  readonly sql: SqlText
  /** What the builder is called. */
  readonly own: Set<string>
  readonly visitor: Visitor

  constructor(writer: CodeWriter, way: Way, usual: string, read: Reader) {
    this.writer = writer
    this.sql = new SqlText(writer)
    this.own = new Set([way.parameters[0] ?? usual, usual])
    const readChain = read(this, way)
    this.visitor = new Visitor(chain => readChain(chain))
  }

  run(sql: string, call: Call, inside: string | undefined): void {
    this.sql.run(sql, call, inside)
  }

  /** Once for each name that a value tells. */
  each(names: readonly NameText[], call: Call, inside: string | undefined, sql: (name: string) => string): void {
    for (const one of names) this.run(sql(one.text), call, inside ?? one.inside)
  }

  /** A call that is not known: told, and unreadable when its name sounds like a loss. */
  unknown(call: Call, inside: string | undefined, because = `${call.name}() is not known`): void {
    this.writer.unread(call, because)
    if (droppy.test(because)) this.writer.effect(call, { kind: 'unreadable', because }, inside)
  }

  /** A call of other code that gets the builder: what it does with it is not seen. What is handed to it is still looked at. */
  foreign({ root, calls, inside }: Chain): false {
    for (const call of calls) {
      if (!call.args.some(arg => names(arg, this.own))) continue
      const name = [...root, call.name].filter(part => part !== '').join('.')
      this.unknown(call, inside, `${name}() gets the builder, and its code is not in this file`)
    }
    return false
  }
}

/** Reads the way up of a migration; one that has none that can be seen is unreadable. */
export function readUp(script: Script, dialect: DialectId, builder: string, read: Reader): Reading {
  const writer = new CodeWriter(script, dialect)
  const way = wayOf(script)
  if (way === undefined) {
    const start = { offset: 0, endOffset: Math.min(script.text.length, 1) }
    writer.effect(start, { kind: 'unreadable', because: 'it has no `up` that can be seen' })
    return writer.reading()
  }
  new Calls(writer, way, builder, read).visitor.steps(way.steps)
  return writer.reading()
}

/** The text of a single name, quoted. */
export function nameIn(sql: SqlText, value: Value | undefined): string {
  return sql.names(value)[0]?.text ?? sql.quoted('?')
}
