// What a migration of node-pg-migrate runs: calls of the builder `pgm`.

import { type Calls, nameIn, readUp } from '../../code/ecmascript/calls.ts'
import { type Chain, entryOf, isTrue, textOf } from '../../code/ecmascript/visit.ts'
import type { Call, Script, Value } from '../../code/script.ts'
import { filled, type SqlText } from '../../code/sql-text.ts'
import type { Reading } from '../../code/writer.ts'
import type { DialectId } from '../../statement.ts'
import { columnsOf, pathOf, pathsOf, type Shorthands, targetOf, typeOf, valueText } from './columns.ts'

export function read(script: Script, dialect: DialectId): Reading {
  return readUp(script, dialect, 'pgm', calls => {
    const shorthands = script.values.get('shorthands')
    const known = new Map(shorthands?.is === 'map' ? shorthands.entries.map(one => [one.key, one.value]) : [])
    const reader = new PgmReader(calls, known)
    return chain => reader.chain(chain)
  })
}

/** Changes that rules do not look at, and what only arranges. */
const others =
  /^(?:create|alter|rename|add|grant|revoke)(?:Sequence|Function|Trigger|Role|Domain|Policy|Operator|OperatorClass|OperatorFamily|ToOperatorFamily|Cast|Type|TypeAttribute|View|ViewColumn|MaterializedView|MaterializedViewColumn|Extension|OnTables|OnSchemas|Roles|Constraint)$|^drop(?:Function|Trigger|Role|Policy|Operator|OperatorClass|OperatorFamily|Cast|Sequence)$|^removeFromOperatorFamily$|^setTypeAttribute$/
const quiet = new Set(['noTransaction', 'func', 'toString', 'db', 'query', 'select', 'literal'])

type Read = (args: readonly Value[], call: Call, inside: string | undefined) => void

class PgmReader {
  readonly #calls: Calls
  readonly #sql: SqlText
  readonly #shorthands: Shorthands

  constructor(calls: Calls, shorthands: Shorthands) {
    this.#calls = calls
    this.#sql = calls.sql
    this.#shorthands = shorthands
  }

  chain(chain: Chain): boolean {
    const { root, calls, inside } = chain
    if (root.length === 0 || !this.#calls.own.has(root[0]!)) return this.#calls.foreign(chain)
    let isRead = false
    for (const call of calls) {
      const isQuery = root.at(-1) === 'db' && (call.name === 'query' || call.name === 'select')
      const read = isQuery ? this.#reads.sql : this.#reads[call.name]
      isRead = isRead || read !== undefined
      if (read !== undefined) read(call.args, call, inside)
      else if (others.test(call.name)) this.#calls.writer.effect(call, { kind: 'other-ddl' }, inside)
      else if (!quiet.has(call.name)) this.#calls.unknown(call, inside)
    }
    return isRead
  }

  #each(value: Value | undefined, call: Call, inside: string | undefined, sql: (name: string) => string): void {
    this.#calls.each(pathsOf(value, this.#sql), call, inside, sql)
  }

  readonly #reads: Readonly<Record<string, Read>> = {
    sql: ([text, args], call, inside) =>
      this.#calls.writer.sql(text === undefined ? text : this.#filled(text, args), call, inside),
    createTable: ([table, columns, options], call, inside) => this.#create(table, columns, options, call, inside),
    dropTable: ([table, options], call, inside) =>
      this.#each(table, call, inside, one => `DROP TABLE ${ifExists(options)}${one}${cascade(options)}`),
    renameTable: ([table, to], call, inside) =>
      this.#each(
        table,
        call,
        inside,
        one => `ALTER TABLE ${one} RENAME TO ${nameIn(this.#sql, entryOf(to, 'name') ?? to)}`,
      ),
    alterTable: ([table, options], call, inside) => this.#alterTable(table, options, call, inside),
    addColumns: ([table, columns], call, inside) => this.#add(table, columns, call, inside),
    addColumn: ([table, columns], call, inside) => this.#add(table, columns, call, inside),
    dropColumns: ([table, columns, options], call, inside) => this.#drop(table, columns, options, call, inside),
    dropColumn: ([table, columns, options], call, inside) => this.#drop(table, columns, options, call, inside),
    renameColumn: ([table, from, to], call, inside) => {
      const [old, now] = [from, to].map(one => nameIn(this.#sql, one))
      this.#each(table, call, inside, one => `ALTER TABLE ${one} RENAME COLUMN ${old} TO ${now}`)
    },
    alterColumn: ([table, column, options], call, inside) => {
      for (const one of pathsOf(table, this.#sql))
        for (const change of this.#changes(options))
          this.#calls.run(
            `ALTER TABLE ${one.text} ALTER COLUMN ${nameIn(this.#sql, column)} ${change}`,
            call,
            inside ?? one.inside,
          )
    },
    addConstraint: ([table, name, options], call, inside) => this.#constraint(table, name, options, call, inside),
    createConstraint: ([table, name, options], call, inside) => this.#constraint(table, name, options, call, inside),
    dropConstraint: ([table, name, options], call, inside) =>
      this.#each(
        table,
        call,
        inside,
        one => `ALTER TABLE ${one} DROP CONSTRAINT ${ifExists(options)}${nameIn(this.#sql, name)}${cascade(options)}`,
      ),
    createIndex: ([table, columns, options], call, inside) => this.#index(table, columns, options, call, inside),
    addIndex: ([table, columns, options], call, inside) => this.#index(table, columns, options, call, inside),
    dropIndex: ([table, columns, options], call, inside) => {
      const way = isTrue(entryOf(options, 'concurrently')) ? 'CONCURRENTLY ' : ''
      for (const one of pathsOf(table, this.#sql))
        this.#calls.run(
          `DROP INDEX ${way}${ifExists(options)}${this.#indexName(one.text, columns, options)}${cascade(options)}`,
          call,
          inside,
        )
    },
    createSchema: ([name], call, inside) => this.#each(name, call, inside, one => `CREATE SCHEMA ${one}`),
    dropSchema: ([name, options], call, inside) =>
      this.#each(name, call, inside, one => `DROP SCHEMA ${ifExists(options)}${one}${cascade(options)}`),
    renameSchema: ([name, to], call, inside) =>
      this.#each(name, call, inside, one => `ALTER SCHEMA ${one} RENAME TO ${nameIn(this.#sql, to)}`),
    createType: ([name, members], call, inside) => this.#type(name, members, call, inside),
    addType: ([name, members], call, inside) => this.#type(name, members, call, inside),
    dropType: ([name, options], call, inside) =>
      this.#each(name, call, inside, one => `DROP TYPE ${ifExists(options)}${one}${cascade(options)}`),
    dropDomain: ([name, options], call, inside) =>
      this.#each(name, call, inside, one => `DROP DOMAIN ${ifExists(options)}${one}${cascade(options)}`),
    dropExtension: ([name, options], call, inside) =>
      this.#each(name, call, inside, one => `DROP EXTENSION ${ifExists(options)}${one}${cascade(options)}`),
    dropTypeAttribute: ([name, attribute], call, inside) =>
      this.#each(name, call, inside, one => `ALTER TYPE ${one} DROP ATTRIBUTE ${nameIn(this.#sql, attribute)}`),
    addTypeValue: ([name, value, options], call, inside) => {
      const side = ['before', 'after'].flatMap(key => {
        const beside = textOf(entryOf(options, key))
        return beside === undefined ? [] : [` ${key.toUpperCase()} ${this.#sql.text(beside)}`]
      })
      this.#each(name, call, inside, one => `ALTER TYPE ${one} ADD VALUE ${this.#sql.constant(value)}${side.join('')}`)
    },
    renameTypeValue: ([name, value, to], call, inside) =>
      this.#each(
        name,
        call,
        inside,
        one => `ALTER TYPE ${one} RENAME VALUE ${this.#sql.constant(value)} TO ${this.#sql.constant(to)}`,
      ),
    dropView: ([name, options], call, inside) =>
      this.#each(name, call, inside, one => `DROP VIEW ${ifExists(options)}${one}${cascade(options)}`),
    dropMaterializedView: ([name, options], call, inside) =>
      this.#each(name, call, inside, one => `DROP MATERIALIZED VIEW ${ifExists(options)}${one}${cascade(options)}`),
    refreshMaterializedView: ([name, options], call, inside) => {
      const way = isTrue(entryOf(options, 'concurrently')) ? 'CONCURRENTLY ' : ''
      this.#each(name, call, inside, one => `REFRESH MATERIALIZED VIEW ${way}${one}`)
    },
  }

  /** `{name}` in the text is the name that is handed with it. */
  #filled(text: Value, args: Value | undefined): Value {
    if (args?.is !== 'map') return text
    return filled(text, /\{(\w+)\}/g, ([whole, key]) => {
      const value = entryOf(args, key!)
      return value === undefined ? whole : pathOf(value, this.#sql)
    })
  }

  #create(
    table: Value | undefined,
    columns: Value | undefined,
    options: Value | undefined,
    call: Call,
    inside: string | undefined,
  ): void {
    const known = columnsOf(columns, this.#sql, this.#shorthands)
    if (known === undefined) this.#calls.unknown(call, inside, 'the columns of the table are not in this file')
    const guard = isTrue(entryOf(options, 'ifNotExists')) ? 'IF NOT EXISTS ' : ''
    const parts = [
      ...(known ?? []).map(one => this.#sql.column(one)),
      ...this.#constraints(entryOf(options, 'constraints')),
    ]
    const keys = (known ?? []).filter(one => one.primaryKey === true).length
    const inner = keys > 1 ? parts.map(part => part.replace(/ PRIMARY KEY\b/, '')) : parts
    this.#each(table, call, inside, one => `CREATE TABLE ${guard}${one} (${inner.join(', ')})`)
  }

  #add(table: Value | undefined, columns: Value | undefined, call: Call, inside: string | undefined): void {
    const known = columnsOf(columns, this.#sql, this.#shorthands)
    if (known === undefined) this.#calls.unknown(call, inside, 'the columns that it adds are not in this file')
    for (const column of known ?? []) this.#each(table, call, inside, one => this.#sql.addColumn(one, column))
  }

  /** A name, a list of names, or the columns as they were made. */
  #drop(
    table: Value | undefined,
    columns: Value | undefined,
    options: Value | undefined,
    call: Call,
    inside: string | undefined,
  ): void {
    const names =
      columns?.is === 'map'
        ? columns.entries.map(one => ({ text: this.#sql.quoted(one.key) }))
        : this.#sql.names(columns)
    for (const column of names)
      this.#each(
        table,
        call,
        inside,
        one => `ALTER TABLE ${one} DROP COLUMN ${ifExists(options)}${column.text}${cascade(options)}`,
      )
  }

  #alterTable(table: Value | undefined, options: Value | undefined, call: Call, inside: string | undefined): void {
    const level = textOf(entryOf(options, 'levelSecurity'))
    if (level === undefined) this.#calls.writer.effect(call, { kind: 'other-ddl' }, inside)
    else this.#each(table, call, inside, one => `ALTER TABLE ${one} ${level} ROW LEVEL SECURITY`)
  }

  #changes(options: Value | undefined): string[] {
    const [given, type, notNull, using] = ['default', 'type', 'notNull', 'using'].map(key => entryOf(options, key))
    const allows = isTrue(entryOf(options, 'allowNull'))
    const nullness =
      notNull?.is === 'boolean' ? [notNull.value ? 'SET NOT NULL' : 'DROP NOT NULL'] : allows ? ['DROP NOT NULL'] : []
    const text = type === undefined ? undefined : typeOf(textOf(type) ?? 'some_name')
    return [
      ...(given === undefined
        ? []
        : [given.is === 'nothing' ? 'DROP DEFAULT' : `SET DEFAULT ${valueText(given, this.#sql)}`]),
      ...(text === undefined ? [] : [`TYPE ${text}${textOf(using) === undefined ? '' : ` USING ${textOf(using)}`}`]),
      ...nullness,
    ]
  }

  #constraint(
    table: Value | undefined,
    name: Value | undefined,
    options: Value | undefined,
    call: Call,
    inside: string | undefined,
  ): void {
    const said = textOf(name)
    const named = said === undefined ? '' : `CONSTRAINT ${this.#sql.quoted(said)} `
    const raw = textOf(options)
    const parts = raw === undefined ? this.#constraints(options) : [raw]
    if (parts.length === 0) this.#calls.unknown(call, inside, 'the constraint that it adds is not in this file')
    for (const part of parts) this.#each(table, call, inside, one => `ALTER TABLE ${one} ADD ${named}${part}`)
  }

  #constraints(options: Value | undefined): string[] {
    const of = (key: string) => entryOf(options, key)
    const list = (value: Value) => (value.is === 'list' ? value.items : [value])
    const [check, unique, primaryKey, foreignKeys] = ['check', 'unique', 'primaryKey', 'foreignKeys'].map(of)
    return [
      ...(check === undefined ? [] : list(check).map(one => `CHECK (${textOf(one) ?? 'some_name IS NOT NULL'})`)),
      ...(unique === undefined ? [] : [`UNIQUE (${this.#sql.list(unique)})`]),
      ...(primaryKey === undefined ? [] : [`PRIMARY KEY (${this.#sql.list(primaryKey)})`]),
      ...(foreignKeys === undefined
        ? []
        : list(foreignKeys).map(key => {
            const target = entryOf(key, 'references')
            const columns = this.#sql.list(entryOf(key, 'columns'))
            return `FOREIGN KEY (${columns}) REFERENCES ${target === undefined ? this.#sql.quoted('?') : targetOf(target, this.#sql)}`
          })),
    ]
  }

  #index(
    table: Value | undefined,
    columns: Value | undefined,
    options: Value | undefined,
    call: Call,
    inside: string | undefined,
  ): void {
    const is = (key: string) => isTrue(entryOf(options, key))
    const kind = `${is('unique') ? 'UNIQUE ' : ''}INDEX ${is('concurrently') ? 'CONCURRENTLY ' : ''}${is('ifNotExists') ? 'IF NOT EXISTS ' : ''}`
    const fields = (columns?.is === 'list' ? columns.items : [columns]).map(one => this.#field(one)).join(', ')
    const method = textOf(entryOf(options, 'method'))
    const where = textOf(entryOf(options, 'where'))
    for (const one of pathsOf(table, this.#sql)) {
      const name = this.#indexName(one.text, columns, options)
      const sql = `CREATE ${kind}${name} ON ${one.text}${method === undefined ? '' : ` USING ${method}`} (${fields})${where === undefined ? '' : ` WHERE ${where}`}`
      this.#calls.run(sql, call, inside ?? one.inside)
    }
  }

  /** A column, or an expression, which is what holds more than a name. */
  #field(value: Value | undefined): string {
    const text = textOf(value?.is === 'map' ? entryOf(value, 'name') : value)
    return text !== undefined && /[^\w.]/.test(text)
      ? text
      : nameIn(this.#sql, value?.is === 'map' ? entryOf(value, 'name') : value)
  }

  #indexName(table: string, columns: Value | undefined, options: Value | undefined): string {
    const said = textOf(entryOf(options, 'name'))
    if (said !== undefined) return this.#sql.quoted(said)
    const parts = this.#sql.names(columns, one => one.replace(/[^\w]+/g, '')).map(one => one.text)
    const isUnique = isTrue(entryOf(options, 'unique')) ? ['unique'] : []
    return this.#sql.quoted([table.replaceAll('"', ''), ...parts, ...isUnique, 'index'].join('_'))
  }

  #type(name: Value | undefined, members: Value | undefined, call: Call, inside: string | undefined): void {
    if (members?.is !== 'list') this.#calls.writer.effect(call, { kind: 'other-ddl' }, inside)
    else
      this.#each(
        name,
        call,
        inside,
        one => `CREATE TYPE ${one} AS ENUM (${members.items.map(m => this.#sql.constant(m)).join(', ')})`,
      )
  }
}

function ifExists(options: Value | undefined): string {
  return isTrue(entryOf(options, 'ifExists')) ? 'IF EXISTS ' : ''
}

function cascade(options: Value | undefined): string {
  return isTrue(entryOf(options, 'cascade')) ? ' CASCADE' : ''
}
