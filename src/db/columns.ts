import { type Draft, type SqlFamily, typeOf } from './column-types.ts'
import { expressionOf } from './expressions.ts'
import type { Column, Reference } from './statement.ts'
import { bare, Reader, type Token, textOf } from './tokens.ts'

/** A column's definition: `name type attributes`. What an attribute that is not known says is left out. Undefined when no name stands there. */
export function columnOf(tokens: readonly Token[], dialect: SqlFamily): Column | undefined {
  const reader = new Reader(tokens)
  const name = reader.identifier()
  if (name === undefined) return undefined
  const column: Draft = { name }
  typeOf(reader, column, dialect)
  while (!reader.done) if (!attributes.some(read => read(reader, column))) reader.at++
  return column
}

/** Reads one attribute when it stands here. */
type Attribute = (reader: Reader, column: Draft) => boolean

const attributes: readonly Attribute[] = [
  (reader, column) => {
    if (reader.take('NOT', 'NULL')) column.notNull = true
    else if (!reader.take('NULL')) return false
    return true
  },
  (reader, column) => {
    if (!reader.take('DEFAULT')) return false
    column.default = expressionOf(value(reader))
    return true
  },
  // Not a default, and not the ON of ON DELETE: what the server writes at each update.
  reader => reader.take('ON', 'UPDATE') && value(reader).length > 0,
  (reader, column) => {
    if (!reader.take('AUTO_INCREMENT|AUTOINCREMENT')) return false
    column.numbered = 'auto'
    return true
  },
  (reader, column) => {
    if (!reader.take('PRIMARY', 'KEY') && !reader.take('PRIMARY') && !reader.take('KEY')) return false
    column.primaryKey = true
    return true
  },
  (reader, column) => {
    if (!reader.take('UNIQUE')) return false
    reader.take('KEY')
    column.unique = true
    return true
  },
  (reader, column) => {
    const references = referenceOf(reader)
    if (references === undefined) return false
    column.references = references
    return true
  },
  (reader, column) => {
    if (!reader.take('CHECK')) return false
    column.check = textOf(bare(reader.group() ?? []))
    return true
  },
  (reader, column) => {
    if (!reader.take('COLLATE')) return false
    reader.take('=')
    const collation = reader.identifier()
    if (collation !== undefined) column.collation = collation.toLowerCase()
    return true
  },
  generated,
  positioned,
  // Words whose value could be taken for an attribute.
  reader => reader.take('COMMENT|COLUMN_FORMAT|STORAGE|SRID|CONSTRAINT') && reader.identifier() !== undefined,
]

// `AS (expression)` is computed on reading unless it says STORED (MySQL, SQLite) or PERSISTENT (MariaDB).
function generated(reader: Reader, column: Draft): boolean {
  if (reader.take('GENERATED')) reader.take('ALWAYS')
  else if (reader.word() !== 'AS') return false
  if (!reader.take('AS')) return true
  const expression = reader.group()
  if (expression === undefined) return true
  column.expression = textOf(bare(expression))
  if (reader.take('STORED|PERSISTENT')) column.stored = true
  else {
    reader.take('VIRTUAL')
    column.virtual = true
  }
  return true
}

function positioned(reader: Reader, column: Draft): boolean {
  if (reader.take('FIRST')) column.position = 'first'
  else if (reader.take('AFTER')) {
    const after = reader.identifier()
    if (after !== undefined) column.position = { after }
  } else return false
  return true
}

/** `REFERENCES table (columns) ON DELETE …` */
export function referenceOf(reader: Reader): Reference | undefined {
  if (!reader.take('REFERENCES')) return undefined
  const table = reader.name()
  if (table === undefined) return undefined
  const columns = reader.list()?.flatMap(part => part[0]?.value ?? [])
  while (
    reader.take('MATCH', 'FULL|PARTIAL|SIMPLE') ||
    (reader.take('ON', 'DELETE|UPDATE') &&
      (reader.take('SET|NO', 'NULL|DEFAULT|ACTION') || reader.take('RESTRICT|CASCADE')))
  );
  return columns === undefined ? { table } : { table, columns }
}

/** A value: one group, or everything up to the next attribute. */
function value(reader: Reader): readonly Token[] {
  const group = reader.group()
  if (group !== undefined) return group
  const from = reader.at++
  reader.until(word => endsValue.has(word))
  return reader.tokens.slice(from, reader.at)
}

const endsValue = new Set(
  `NOT NULL PRIMARY UNIQUE KEY AUTO_INCREMENT AUTOINCREMENT COMMENT COLLATE CHECK CONSTRAINT REFERENCES ON FIRST AFTER GENERATED AS VISIBLE
  INVISIBLE COLUMN_FORMAT STORAGE VIRTUAL STORED PERSISTENT SRID WITH WITHOUT COMPRESSED ENGINE_ATTRIBUTE SECONDARY_ENGINE_ATTRIBUTE
  DEFAULT ,`.split(/\s+/),
)
