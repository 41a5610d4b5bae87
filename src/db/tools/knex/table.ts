// What a Knex table builder (`table => { table.string('a') }`) does, as SQL.

import { entryOf, isTrue, textOf } from '../../code/ecmascript/visit.ts'
import type { Call, Value } from '../../code/script.ts'
import type { ColumnText, SqlText } from '../../code/sql-text.ts'
import { numbering, types } from './types.ts'

/** One statement, or the part of a CREATE TABLE, with the call that makes it. */
export interface Part {
  readonly call: Call
  /** Stands inside the parentheses of a CREATE TABLE. */
  readonly inner?: string
  /** Statements of their own. */
  readonly sql?: readonly string[]
  readonly unread?: string
  readonly inside?: string
}

const quiet = new Set(['comment', 'engine', 'charset', 'collate', 'inherits', 'queryContext', 'toString'])

export class TableReader {
  readonly #sql: SqlText
  /** As it stands in SQL. */
  readonly #table: string
  readonly #isNew: boolean

  constructor(sql: SqlText, table: string, isNew: boolean) {
    this.#sql = sql
    this.#table = table
    this.#isNew = isNew
  }

  /** A chain on the builder: `table.string('a').notNullable()`. */
  read(calls: readonly [Call, ...Call[]]): Part[] {
    const [first, ...rest] = calls
    const { name, args } = first
    const type = types[name] ?? numbering[name]
    if (type !== undefined) return this.#column(first, rest, type(args, this.#sql))
    if (name === 'timestamps') return this.#timestamps(first)
    if (name === 'foreign') return this.#foreign(first, rest)
    const sql = this.#others[name]?.(args)
    if (sql !== undefined) return [{ call: first, sql: typeof sql === 'string' ? [sql] : sql }]
    if (quiet.has(name)) return []
    return [{ call: first, unread: `${name}() is not known` }]
  }

  #alter(rest: string): string {
    return `ALTER TABLE ${this.#table} ${rest}`
  }

  readonly #others: Readonly<Record<string, (args: readonly Value[]) => string | readonly string[]>> = {
    dropColumn: args => args.flatMap(arg => this.#dropped(arg)),
    dropColumns: args => args.flatMap(arg => this.#dropped(arg)),
    dropTimestamps: ([camel]) => {
      const isCamel = isTrue(camel) || isTrue(entryOf(camel, 'useCamelCase'))
      const names = isCamel ? ['createdAt', 'updatedAt'] : ['created_at', 'updated_at']
      return names.map(name => this.#alter(`DROP COLUMN ${this.#sql.quoted(name)}`))
    },
    renameColumn: ([from, to]) => {
      const [old, now] = [from, to].map(value => this.#sql.names(value)[0]!.text)
      return this.#alter(`RENAME COLUMN ${old} TO ${now}`)
    },
    setNullable: ([column]) => this.#nullable(column, true),
    dropNullable: ([column]) => this.#nullable(column, false),
    index: ([columns, name]) => this.#index('INDEX', columns, name),
    unique: ([columns, name]) =>
      this.#index('UNIQUE INDEX', columns, textOf(name) === undefined ? entryOf(name, 'indexName') : name),
    primary: ([columns]) => this.#alter(`ADD PRIMARY KEY (${this.#sql.list(columns)})`),
    dropPrimary: ([name]) =>
      this.#sql.dialect === 'mysql'
        ? this.#alter('DROP PRIMARY KEY')
        : this.#dropConstraint(name, `${this.#bare()}_pkey`),
    dropForeign: ([columns, name]) =>
      this.#sql.dialect === 'mysql'
        ? this.#alter(`DROP FOREIGN KEY ${this.#named(columns, name, 'foreign')}`)
        : this.#alter(`DROP CONSTRAINT ${this.#named(columns, name, 'foreign')}`),
    dropUnique: ([columns, name]) =>
      this.#sql.dialect === 'postgres'
        ? this.#alter(`DROP CONSTRAINT ${this.#named(columns, name, 'unique')}`)
        : this.#dropIndex(columns, name, 'unique'),
    dropIndex: ([columns, name]) => this.#dropIndex(columns, name, 'index'),
    dropChecks: names => names.map(name => this.#dropConstraint(name, 'some_name')),
    check: ([predicate]) => {
      const text = textOf(predicate)
      return text === undefined || text.includes('?') ? [] : this.#alter(`ADD CHECK (${text})`)
    },
  }

  #dropped(value: Value): string[] {
    return this.#sql.names(value).map(({ text }) => this.#alter(`DROP COLUMN ${text}`))
  }

  #nullable(value: Value | undefined, isNullable: boolean): string[] {
    const verb = isNullable ? 'DROP' : 'SET'
    // MySQL says the whole column again, SQLite makes the table anew: in both what matters is whether it may be NULL.
    if (this.#sql.dialect === 'postgres')
      return this.#sql.names(value).map(({ text }) => this.#alter(`ALTER COLUMN ${text} ${verb} NOT NULL`))
    if (this.#sql.dialect === 'mysql')
      return this.#sql.names(value).map(({ text }) => this.#alter(`MODIFY ${text} int ${isNullable ? '' : 'NOT '}NULL`))
    return []
  }

  #bare(): string {
    return this.#table.replaceAll(/["`]/g, '').split('.').at(-1)!
  }

  // Knex names what it makes `table_column_kind`.
  #named(columns: Value | undefined, name: Value | undefined, kind: string): string {
    const said = textOf(name)
    if (said !== undefined) return this.#sql.quoted(said)
    const parts = this.#sql.names(columns, one => one).map(one => one.text)
    return this.#sql.quoted([this.#bare(), ...parts, kind].join('_').toLowerCase())
  }

  #index(what: string, columns: Value | undefined, name: Value | undefined): string {
    const kind = what.startsWith('UNIQUE') ? 'unique' : 'index'
    const named = this.#named(columns, name, kind)
    if (kind === 'unique' && this.#sql.dialect === 'postgres')
      return this.#alter(`ADD CONSTRAINT ${named} UNIQUE (${this.#sql.list(columns)})`)
    return `CREATE ${what} ${named} ON ${this.#table} (${this.#sql.list(columns)})`
  }

  #dropIndex(columns: Value | undefined, name: Value | undefined, kind: string): string {
    const named = this.#named(columns, name, kind)
    return this.#sql.dialect === 'mysql' ? this.#alter(`DROP INDEX ${named}`) : `DROP INDEX ${named}`
  }

  #dropConstraint(name: Value | undefined, otherwise: string): string {
    return this.#alter(`DROP CONSTRAINT ${this.#sql.quoted(textOf(name) ?? otherwise)}`)
  }

  #timestamps(call: Call): Part[] {
    const [options, defaults, camel] = call.args
    const isCamel = isTrue(camel) || isTrue(entryOf(options, 'useCamelCase'))
    const hasDefault = isTrue(defaults) || isTrue(entryOf(options, 'defaultToNow'))
    const zoned = { postgres: 'timestamptz', mysql: 'datetime', sqlite: 'datetime' }[this.#sql.dialect]
    const names = isCamel ? ['createdAt', 'updatedAt'] : ['created_at', 'updated_at']
    return names.map(name =>
      this.#made(call, {
        name,
        type: zoned,
        ...(hasDefault ? { notNull: true, default: 'CURRENT_TIMESTAMP' } : {}),
      }),
    )
  }

  #foreign(call: Call, rest: readonly Call[]): Part[] {
    const target = targetOf(rest, this.#sql)
    if (target === undefined) return []
    const { args } = call
    const named = this.#named(args[0], args[1] ?? rest.find(one => one.name === 'withKeyName')?.args[0], 'foreign')
    const key = `CONSTRAINT ${named} FOREIGN KEY (${this.#sql.list(args[0])}) REFERENCES ${target}`
    return [this.#isNew ? { call, inner: key } : { call, sql: [this.#alter(`ADD ${key}`)] }]
  }

  #column(call: Call, rest: readonly Call[], type: string): Part[] {
    const has = (...names: string[]) => rest.findLast(one => names.includes(one.name))
    const isNumbered = numbering[call.name] !== undefined
    const given = has('defaultTo')?.args[0]
    const nullness = has('notNullable', 'notNull', 'nullable')
    const isNullable = nullness?.name === 'nullable' && !(nullness.args[0]?.is === 'boolean' && !nullness.args[0].value)
    const target = targetOf(rest, this.#sql)
    return this.#sql
      .names(call.args[0] ?? idOf(call), one => one)
      .flatMap(({ text: name }) => {
        const column: ColumnText = {
          name,
          type,
          ...(nullness !== undefined && !isNullable ? { notNull: true } : {}),
          ...(given === undefined || given.is === 'nothing' ? {} : { default: this.#default(given) }),
          ...(has('unsigned') === undefined ? {} : { unsigned: true }),
          ...((isNumbered && isPrimary(call)) || has('primary') !== undefined ? { primaryKey: true } : {}),
          ...(isNumbered ? { autoIncrement: true } : {}),
          ...(target === undefined ? {} : { references: target }),
        }
        if (has('alter') !== undefined) return [this.#changed(call, column, has('alter')!)]
        const extra = ['unique', 'index'].flatMap(kind => {
          const asked = has(kind)
          const quoted: Value = { offset: 0, endOffset: 0, is: 'text', text: name }
          const index = kind === 'index' ? 'INDEX' : 'UNIQUE INDEX'
          return asked === undefined ? [] : [{ call, sql: [this.#index(index, quoted, asked.args[0])] }]
        })
        return [this.#made(call, column), ...extra]
      })
  }

  #made(call: Call, column: ColumnText): Part {
    if (!this.#isNew) return { call, sql: [this.#sql.addColumn(this.#table, column)] }
    return { call, inner: this.#sql.columns([column]).join(', ') }
  }

  #changed(call: Call, column: ColumnText, alter: Call): Part {
    const name = this.#sql.quoted(column.name)
    if (this.#sql.dialect === 'mysql') return { call, sql: [this.#alter(`MODIFY ${this.#sql.column(column)}`)] }
    // SQLite makes the table anew by itself, every row kept.
    if (this.#sql.dialect === 'sqlite') return { call, sql: [] }
    const [options] = alter.args
    const isOff = (key: string) => entryOf(options, key)?.is === 'boolean' && !isTrue(entryOf(options, key))
    const type = isOff('alterType') ? [] : [`TYPE ${column.type}`]
    const nullness = isOff('alterNullable') ? [] : [column.notNull === true ? 'SET NOT NULL' : 'DROP NOT NULL']
    return { call, sql: [...type, ...nullness].map(change => this.#alter(`ALTER COLUMN ${name} ${change}`)) }
  }

  #default(value: Value): string {
    if (value.is === 'call' && value.name === 'now') return 'CURRENT_TIMESTAMP'
    if (value.is === 'call' && value.name === 'uuid')
      return this.#sql.dialect === 'postgres' ? 'gen_random_uuid()' : '(uuid())'
    if (value.is === 'call' && value.name === 'raw') return textOf(value.args[0]) ?? this.#sql.text('?')
    return this.#sql.constant(value)
  }
}

function idOf({ offset, endOffset }: Call): Value {
  return { offset, endOffset, is: 'text', text: 'id' }
}

function isPrimary({ args }: Call): boolean {
  const primary = entryOf(args[1], 'primaryKey')
  return primary === undefined || isTrue(primary)
}

/** `.references('id').inTable('users')`, `.references('users.id')`. */
function targetOf(rest: readonly Call[], sql: SqlText): string | undefined {
  const said = rest.find(one => one.name === 'references')?.args[0]
  if (said === undefined) return undefined
  const table = rest.find(one => one.name === 'inTable' || one.name === 'on')?.args[0]
  const dotted = textOf(said)?.split('.')
  if (table === undefined && dotted !== undefined && dotted.length > 1)
    return `${sql.path(dotted.slice(0, -1).join('.'))} (${sql.quoted(dotted.at(-1)!)})`
  return `${sql.names(table, name => sql.path(name))[0]!.text} (${sql.list(said)})`
}
