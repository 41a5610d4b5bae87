// SQL types of Sequelize's DataTypes, as its dialects write them (sequelize v6, dialects/*/data-types.js).

import { textOf } from '../../code/ecmascript/visit.ts'
import type { Value } from '../../code/script.ts'
import { chainOf } from '../../code/script.ts'
import type { SqlText } from '../../code/sql-text.ts'

type Three = readonly [postgres: string, mysql: string, sqlite: string]

const plain: Readonly<Record<string, Three>> = {
  TEXT: ['text', 'text', 'text'],
  CITEXT: ['citext', 'text', 'text'],
  INTEGER: ['integer', 'int', 'integer'],
  BIGINT: ['bigint', 'bigint', 'bigint'],
  SMALLINT: ['smallint', 'smallint', 'smallint'],
  TINYINT: ['smallint', 'tinyint', 'tinyint'],
  MEDIUMINT: ['integer', 'mediumint', 'mediumint'],
  FLOAT: ['double precision', 'float', 'float'],
  REAL: ['real', 'double', 'real'],
  DOUBLE: ['double precision', 'double', 'double precision'],
  BOOLEAN: ['boolean', 'tinyint(1)', 'tinyint(1)'],
  DATE: ['timestamp with time zone', 'datetime', 'datetime'],
  DATEONLY: ['date', 'date', 'date'],
  TIME: ['time', 'time', 'time'],
  NOW: ['timestamp with time zone', 'datetime', 'datetime'],
  UUID: ['uuid', 'char(36) binary', 'uuid'],
  UUIDV1: ['uuid', 'char(36) binary', 'uuid'],
  UUIDV4: ['uuid', 'char(36) binary', 'uuid'],
  HSTORE: ['hstore', 'text', 'text'],
  JSON: ['json', 'json', 'json'],
  JSONB: ['jsonb', 'json', 'json'],
  BLOB: ['bytea', 'blob', 'blob'],
  GEOMETRY: ['geometry', 'geometry', 'geometry'],
  GEOGRAPHY: ['geography', 'geometry', 'geometry'],
  CIDR: ['cidr', 'varchar(43)', 'varchar(43)'],
  INET: ['inet', 'varchar(43)', 'varchar(43)'],
  MACADDR: ['macaddr', 'varchar(43)', 'varchar(43)'],
  TSVECTOR: ['tsvector', 'text', 'text'],
  RANGE: ['int4range', 'text', 'text'],
}

export interface TypeText {
  readonly type: string
  readonly unsigned: boolean
}

/** Undefined when it cannot be told, or when it is no column of the table at all (VIRTUAL). `name`: of the enum's type on PostgreSQL. */
export function typeOf(value: Value | undefined, sql: SqlText, enumName: string): TypeText | undefined {
  const said = textOf(value)
  if (said !== undefined) return { type: said, unsigned: false }
  const { words, args } = wordsOf(value)
  const unsigned = words.includes('UNSIGNED')
  const word = words.find(one => one in plain || /^(?:STRING|CHAR|DECIMAL|NUMERIC|ENUM|ARRAY|VIRTUAL)$/.test(one))
  if (word === undefined || word === 'VIRTUAL') return undefined
  return { type: typeNamed(word, args, sql, enumName), unsigned }
}

function typeNamed(word: string, args: readonly Value[], sql: SqlText, enumName: string): string {
  const numbers = args.flatMap(arg => (arg.is === 'number' ? [arg.value] : []))
  const index = ({ postgres: 0, mysql: 1, sqlite: 2 } as const)[sql.dialect]
  switch (word) {
    case 'STRING':
      return `varchar(${numbers[0] ?? 255})`
    case 'CHAR':
      return `char(${numbers[0] ?? 255})`
    case 'DECIMAL':
    case 'NUMERIC':
      return numbers.length === 0 ? 'decimal' : `decimal(${numbers.join(', ')})`
    case 'ENUM': {
      const members = args.flatMap(arg => (arg.is === 'list' ? arg.items : [arg]))
      if (sql.dialect === 'mysql') return `enum(${members.map(one => sql.constant(one)).join(', ')})`
      return sql.dialect === 'postgres' ? sql.quoted(enumName) : 'text'
    }
    case 'ARRAY':
      return `${typeOf(args[0], sql, enumName)?.type ?? 'text'}[]`
    case 'TEXT': {
      const size = textOf(args[0])
      return size !== undefined && sql.dialect === 'mysql' ? `${size}text` : 'text'
    }
    case 'BLOB': {
      const size = textOf(args[0])
      return size !== undefined && sql.dialect === 'mysql' ? `${size}blob` : plain.BLOB![index]
    }
    default: {
      const type = plain[word]![index]
      const isSized = sql.dialect === 'mysql' && numbers.length > 0 && !type.includes('(')
      return isSized ? `${type}(${numbers.join(', ')})` : type
    }
  }
}

/** `Sequelize.DECIMAL(10, 2).UNSIGNED`: its words, and what DECIMAL was given. */
function wordsOf(value: Value | undefined): { words: string[]; args: readonly Value[] } {
  if (value?.is === 'name') return { words: value.name.split('.'), args: [] }
  if (value?.is !== 'call') return { words: [], args: [] }
  const { root, calls } = chainOf(value)
  const words = [
    ...(root?.is === 'name' ? root.name.split('.') : []),
    ...calls.map(call => call.name.replace(/^new .*?(\w+)$/, '$1')),
  ]
  return { words, args: calls.find(call => call.args.length > 0)?.args ?? [] }
}
