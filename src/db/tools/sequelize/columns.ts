import { entryOf, isTrue, textOf } from '../../code/ecmascript/visit.ts'
import type { Value } from '../../code/script.ts'
import type { ColumnText, SqlText } from '../../code/sql-text.ts'
import { typeOf } from './types.ts'

/** `users`, or `{ tableName: 'users', schema: 'app' }`. */
export function tablesOf(value: Value | undefined, sql: SqlText) {
  const schema = textOf(entryOf(value, 'schema'))
  const inner = value?.is === 'map' ? entryOf(value, 'tableName') : value
  return sql.names(inner, name => (schema === undefined ? sql.quoted(name) : sql.path(name, schema)))
}

/** One attribute as a column; undefined when its type cannot be told. */
export function columnOf(name: string, value: Value | undefined, table: string, sql: SqlText): ColumnText | undefined {
  const bare = table.replaceAll(/["`]/g, '').split('.').at(-1)!
  const options = value?.is === 'map' ? value : undefined
  const said = typeOf(options === undefined ? value : entryOf(options, 'type'), sql, `enum_${bare}_${name}`)
  if (said === undefined) return undefined
  const isNumbered = isTrue(entryOf(options, 'autoIncrement')) || isTrue(entryOf(options, 'autoIncrementIdentity'))
  const allows = entryOf(options, 'allowNull')
  const isPrimary = isTrue(entryOf(options, 'primaryKey'))
  const given = defaultOf(entryOf(options, 'defaultValue'), sql)
  const target = referenceOf(entryOf(options, 'references'), sql)
  return {
    name: textOf(entryOf(options, 'field')) ?? name,
    type: isNumbered && sql.dialect === 'postgres' ? said.type.replace(/integer|int/, 'serial') : said.type,
    ...(said.unsigned ? { unsigned: true } : {}),
    ...(allows?.is === 'boolean' && !allows.value ? { notNull: true } : {}),
    ...(given === undefined ? {} : { default: given }),
    ...(isPrimary ? { primaryKey: true } : {}),
    ...(isNumbered ? { autoIncrement: true } : {}),
    ...(entryOf(options, 'unique') !== undefined && !isFalse(entryOf(options, 'unique')) ? { unique: true } : {}),
    ...(target === undefined ? {} : { references: target }),
  }
}

function isFalse(value: Value | undefined): boolean {
  return value?.is === 'boolean' && !value.value
}

function referenceOf(value: Value | undefined, sql: SqlText): string | undefined {
  if (value === undefined) return undefined
  const model = value.is === 'map' ? (entryOf(value, 'model') ?? entryOf(value, 'table')) : value
  const key = textOf(entryOf(value, 'key')) ?? textOf(entryOf(value, 'field')) ?? 'id'
  return `${tablesOf(model, sql)[0]!.text} (${sql.quoted(key)})`
}

function defaultOf(value: Value | undefined, sql: SqlText): string | undefined {
  if (value === undefined || value.is === 'nothing') return undefined
  if (value.is === 'name') {
    if (/\bNOW$/.test(value.name)) return 'CURRENT_TIMESTAMP'
    // Sequelize makes it itself, the database knows nothing of it.
    return /\bUUIDV\d$/.test(value.name) ? undefined : sql.text('?')
  }
  if (value.is === 'call' && value.name === 'literal') return textOf(value.args[0]) ?? sql.text('?')
  if (value.is === 'call' && value.name === 'fn') {
    const name = textOf(value.args[0]) ?? 'now'
    return /^now$/i.test(name) ? 'CURRENT_TIMESTAMP' : `${name}()`
  }
  return value.is === 'list' || value.is === 'map' ? sql.text('{}') : sql.constant(value)
}
