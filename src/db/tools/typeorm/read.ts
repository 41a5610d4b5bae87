// What a TypeORM migration runs: calls of the query runner.

import { type Calls, nameIn, readUp } from '../../code/ecmascript/calls.ts'
import { type Chain, callsNamed, entryOf, isTrue, textOf } from '../../code/ecmascript/visit.ts'
import type { Call, Script, Value } from '../../code/script.ts'
import type { SqlText } from '../../code/sql-text.ts'
import type { Reading } from '../../code/writer.ts'
import type { DialectId } from '../../statement.ts'
import { checkOf, columnOf, foreignKeyOf, indexOf, listOf, optionsOf, typeOf, uniqueOf } from './shapes.ts'

export function read(script: Script, dialect: DialectId): Reading {
  return readUp(script, dialect, 'queryRunner', (calls, way) => {
    const drops = callsNamed(way.steps, /^(?:drop|clear|query)/)
    const reader = new TypeormReader(calls, drops)
    return chain => reader.chain(chain)
  })
}

const quiet = new Set(
  'connect release startTransaction commitTransaction rollbackTransaction getDatabases getSchemas hasDatabase getCurrentDatabase hasSchema getCurrentSchema hasTable hasColumn getTable getTables getView getViews enableSqlMemory disableSqlMemory clearSqlMemory getMemorySql executeMemoryUpQueries stream manager connection driver data broadcaster getRepository getTreeRepository createQueryBuilder findColumnByName find findOne findOneBy findBy save insert upsert count create merge into values orIgnore execute getMany getRawMany getOne select from where andWhere orWhere set columns foreignKeys indices changeTableComment escape options type'.split(
    ' ',
  ),
)

type Read = (args: readonly Value[], call: Call, inside: string | undefined) => void

class TypeormReader {
  readonly #calls: Calls
  readonly #sql: SqlText
  /** Something is dropped too: a table that may have been there already is then not taken for new. */
  readonly #drops: boolean

  constructor(calls: Calls, drops: boolean) {
    this.#calls = calls
    this.#sql = calls.sql
    this.#drops = drops
  }

  chain(chain: Chain): boolean {
    const { root, calls, inside } = chain
    if (root.length === 0 || !this.#calls.own.has(root[0]!)) return this.#calls.foreign(chain)
    let isRead = false
    for (const call of calls) {
      const read = this.#reads[call.name]
      if (read !== undefined) {
        read(call.args, call, inside)
        isRead = true
      } else if (call.name === 'delete' || call.name === 'update' || call.name === 'clear')
        this.#rows(call, calls, inside)
      else if (!quiet.has(call.name)) this.#calls.unknown(call, inside)
    }
    return isRead
  }

  /** A table by its name, or `new Table({ name })`, or one that was asked for: `await queryRunner.getTable('a')`. */
  #tables(value: Value | undefined) {
    const inner = value?.is === 'call' && /^getTable$/.test(value.name) ? value.args[0] : value
    const options = optionsOf(inner)
    const schema = textOf(entryOf(options, 'schema'))
    const name = options?.is === 'map' ? entryOf(options, 'name') : inner
    return this.#sql.names(name, one => this.#sql.path(one, schema))
  }

  #each(
    value: Value | undefined,
    call: Call,
    inside: string | undefined,
    sql: (table: string) => string | readonly string[],
  ): void {
    for (const one of this.#tables(value))
      for (const text of [sql(one.text)].flat()) this.#calls.run(text, call, inside ?? one.inside)
  }

  #alter(table: Value | undefined, call: Call, inside: string | undefined, rests: readonly string[]): void {
    this.#each(table, call, inside, one => rests.map(rest => `ALTER TABLE ${one} ${rest}`))
  }

  readonly #reads: Readonly<Record<string, Read>> = {
    query: ([text], call, inside) => this.#calls.writer.sql(text, call, inside),
    createTable: ([table, ifNotExists], call, inside) => this.#create(table, isTrue(ifNotExists), call, inside),
    dropTable: ([table], call, inside) => this.#each(table, call, inside, one => `DROP TABLE ${one}`),
    clearTable: ([table], call, inside) =>
      this.#each(table, call, inside, one =>
        this.#sql.dialect === 'sqlite' ? `DELETE FROM ${one}` : `TRUNCATE TABLE ${one}`,
      ),
    clearDatabase: (_args, call, inside) =>
      this.#calls.writer.effect(
        call,
        { kind: 'drop-table', tables: [{ name: 'every table' }], temporary: false },
        inside,
      ),
    dropDatabase: ([name], call, inside) =>
      this.#calls.each(this.#sql.names(name), call, inside, one => `DROP DATABASE ${one}`),
    createDatabase: (_args, call, inside) => this.#calls.writer.effect(call, { kind: 'other-ddl' }, inside),
    createSchema: ([name], call, inside) =>
      this.#calls.each(this.#sql.names(name), call, inside, one => `CREATE SCHEMA ${one}`),
    dropSchema: ([name, , cascade], call, inside) =>
      this.#calls.each(
        this.#sql.names(name),
        call,
        inside,
        one => `DROP SCHEMA ${one}${isTrue(cascade) ? ' CASCADE' : ''}`,
      ),
    createView: (_args, call, inside) => this.#calls.writer.effect(call, { kind: 'other-ddl' }, inside),
    dropView: ([view], call, inside) => this.#each(view, call, inside, one => `DROP VIEW ${one}`),
    renameTable: ([table, to], call, inside) =>
      this.#alter(table, call, inside, [`RENAME TO ${nameIn(this.#sql, to)}`]),
    addColumn: ([table, column], call, inside) => this.#add(table, column, call, inside),
    addColumns: ([table, columns], call, inside) => this.#add(table, columns, call, inside),
    dropColumn: ([table, column], call, inside) => this.#drop(table, column, call, inside),
    dropColumns: ([table, columns], call, inside) => this.#drop(table, columns, call, inside),
    renameColumn: ([table, from, to], call, inside) => {
      const [old, now] = [from, to].map(one => this.#columns(one)[0] ?? '?')
      this.#alter(table, call, inside, [`RENAME COLUMN ${old} TO ${now}`])
    },
    changeColumn: ([table, from, to], call, inside) => this.#change(table, from, to, call, inside),
    changeColumns: ([table, changes], call, inside) => {
      for (const one of listOf(changes))
        this.#change(table, entryOf(one, 'oldColumn'), entryOf(one, 'newColumn'), call, inside)
    },
    createPrimaryKey: ([table, columns], call, inside) =>
      this.#alter(table, call, inside, [`ADD PRIMARY KEY (${this.#sql.list(columns)})`]),
    updatePrimaryKeys: (_args, call, inside) => this.#calls.writer.effect(call, { kind: 'other-ddl' }, inside),
    dropPrimaryKey: ([table, name], call, inside) =>
      this.#alter(table, call, inside, [
        this.#sql.dialect === 'mysql'
          ? 'DROP PRIMARY KEY'
          : `DROP CONSTRAINT ${this.#sql.quoted(textOf(name) ?? 'primary')}`,
      ]),
    ...this.#parts('UniqueConstraint', value => `ADD ${uniqueOf(value, this.#sql)}`, 'INDEX'),
    ...this.#parts('CheckConstraint', value => `ADD ${checkOf(value, this.#sql)}`, 'CONSTRAINT'),
    ...this.#parts('ExclusionConstraint', () => undefined, 'CONSTRAINT'),
    ...this.#parts('ForeignKey', value => `ADD ${foreignKeyOf(value, this.#sql)}`, 'FOREIGN KEY'),
    createIndex: ([table, index], call, inside) => this.#indexes(table, index, call, inside),
    createIndices: ([table, indexes], call, inside) => this.#indexes(table, indexes, call, inside),
    dropIndex: ([table, index], call, inside) => this.#dropIndexes(table, index, call, inside),
    dropIndices: ([table, indexes], call, inside) => this.#dropIndexes(table, indexes, call, inside),
  }

  /** create… and drop…, for one and for several. `called`: what MySQL says to drop it. */
  #parts(what: string, create: (value: Value) => string | undefined, called: string): Record<string, Read> {
    const made: Read = ([table, values], call, inside) =>
      this.#alter(
        table,
        call,
        inside,
        listOf(values).flatMap(value => create(value) ?? []),
      )
    const dropped: Read = ([table, values], call, inside) => {
      const verb = `DROP ${this.#sql.dialect === 'mysql' ? called : 'CONSTRAINT'}`
      this.#alter(
        table,
        call,
        inside,
        this.#columns(values).map(name => `${verb} ${name}`),
      )
    }
    return { [`create${what}`]: made, [`create${what}s`]: made, [`drop${what}`]: dropped, [`drop${what}s`]: dropped }
  }

  /** Quoted names of what is told by name, or as `new TableColumn({ name })`. */
  #columns(value: Value | undefined): string[] {
    return listOf(value).flatMap(one => {
      const options = optionsOf(one)
      return this.#sql.names(options?.is === 'map' ? entryOf(options, 'name') : one).map(name => name.text)
    })
  }

  #create(table: Value | undefined, ifNotExists: boolean, call: Call, inside: string | undefined): void {
    const options = optionsOf(table)
    const columns = entryOf(options, 'columns')
    const isKnown = columns?.is === 'list'
    if (!isKnown) this.#calls.unknown(call, inside, 'the columns of the table are not in this file')
    const parts = [
      ...this.#sql.columns(isKnown ? columns.items.map(one => columnOf(one, this.#sql)) : []),
      ...listOf(entryOf(options, 'foreignKeys')).map(one => foreignKeyOf(one, this.#sql)),
      ...listOf(entryOf(options, 'uniques')).map(one => uniqueOf(one, this.#sql)),
      ...listOf(entryOf(options, 'checks')).map(one => checkOf(one, this.#sql)),
    ]
    const keys = parts.filter(part => / PRIMARY KEY\b/.test(part)).length
    // Several columns that are primary are one key.
    const inner = keys > 1 ? parts.map(part => part.replace(/ PRIMARY KEY\b/, '')) : parts
    const guard = ifNotExists && this.#drops ? 'IF NOT EXISTS ' : ''
    this.#each(table, call, inside, one => [
      `CREATE TABLE ${guard}${one} (${inner.join(', ')})`,
      ...listOf(entryOf(options, 'indices')).map(index => indexOf(one, index, this.#sql)),
    ])
  }

  #add(table: Value | undefined, columns: Value | undefined, call: Call, inside: string | undefined): void {
    for (const column of listOf(columns))
      this.#each(table, call, inside, one => this.#sql.addColumn(one, columnOf(column, this.#sql)))
  }

  #drop(table: Value | undefined, columns: Value | undefined, call: Call, inside: string | undefined): void {
    this.#alter(
      table,
      call,
      inside,
      this.#columns(columns).map(name => `DROP COLUMN ${name}`),
    )
  }

  /**
   * TypeORM changes a type or a length by dropping the column and adding it again, empty ("To avoid data conversion, we just recreate
   * column", PostgresQueryRunner.ts, MysqlQueryRunner.ts). Whether it comes to that shows only where both columns are said.
   */
  #change(
    table: Value | undefined,
    from: Value | undefined,
    to: Value | undefined,
    call: Call,
    inside: string | undefined,
  ): void {
    const [old, now] = [optionsOf(from), optionsOf(to)]
    const names = [...this.#columns(from), ...this.#columns(to)]
    const types = [old, now].map(options => (options?.is === 'map' ? typeOf(options, this.#sql) : undefined))
    if (types[0] !== undefined && types[0] === types[1]) {
      if (names[0] !== names[1]) this.#alter(table, call, inside, [`RENAME COLUMN ${names[0]} TO ${names[1]}`])
      this.#nullness(table, old, now, call, inside)
      return
    }
    // SQLite's tables are made anew with every row.
    if (this.#sql.dialect === 'sqlite') return
    const by = types[0] === undefined ? 'changeColumn(), where the type or the length changes' : undefined
    this.#alter(table, call, inside ?? by, [`DROP COLUMN ${names[0] ?? '?'}`])
  }

  #nullness(
    table: Value | undefined,
    old: Value | undefined,
    now: Value | undefined,
    call: Call,
    inside: string | undefined,
  ): void {
    const [was, is] = [old, now].map(options => isTrue(entryOf(options, 'isNullable')))
    const column = columnOf(now, this.#sql)
    if (was === is) return
    const name = this.#sql.quoted(column.name)
    const rest =
      this.#sql.dialect === 'mysql'
        ? [`MODIFY ${this.#sql.column(column)}`]
        : [`ALTER COLUMN ${name} ${is ? 'DROP' : 'SET'} NOT NULL`]
    if (this.#sql.dialect !== 'sqlite') this.#alter(table, call, inside, rest)
  }

  #indexes(table: Value | undefined, indexes: Value | undefined, call: Call, inside: string | undefined): void {
    this.#each(table, call, inside, one => listOf(indexes).map(index => indexOf(one, index, this.#sql)))
  }

  #dropIndexes(table: Value | undefined, indexes: Value | undefined, call: Call, inside: string | undefined): void {
    const on = this.#sql.dialect === 'mysql'
    this.#each(table, call, inside, one =>
      this.#columns(indexes).map(name => `DROP INDEX ${name}${on ? ` ON ${one}` : ''}`),
    )
  }

  /** `manager.delete(User, {…})`, `createQueryBuilder().delete().from('users').where(…)`. */
  #rows(call: Call, calls: readonly Call[], inside: string | undefined): void {
    const from = calls.find(one => one.name === 'from')?.args[0] ?? call.args[0]
    const isWhere = calls.some(one => /where$/i.test(one.name)) || (call.args.length > 1 && call.name !== 'clear')
    const where = isWhere ? ` WHERE ${this.#sql.quoted('some_name')} = 1` : ''
    const set = `SET ${this.#sql.quoted('some_name')} = 1`
    if (from === undefined || call.name === 'update') {
      if (from !== undefined) this.#each(from, call, inside, one => `UPDATE ${one} ${set}${where}`)
    } else this.#each(from, call, inside, one => `DELETE FROM ${one}${where}`)
  }
}
