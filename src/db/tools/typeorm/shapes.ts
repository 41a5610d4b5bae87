// What TypeORM's Table, TableColumn, TableIndex … say, as SQL.

import { entryOf, isTrue, textOf } from '../../code/ecmascript/visit.ts'
import type { Value } from '../../code/script.ts'
import type { ColumnText, SqlText } from '../../code/sql-text.ts'

/** The options of `new TableColumn({ … })`, or of the literal itself. */
export function optionsOf(value: Value | undefined): Value | undefined {
  return value?.is === 'call' && value.name.startsWith('new ') ? value.args[0] : value
}

export function listOf(value: Value | undefined): readonly Value[] {
  return value?.is === 'list' ? value.items : value === undefined ? [] : [value]
}

/** Text as it is; numbers too, since lengths are written both ways. */
function said(value: Value | undefined): string | undefined {
  return value?.is === 'number' ? String(value.value) : textOf(value)
}

/** `varchar(20)`, `int`, the name of an enum; undefined when it is not told. */
export function typeOf(options: Value | undefined, sql: SqlText): string | undefined {
  const type = textOf(entryOf(options, 'type'))
  if (type === undefined) return undefined
  const members = entryOf(options, 'enum')
  if (type === 'enum' || type === 'simple-enum' || type === 'set') {
    if (sql.dialect === 'mysql' && members?.is === 'list')
      return `${type === 'set' ? 'set' : 'enum'}(${members.items.map(one => sql.constant(one)).join(', ')})`
    const name = textOf(entryOf(options, 'enumName'))
    return sql.dialect === 'postgres' && name !== undefined ? sql.quoted(name) : 'text'
  }
  const [length, precision, scale] = ['length', 'precision', 'scale'].map(key => said(entryOf(options, key)))
  const sized =
    length !== undefined && length !== ''
      ? `${type}(${length})`
      : precision !== undefined
        ? `${type}(${[precision, scale].filter(part => part !== undefined).join(', ')})`
        : type === 'varchar' && sql.dialect === 'mysql'
          ? 'varchar(255)'
          : type
  return isTrue(entryOf(options, 'isArray')) ? `${sized}[]` : sized
}

export function columnOf(value: Value | undefined, sql: SqlText): ColumnText {
  const options = optionsOf(value)
  const type = typeOf(options, sql) ?? 'text'
  const isNumbered = isTrue(entryOf(options, 'isGenerated'))
  const strategy = textOf(entryOf(options, 'generationStrategy')) ?? 'increment'
  const serial = sql.dialect === 'postgres' && isNumbered && strategy === 'increment'
  const given = entryOf(options, 'default')
  // The option is a piece of SQL: `"'draft'"`, `now()`.
  const text = given === undefined || given.is === 'nothing' ? undefined : (said(given) ?? sql.constant(given))
  const isPrimary = isTrue(entryOf(options, 'isPrimary'))
  const computed = textOf(entryOf(options, 'asExpression'))
  const kind = textOf(entryOf(options, 'generatedType')) ?? 'VIRTUAL'
  return {
    name: sql.names(entryOf(options, 'name'), one => one)[0]!.text,
    type: serial ? (type.startsWith('big') || type === 'int8' ? 'bigserial' : 'serial') : type,
    ...(isTrue(entryOf(options, 'isNullable')) ? {} : { notNull: true }),
    ...(text !== undefined
      ? { default: text }
      : isNumbered && strategy === 'uuid' && sql.dialect === 'postgres'
        ? { default: 'uuid_generate_v4()' }
        : {}),
    ...(isPrimary ? { primaryKey: true } : {}),
    ...(isNumbered && strategy === 'increment' ? { autoIncrement: true } : {}),
    ...(isTrue(entryOf(options, 'isUnique')) ? { unique: true } : {}),
    ...(isTrue(entryOf(options, 'unsigned')) ? { unsigned: true } : {}),
    ...(computed === undefined ? {} : { more: `GENERATED ALWAYS AS (${computed}) ${kind}` }),
  }
}

/** `CONSTRAINT "FK_1" FOREIGN KEY (…) REFERENCES …`. */
export function foreignKeyOf(value: Value | undefined, sql: SqlText): string {
  const options = optionsOf(value)
  const target = sql.names(entryOf(options, 'referencedTableName'), name => sql.path(name))[0]!.text
  const columns = sql.list(entryOf(options, 'columnNames'))
  return `${nameOf(options, sql)}FOREIGN KEY (${columns}) REFERENCES ${target} (${sql.list(entryOf(options, 'referencedColumnNames'))})`
}

export function uniqueOf(value: Value | undefined, sql: SqlText): string {
  const options = optionsOf(value)
  return `${nameOf(options, sql)}UNIQUE (${sql.list(entryOf(options, 'columnNames'))})`
}

export function checkOf(value: Value | undefined, sql: SqlText): string {
  const options = optionsOf(value)
  return `${nameOf(options, sql)}CHECK (${textOf(entryOf(options, 'expression')) ?? `${sql.quoted('some_name')} IS NOT NULL`})`
}

function nameOf(options: Value | undefined, sql: SqlText): string {
  const name = textOf(entryOf(options, 'name'))
  return name === undefined ? '' : `CONSTRAINT ${sql.quoted(name)} `
}

export function indexOf(table: string, value: Value | undefined, sql: SqlText): string {
  const options = optionsOf(value)
  const is = (key: string) => isTrue(entryOf(options, key))
  const kind = is('isUnique')
    ? 'UNIQUE '
    : sql.dialect !== 'mysql'
      ? ''
      : is('isFulltext')
        ? 'FULLTEXT '
        : is('isSpatial')
          ? 'SPATIAL '
          : ''
  const concurrently = is('isConcurrent') && sql.dialect === 'postgres' ? 'CONCURRENTLY ' : ''
  const name = sql.quoted(textOf(entryOf(options, 'name')) ?? 'some_name')
  const method = is('isSpatial') && sql.dialect === 'postgres' ? ' USING gist' : ''
  const where = textOf(entryOf(options, 'where'))
  const only = where === undefined || where === '' || sql.dialect === 'mysql' ? '' : ` WHERE ${where}`
  return `CREATE ${kind}INDEX ${concurrently}${name} ON ${table}${method} (${sql.list(entryOf(options, 'columnNames'))})${only}`
}
