// What a Knex migration runs: calls of `knex.schema`, `knex.raw`, and queries.

import { type Calls, readUp } from '../../code/ecmascript/calls.ts'
import { type Chain, entryOf, isTrue, names, textOf, Visitor } from '../../code/ecmascript/visit.ts'
import type { Call, Script, Value } from '../../code/script.ts'
import { filled, type NameText, type SqlText } from '../../code/sql-text.ts'
import type { Reading } from '../../code/writer.ts'
import type { DialectId } from '../../statement.ts'
import { type Part, TableReader } from './table.ts'

export function read(script: Script, dialect: DialectId): Reading {
  return readUp(script, dialect, 'knex', calls => {
    calls.own.add('trx')
    const reader = new KnexReader(calls)
    return chain => reader.chain(chain)
  })
}

/** Calls that only look, or arrange. */
const quiet = new Set(
  'hasTable hasColumn hasView columnInfo queryContext then catch finally on once debug connection timeout toString toSQL toQuery options transacting commit rollback isCompleted destroy select first where whereIn whereNull whereNotNull andWhere orWhere from orderBy limit offset pluck count max min as returning ref fn now uuid client generateDdlCommands withSchema'.split(
    ' ',
  ),
)

const querying = new Set([
  'del',
  'delete',
  'truncate',
  'update',
  'insert',
  'increment',
  'decrement',
  'batchInsert',
  'upsert',
])

const statement = /^\s*(?:drop|alter|create|truncate|delete|update|rename|do|call|exec|merge|replace|comment|set)\b/i

class KnexReader {
  readonly #calls: Calls

  constructor(calls: Calls) {
    this.#calls = calls
  }

  chain(chain: Chain): boolean {
    const { root, calls, inside, isNested } = chain
    const schemaAt = calls.findIndex(call => call.name === 'schema' && call.args.length === 0)
    if (root.at(-1) === 'schema' || schemaAt >= 0) {
      this.#schema(calls.slice(schemaAt + 1), inside)
      return true
    }
    const [first] = calls
    const isOwn = root.length === 1 && this.#calls.own.has(root[0]!)
    if (first.name === 'raw' && root.length > 0) {
      // Handed to another call it is mostly a piece of a query: `knex.raw('now()')`.
      if (!isNested || statement.test(textOf(first.args[0]) ?? '')) this.#raw(first, inside)
      return true
    }
    if (isOwn && first.name === 'transaction') {
      for (const arg of first.args)
        if (arg.is === 'function') for (const name of arg.parameters.slice(0, 1)) this.#calls.own.add(name)
      return false
    }
    if (isOwn || (root.length === 0 && this.#calls.own.has(first.name))) return this.#query(root, calls, inside)
    return this.#calls.foreign(chain)
  }

  #schema(calls: readonly Call[], inside: string | undefined): void {
    const named = calls.find(call => call.name === 'withSchema')?.args[0]
    const schema = textOf(named)
    for (const call of calls) this.#schemaCall(call, schema, inside)
    this.#calls.visitor.functions(
      calls.filter(call => quiet.has(call.name)),
      inside,
    )
  }

  #schemaCall(call: Call, schema: string | undefined, inside: string | undefined): void {
    const { name, args } = call
    const quote = (one: string) => this.#calls.sql.path(one, schema)
    const each = (value: Value | undefined, sql: (name: string) => string) => {
      for (const one of this.#calls.sql.names(value, quote)) this.#calls.run(sql(one.text), call, inside ?? one.inside)
    }
    switch (name) {
      case 'createTable':
      case 'createTableIfNotExists':
        for (const one of this.#calls.sql.names(args[0], quote)) this.#create(call, one, inside)
        return
      case 'createTableLike':
        each(
          args[0],
          table => `CREATE TABLE ${table} AS SELECT * FROM ${this.#calls.sql.names(args[1], quote)[0]!.text}`,
        )
        return
      case 'alterTable':
      case 'table':
        for (const one of this.#calls.sql.names(args[0], quote)) this.#alter(call, one, inside)
        return
      case 'dropTable':
        each(args[0], table => `DROP TABLE ${table}`)
        return
      case 'dropTableIfExists':
        each(args[0], table => `DROP TABLE IF EXISTS ${table}`)
        return
      case 'renameTable': {
        const to = this.#calls.sql.names(args[1])[0]!.text
        each(args[0], table => `ALTER TABLE ${table} RENAME TO ${to}`)
        return
      }
      case 'raw':
        this.#raw(call, inside)
        return
      case 'dropView':
      case 'dropViewIfExists':
        each(args[0], view => `DROP VIEW ${view}`)
        return
      case 'dropMaterializedView':
      case 'dropMaterializedViewIfExists':
        each(args[0], view => `DROP MATERIALIZED VIEW ${view}`)
        return
      case 'createSchema':
      case 'createSchemaIfNotExists':
        each(args[0], one => `CREATE SCHEMA ${name === 'createSchema' ? '' : 'IF NOT EXISTS '}${one}`)
        return
      case 'dropSchema':
      case 'dropSchemaIfExists':
        each(args[0], one => `DROP SCHEMA ${one}${isTrue(args[1]) ? ' CASCADE' : ''}`)
        return
      case 'createExtension':
      case 'createExtensionIfNotExists':
        each(args[0], one => `CREATE EXTENSION ${one}`)
        return
      case 'dropExtension':
      case 'dropExtensionIfExists':
        each(args[0], one => `DROP EXTENSION ${one}${isTrue(args[1]) ? ' CASCADE' : ''}`)
        return
      case 'createView':
      case 'createViewOrReplace':
      case 'createMaterializedView':
      case 'renameView':
      case 'alterView':
      case 'refreshMaterializedView':
        this.#calls.writer.effect(call, { kind: 'other-ddl' }, inside)
        return
      default:
        if (!quiet.has(name)) this.#calls.unknown(call, inside)
    }
  }

  #create(call: Call, { text: table, inside: by }: NameText, inside: string | undefined): void {
    const parts = this.#parts(call, table, true, inside)
    const inner = parts.flatMap(part => part.inner ?? [])
    const guard = call.name === 'createTableIfNotExists' ? 'IF NOT EXISTS ' : ''
    this.#calls.run(`CREATE TABLE ${guard}${table} (${inner.join(', ')})`, call, inside ?? by)
    this.#others(parts, inside ?? by)
  }

  #alter(call: Call, { text: table, inside: by }: NameText, inside: string | undefined): void {
    this.#others(this.#parts(call, table, false, inside), inside ?? by)
  }

  /** What the function that gets the table does; what it does besides is read like anything else. */
  #parts(call: Call, table: string, isNew: boolean, inside: string | undefined): Part[] {
    const build = call.args.find(arg => arg.is === 'function')
    const parts: Part[] = []
    if (build?.is !== 'function') {
      if (call.args.length > 1) parts.push({ call, unread: `what builds ${table} is not in this file` })
      return parts
    }
    const builder = build.parameters[0] ?? 'this'
    const reader = new TableReader(this.#calls.sql, table, isNew)
    const visitor = new Visitor(chain => {
      const isBuilder = chain.root.length === 1 && (chain.root[0] === builder || chain.root[0] === 'this')
      if (isBuilder) {
        const way = chain.inside ?? inside
        for (const part of reader.read(chain.calls)) parts.push(way === undefined ? part : { ...part, inside: way })
        return true
      }
      for (const one of chain.calls)
        if (one.args.some(arg => names(arg, new Set([builder]))))
          parts.push({ call: one, unread: `${one.name}() gets the table, and its code is not in this file` })
      return this.chain(chain)
    })
    visitor.steps(build.steps)
    return parts
  }

  #others(parts: readonly Part[], inside: string | undefined): void {
    for (const { call, sql, unread, inside: by } of parts) {
      for (const one of sql ?? []) this.#calls.run(one, call, by ?? inside)
      if (unread !== undefined) this.#calls.unknown(call, by ?? inside, unread)
    }
  }

  #raw(call: Call, inside: string | undefined): void {
    const [text, bindings] = call.args
    // `raw` in another place than a step of its own is a piece of a query.
    if (text === undefined) return
    this.#calls.writer.sql(bindings === undefined ? text : this.#bound(text, bindings), call, inside)
  }

  #bound(text: Value, bindings: Value): Value {
    const list = bindings.is === 'list' ? bindings.items : [bindings]
    let at = 0
    return filled(text, /\\\?|\?\??|(?<![:\w]):(\w+):?/g, found => {
      const [whole, key] = found
      if (whole === '\\?') return '?'
      const value = key === undefined ? list[at++] : entryOf(bindings, key)
      if (key !== undefined && value === undefined) return whole
      const isName = whole === '??' || (key !== undefined && whole.endsWith(':'))
      return isName
        ? this.#calls.sql.names(value, name => this.#calls.sql.path(name))[0]!.text
        : this.#calls.sql.constant(value)
    })
  }

  /** `knex('users').where(…).del()`, `knex.insert(…).into('users')`. */
  #query(root: readonly string[], calls: Chain['calls'], inside: string | undefined): boolean {
    const verb = calls.findLast(call => querying.has(call.name))
    if (verb === undefined) {
      const strange = calls.find((call, index) => !quiet.has(call.name) && (root.length > 0 || index > 0))
      if (strange !== undefined && /drop|truncate/i.test(strange.name)) this.#calls.unknown(strange, inside)
      this.#calls.visitor.functions(calls, inside)
      return true
    }
    const target = root.length === 0 ? calls[0].args[0] : tableIn(calls)
    const table = this.#calls.sql.names(target, name => this.#calls.sql.path(name))[0]!.text
    const where = whereOf(calls, this.#calls.sql)
    if (verb.name === 'truncate')
      this.#calls.run(
        `${this.#calls.sql.dialect === 'sqlite' ? 'DELETE FROM' : 'TRUNCATE TABLE'} ${table}`,
        verb,
        inside,
      )
    else if (verb.name === 'del' || verb.name === 'delete')
      this.#calls.run(`DELETE FROM ${table}${where}`, verb, inside)
    else if (verb.name === 'update') this.#calls.run(`UPDATE ${table} SET ${this.#set(verb)}${where}`, verb, inside)
    return true
  }

  #set({ args: [values, value] }: Call): string {
    const entries = values?.is === 'map' ? values.entries : [{ key: textOf(values) ?? 'some_name', value }]
    const known = entries.length === 0 ? [{ key: 'some_name', value }] : entries
    return known
      .map(entry => `${this.#calls.sql.quoted(entry.key)} = ${this.#calls.sql.constant(entry.value)}`)
      .join(', ')
  }
}

function tableIn(calls: readonly Call[]): Value | undefined {
  return calls.find(call => ['from', 'into', 'table', 'batchInsert'].includes(call.name))?.args[0]
}

/** Some condition, whichever; that a column is NULL is said as it is. */
function whereOf(calls: readonly Call[], sql: SqlText): string {
  const conditions = calls.filter(call => /^(?:and|or)?where/i.test(call.name))
  const [only] = conditions
  if (only === undefined) return ''
  if (conditions.length === 1 && only.name === 'whereNull') return ` WHERE ${sql.names(only.args[0])[0]!.text} IS NULL`
  return ` WHERE ${sql.quoted('some_name')} = 1`
}
