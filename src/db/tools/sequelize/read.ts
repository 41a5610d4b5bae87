// What a Sequelize migration runs: calls of the query interface, and raw queries.

import { type Calls, nameIn, readUp } from '../../code/ecmascript/calls.ts'
import { type Chain, callsNamed, entryOf, textOf } from '../../code/ecmascript/visit.ts'
import type { Call, Script, Value } from '../../code/script.ts'
import { type ColumnText, filled, type SqlText } from '../../code/sql-text.ts'
import type { Reading } from '../../code/writer.ts'
import type { DialectId } from '../../statement.ts'
import { columnOf, tablesOf } from './columns.ts'

export function read(script: Script, dialect: DialectId): Reading {
  return readUp(script, dialect, 'queryInterface', (calls, way) => {
    calls.own.add('sequelize')
    // It leaves a table alone that is there already. That matters only where one is dropped too; mostly it is new.
    const guard = callsNamed(way.steps, /^(?:drop|query)/) ? 'IF NOT EXISTS ' : ''
    const reader = new SequelizeReader(calls, guard)
    return chain => reader.chain(chain)
  })
}

const quiet = new Set(
  'describeTable showAllTables showAllSchemas showIndex tableExists databaseVersion getForeignKeysForTables getForeignKeyReferencesForTable rawSelect select quoteIdentifier quoteTable quoteIdentifiers escape transaction commit rollback commitTransaction rollbackTransaction startTransaction setAutocommit setIsolationLevel bulkInsert insert upsert increment decrement literal fn col cast where getDialect getQueryInterface define authenticate close then catch finally log now'.split(
    ' ',
  ),
)

type Read = (args: readonly Value[], call: Call, inside: string | undefined) => void

class SequelizeReader {
  readonly #calls: Calls
  readonly #sql: SqlText
  readonly #guard: string

  constructor(calls: Calls, guard: string) {
    this.#calls = calls
    this.#sql = calls.sql
    this.#guard = guard
  }

  chain(chain: Chain): boolean {
    const { root, calls, inside } = chain
    const isOwn = root.length > 0 && this.#calls.own.has(root[0]!)
    if (!isOwn) return this.#calls.foreign(chain)
    let isRead = false
    for (const call of calls) {
      const read = this.#reads[call.name]
      if (read === undefined) {
        if (!quiet.has(call.name) && root.at(-1) !== 'queryGenerator') this.#calls.unknown(call, inside)
        continue
      }
      read(call.args, call, inside)
      isRead = true
    }
    return isRead
  }

  #each(value: Value | undefined, call: Call, inside: string | undefined, sql: (table: string) => string): void {
    this.#calls.each(tablesOf(value, this.#sql), call, inside, sql)
  }

  readonly #reads: Readonly<Record<string, Read>> = {
    query: ([text, options], call, inside) => this.#query(text, options, call, inside),
    createTable: ([table, attributes], call, inside) => this.#create(table, attributes, call, inside),
    dropTable: ([table, options], call, inside) =>
      this.#each(table, call, inside, name => `DROP TABLE IF EXISTS ${name}${this.#cascade(options)}`),
    dropAllTables: (_args, call, inside) => this.#everything(call, inside),
    dropAllSchemas: (_args, call, inside) => this.#everything(call, inside),
    drop: (_args, call, inside) => this.#everything(call, inside),
    truncate: (_args, call, inside) => this.#everything(call, inside),
    createSchema: ([name], call, inside) =>
      this.#calls.each(this.#sql.names(name), call, inside, one => `CREATE SCHEMA ${one}`),
    dropSchema: ([name], call, inside) =>
      this.#calls.each(this.#sql.names(name), call, inside, one => `DROP SCHEMA ${one}`),
    dropDatabase: ([name], call, inside) =>
      this.#calls.each(this.#sql.names(name), call, inside, one => `DROP DATABASE ${one}`),
    createDatabase: (_args, call, inside) => this.#calls.writer.effect(call, { kind: 'other-ddl' }, inside),
    renameTable: ([from, to], call, inside) => {
      const now = tablesOf(to, this.#sql)[0]!.text
      this.#each(from, call, inside, table => `ALTER TABLE ${table} RENAME TO ${now}`)
    },
    addColumn: ([table, name, attribute], call, inside) =>
      this.#each(table, call, inside, one => this.#sql.addColumn(one, this.#column(name, attribute, one))),
    removeColumn: ([table, name], call, inside) => {
      for (const column of this.#sql.names(name))
        this.#each(table, call, inside ?? column.inside, one => `ALTER TABLE ${one} DROP COLUMN ${column.text}`)
    },
    changeColumn: ([table, name, attribute], call, inside) => {
      for (const one of tablesOf(table, this.#sql))
        for (const sql of this.#changed(one.text, name, attribute)) this.#calls.run(sql, call, inside ?? one.inside)
    },
    renameColumn: ([table, from, to], call, inside) => {
      const [old, now] = [from, to].map(value => nameIn(this.#sql, value))
      this.#each(table, call, inside, one => `ALTER TABLE ${one} RENAME COLUMN ${old} TO ${now}`)
    },
    addIndex: ([table, second, third], call, inside) => {
      const options = third ?? (second?.is === 'map' ? second : undefined)
      this.#each(table, call, inside, one => this.#index(one, fieldsOf(second, options), options))
    },
    removeIndex: ([table, name], call, inside) => this.#each(table, call, inside, one => this.#dropIndex(one, name)),
    addConstraint: ([table, second, third], call, inside) => {
      const options = third ?? second
      for (const one of tablesOf(table, this.#sql)) {
        const sql = this.#constraint(one.text, fieldsOf(second, options), options)
        if (sql === undefined) this.#calls.unknown(call, inside, 'the kind of the constraint is not known')
        else this.#calls.run(sql, call, inside ?? one.inside)
      }
    },
    removeConstraint: ([table, name], call, inside) =>
      this.#each(table, call, inside, one => `ALTER TABLE ${one} DROP CONSTRAINT ${nameIn(this.#sql, name)}`),
    bulkDelete: ([table, where, options], call, inside) => {
      const isTruncate = textIs(entryOf(options, 'truncate'))
      this.#each(table, call, inside, one =>
        isTruncate ? `TRUNCATE ${one}` : `DELETE FROM ${one}${this.#where(where)}`,
      )
    },
    delete: ([, table, where], call, inside) =>
      this.#each(table, call, inside, one => `DELETE FROM ${one}${this.#where(where)}`),
    bulkUpdate: ([table, values, where], call, inside) => {
      const entries =
        values?.is === 'map' && values.entries.length > 0 ? values.entries : [{ key: '?', value: undefined }]
      const set = entries.map(({ key, value }) => `${this.#sql.quoted(key)} = ${this.#sql.constant(value)}`).join(', ')
      this.#each(table, call, inside, one => `UPDATE ${one} SET ${set}${this.#where(where)}`)
    },
    ...Object.fromEntries(
      [
        'createFunction',
        'dropFunction',
        'renameFunction',
        'createTrigger',
        'dropTrigger',
        'renameTrigger',
        'dropEnum',
        'dropAllEnums',
      ].map((name): [string, Read] => [
        name,
        (_args, call, inside) => this.#calls.writer.effect(call, { kind: 'other-ddl' }, inside),
      ]),
    ),
  }

  #everything(call: Call, inside: string | undefined): void {
    const tables = [{ name: 'every table' }]
    if (call.name === 'truncate') this.#calls.writer.effect(call, { kind: 'truncate', tables }, inside)
    else this.#calls.writer.effect(call, { kind: 'drop-table', tables, temporary: false }, inside)
  }

  #cascade(options: Value | undefined): string {
    return textIs(entryOf(options, 'cascade')) ? ' CASCADE' : ''
  }

  #create(table: Value | undefined, attributes: Value | undefined, call: Call, inside: string | undefined): void {
    for (const one of tablesOf(table, this.#sql)) {
      const entries = attributes?.is === 'map' ? attributes.entries : undefined
      if (entries === undefined) this.#calls.unknown(call, inside, `the columns of ${one.text} are not in this file`)
      const columns = (entries ?? []).map(({ key, value }) => columnOf(key, value, one.text, this.#sql))
      const texts = this.#sql.columns(columns.filter(column => column !== undefined))
      this.#calls.run(`CREATE TABLE ${this.#guard}${one.text} (${texts.join(', ')})`, call, inside ?? one.inside)
    }
  }

  #column(name: Value | undefined, attribute: Value | undefined, table: string): ColumnText {
    const text = this.#sql.names(name, one => one)[0]!.text
    return columnOf(text, attribute, table, this.#sql) ?? { name: text, type: 'text' }
  }

  /** PostgreSQL changes one thing after the other, MySQL says the column again, SQLite makes the table anew with every row. */
  #changed(table: string, name: Value | undefined, attribute: Value | undefined): string[] {
    const text = this.#sql.names(name, one => one)[0]!.text
    const column = columnOf(text, attribute, table, this.#sql)
    if (column === undefined || this.#sql.dialect === 'sqlite') return []
    const quoted = this.#sql.quoted(column.name)
    if (this.#sql.dialect === 'mysql') return [`ALTER TABLE ${table} CHANGE ${quoted} ${this.#sql.column(column)}`]
    const alter = (rest: string) => `ALTER TABLE ${table} ALTER COLUMN ${quoted} ${rest}`
    return [
      alter(column.notNull === true ? 'SET NOT NULL' : 'DROP NOT NULL'),
      alter(column.default === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${column.default}`),
      alter(`TYPE ${column.type}`),
    ]
  }

  #index(table: string, fields: Value | undefined, options: Value | undefined): string {
    const isUnique = textIs(entryOf(options, 'unique')) || /^unique$/i.test(textOf(entryOf(options, 'type')) ?? '')
    const names =
      fields?.is === 'list' ? fields.items.map(one => nameIn(this.#sql, fieldOf(one))) : [nameIn(this.#sql, fields)]
    const bare = [table, ...names].map(one => one.replaceAll(/["`]/g, '')).join('_')
    const name = textOf(entryOf(options, 'name')) ?? textOf(entryOf(options, 'indexName')) ?? bare
    const concurrently =
      textIs(entryOf(options, 'concurrently')) && this.#sql.dialect === 'postgres' ? ' CONCURRENTLY' : ''
    return `CREATE ${isUnique ? 'UNIQUE ' : ''}INDEX${concurrently} ${this.#sql.quoted(name)} ON ${table} (${names.join(', ')})`
  }

  #dropIndex(table: string, value: Value | undefined): string {
    const bare = table.replaceAll(/["`]/g, '')
    const fields = value?.is === 'list' ? this.#sql.names(value, one => one).map(one => one.text) : undefined
    const name = fields === undefined ? nameIn(this.#sql, value) : this.#sql.quoted([bare, ...fields].join('_'))
    return this.#sql.dialect === 'mysql' ? `DROP INDEX ${name} ON ${table}` : `DROP INDEX ${name}`
  }

  #constraint(table: string, fields: Value | undefined, options: Value | undefined): string | undefined {
    const type = textOf(entryOf(options, 'type'))?.toLowerCase()
    const said = textOf(entryOf(options, 'name'))
    const name = said === undefined ? '' : `CONSTRAINT ${this.#sql.quoted(said)} `
    const columns = `(${this.#sql.list(fields)})`
    const add = `ALTER TABLE ${table} ADD ${name}`
    if (type === 'unique') return `${add}UNIQUE ${columns}`
    if (type === 'primary key') return `${add}PRIMARY KEY ${columns}`
    if (type === 'check') return `${add}CHECK (${this.#sql.quoted('some_name')} IS NOT NULL)`
    if (type !== 'foreign key') return undefined
    const target = entryOf(options, 'references')
    const key = textOf(entryOf(target, 'field')) ?? 'id'
    return `${add}FOREIGN KEY ${columns} REFERENCES ${tablesOf(entryOf(target, 'table'), this.#sql)[0]!.text} (${this.#sql.quoted(key)})`
  }

  #where(where: Value | undefined): string {
    if (where === undefined || where.is === 'nothing') return ''
    if (where.is !== 'map') return ` WHERE ${this.#sql.quoted('some_name')} = 1`
    if (where.entries.length === 0) return ''
    const terms = where.entries.map(({ key, value }) =>
      value.is === 'nothing'
        ? `${this.#sql.quoted(key)} IS NULL`
        : `${this.#sql.quoted(key)} = ${this.#sql.constant(value)}`,
    )
    return ` WHERE ${terms.join(' AND ')}`
  }

  #query(text: Value | undefined, options: Value | undefined, call: Call, inside: string | undefined): void {
    const inner = text?.is === 'map' ? entryOf(text, 'query') : text
    const bindings = entryOf(options, 'replacements')
    let at = 0
    const sql =
      inner === undefined || bindings === undefined
        ? inner
        : filled(inner, /\?|(?<![:\w]):(\w+)/g, found => {
            const value =
              found[1] === undefined
                ? bindings.is === 'list'
                  ? bindings.items[at++]
                  : undefined
                : entryOf(bindings, found[1])
            return this.#sql.constant(value)
          })
    this.#calls.writer.sql(sql, call, inside)
  }
}

function textIs(value: Value | undefined): boolean {
  return value?.is === 'boolean' && value.value
}

/** `addIndex(table, ['a'])`, `addIndex(table, { fields: ['a'] })`, `addConstraint(table, ['a'], { … })`. */
function fieldsOf(second: Value | undefined, options: Value | undefined): Value | undefined {
  return second?.is === 'list' || second?.is === 'text' ? second : entryOf(options, 'fields')
}

function fieldOf(value: Value): Value {
  return entryOf(value, 'name') ?? entryOf(value, 'attribute') ?? value
}
