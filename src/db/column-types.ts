import type { Column, ColumnType } from './statement.ts'
import type { Reader } from './tokens.ts'

/** The dialects that our own recogniser reads. */
export type SqlFamily = 'mysql' | 'sqlite'

/** A column while it is read. */
export type Draft = { -readonly [Key in keyof Column]: Column[Key] }

/** Reads a column's type, with what stands among its words: character set, UNSIGNED, and all that SERIAL means. */
export function typeOf(reader: Reader, column: Draft, dialect: SqlFamily): void {
  if (dialect === 'sqlite') sqliteType(reader, column)
  else mysqlType(reader, column)
}

/** SQLite takes any words for a type, also none ("Datatypes In SQLite", 3). */
function sqliteType(reader: Reader, column: Draft): void {
  const words: string[] = []
  while (reader.token !== undefined && reader.token.kind !== 'punctuation' && !sqliteAttributes.has(reader.word()))
    words.push(reader.identifier()?.toLowerCase() ?? '')
  if (words.length === 0) return
  column.type = typed(words.join(' '), argumentsOf(reader))
}

const sqliteAttributes = new Set(
  'CONSTRAINT PRIMARY NOT NULL UNIQUE CHECK DEFAULT COLLATE REFERENCES GENERATED AS ON'.split(' '),
)

function mysqlType(reader: Reader, column: Draft): void {
  const start = reader.token
  if (start?.kind !== 'word' || noTypes.has(start.word)) return
  if (reader.take('SERIAL')) {
    Object.assign(column, { type: { name: 'bigint', unsigned: true }, notNull: true, numbered: 'auto', unique: true })
    return
  }
  const national = reader.take('NATIONAL')
  const first = reader.word()
  reader.at++
  const varying = reader.take('VARYING') || reader.take('VARCHAR|VARCHARACTER')
  reader.take('PRECISION')
  const name = varying ? 'varchar' : (shortNames[first] ?? first.toLowerCase())
  const args = argumentsOf(reader) ?? (first === 'BOOL' || first === 'BOOLEAN' ? ['1'] : undefined)
  if (national || first === 'NCHAR' || first === 'NVARCHAR') column.charset = 'utf8mb3'
  // CHAR(3) BYTE is BINARY(3).
  const plain = reader.take('BYTE') ? name.replace('char', 'binary') : name
  const unsigned = typeWords(reader, column)
  column.type = typed(plain, args, unsigned)
}

const noTypes = new Set(
  'GENERATED AS NOT NULL DEFAULT PRIMARY UNIQUE KEY COMMENT CHECK REFERENCES FIRST AFTER'.split(' '),
)

/** MySQL 8.4, "13.1 Numeric Data Types" and "13.10 Using Data Types from Other Database Engines". */
const shortNames: Readonly<Record<string, string>> = {
  INTEGER: 'int',
  INT1: 'tinyint',
  INT2: 'smallint',
  INT3: 'mediumint',
  MIDDLEINT: 'mediumint',
  INT4: 'int',
  INT8: 'bigint',
  BOOL: 'tinyint',
  BOOLEAN: 'tinyint',
  DEC: 'decimal',
  NUMERIC: 'decimal',
  FIXED: 'decimal',
  REAL: 'double',
  FLOAT4: 'float',
  FLOAT8: 'double',
  CHARACTER: 'char',
  VARCHARACTER: 'varchar',
  NCHAR: 'char',
  NVARCHAR: 'varchar',
  LONG: 'mediumtext',
}

/** The words between a type and its attributes. True when the type is unsigned. */
function typeWords(reader: Reader, column: Draft): boolean {
  let unsigned = false
  for (;;) {
    if (reader.take('UNSIGNED|ZEROFILL')) unsigned = true
    else if (reader.take('CHARACTER|CHAR', 'SET') || reader.take('CHARSET')) {
      reader.take('=')
      const charset = reader.identifier()
      if (charset !== undefined) column.charset = charset.toLowerCase()
    } else if (reader.take('ASCII')) column.charset = 'latin1'
    else if (reader.take('UNICODE')) column.charset = 'ucs2'
    else if (!reader.take('SIGNED|BINARY')) return unsigned
  }
}

/** `(10, 2)`, `('a', 'b')`: the values without quotes. */
function argumentsOf(reader: Reader): string[] | undefined {
  return reader.list()?.map(part => part.map(token => token.value).join(''))
}

function typed(name: string, args: readonly string[] | undefined, unsigned = false): ColumnType {
  return { name, ...(args === undefined ? {} : { args }), ...(unsigned ? { unsigned: true as const } : {}) }
}
