import { columnOf } from '../../columns.ts'
import { expressionOf } from '../../expressions.ts'
import type { ColumnChange, Effect, Name } from '../../statement.ts'
import { partOf, type TablePart } from '../../table-parts.ts'
import type { Reader } from '../../tokens.ts'

/** One action that begins with a verb. Undefined when it is not known; settings of the table are not read here. */
export function alterAction(reader: Reader, table: Name): Effect[] | undefined {
  if (reader.take('ADD')) return add(reader, table)
  if (reader.take('DROP')) return drop(reader, table)
  if (reader.take('MODIFY')) return modify(reader, table)
  if (reader.take('CHANGE')) return change(reader, table)
  if (reader.take('ALTER')) return alterPart(reader, table)
  if (reader.take('RENAME')) return rename(reader, table)
  return partitionAction(reader, table)
}

function add(reader: Reader, table: Name): Effect[] | undefined {
  const other: Effect[] = [{ kind: 'alter-other', table }]
  if (reader.sees('PARTITION') || reader.sees('PERIOD', 'FOR')) return other
  if (reader.take('SYSTEM', 'VERSIONING')) return [{ kind: 'table-option', table, option: 'system-versioning' }]
  const isColumn = reader.take('COLUMN')
  const surely = !reader.take('IF', 'NOT', 'EXISTS')
  const inner = reader.word() === '(' ? reader.list() : undefined
  const parts = inner ?? [reader.tokens.slice(reader.at)]
  const effects = parts.map(part => added(isColumn ? columnPart(part) : partOf(part, 'mysql'), table, surely))
  return effects.every(effect => effect !== undefined) && effects.length > 0 ? joinedColumns(effects) : undefined
}

function columnPart(tokens: Parameters<typeof columnOf>[0]): TablePart | undefined {
  const column = columnOf(tokens, 'mysql')
  return column === undefined ? undefined : { is: 'column', column }
}

function added(part: TablePart | undefined, table: Name, surely: boolean): Effect | undefined {
  switch (part?.is) {
    case 'column':
      return { kind: 'add-column', table, columns: [part.column], surely }
    case 'constraint':
      return { kind: 'add-constraint', table, constraint: part.constraint }
    case 'index':
      return { kind: 'create-index', table, index: part.index, concurrently: false, surely: surely && part.surely }
  }
  return undefined
}

/** `ADD (a int, b int)` adds its columns together. */
function joinedColumns(effects: readonly Effect[]): Effect[] {
  const columns = effects.flatMap(effect => (effect.kind === 'add-column' ? effect.columns : []))
  const [first] = effects
  if (first?.kind !== 'add-column') return [...effects]
  return [{ ...first, columns }, ...effects.filter(effect => effect.kind !== 'add-column')]
}

function drop(reader: Reader, table: Name): Effect[] | undefined {
  if (reader.take('PARTITION')) {
    reader.take('IF', 'EXISTS')
    return [{ kind: 'drop-partition', table, partitions: names(reader) }]
  }
  if (reader.take('SYSTEM', 'VERSIONING')) return [{ kind: 'table-option', table, option: 'no-system-versioning' }]
  if (reader.sees('PERIOD', 'FOR')) return [{ kind: 'alter-other', table }]
  return dropKey(reader, table) ?? dropColumn(reader, table)
}

function dropKey(reader: Reader, table: Name): Effect[] | undefined {
  if (reader.take('PRIMARY', 'KEY')) return [{ kind: 'drop-constraint', table, type: 'primary-key' }]
  const type = reader.take('FOREIGN', 'KEY') ? 'foreign-key' : reader.take('CHECK') ? 'check' : undefined
  const isIndex = type === undefined && reader.take('INDEX|KEY')
  if (type === undefined && !isIndex && !reader.take('CONSTRAINT')) return undefined
  const maybe = reader.take('IF', 'EXISTS') ? { ifExists: true as const } : {}
  const name = reader.identifier()
  if (name === undefined) return undefined
  if (isIndex) return [{ kind: 'drop-index', indexes: [{ name }], table, concurrently: false, ...maybe }]
  return [{ kind: 'drop-constraint', table, ...(type === undefined ? {} : { type }), name, ...maybe }]
}

function dropColumn(reader: Reader, table: Name): Effect[] | undefined {
  reader.take('COLUMN')
  const maybe = reader.take('IF', 'EXISTS') ? { ifExists: true as const } : {}
  const column = reader.identifier()
  reader.take('RESTRICT|CASCADE')
  return column === undefined || !reader.done
    ? undefined
    : [{ kind: 'drop-column', table, columns: [column], ...maybe }]
}

function modify(reader: Reader, table: Name): Effect[] | undefined {
  reader.take('COLUMN')
  reader.take('IF', 'EXISTS')
  const to = columnOf(reader.tokens.slice(reader.at), 'mysql')
  return to === undefined ? undefined : [changed(table, to.name, { set: 'definition', to })]
}

/** CHANGE says the old name, then the whole column under its new one. */
function change(reader: Reader, table: Name): Effect[] | undefined {
  reader.take('COLUMN')
  reader.take('IF', 'EXISTS')
  const column = reader.identifier()
  const to = columnOf(reader.tokens.slice(reader.at), 'mysql')
  if (column === undefined || to === undefined) return undefined
  const definition = changed(table, to.name, { set: 'definition', to })
  if (column.toLowerCase() === to.name.toLowerCase()) return [definition]
  return [{ kind: 'rename-column', table, column, to: to.name }, definition]
}

function changed(table: Name, column: string, to: ColumnChange): Effect {
  return { kind: 'change-column', table, column, change: to }
}

function alterPart(reader: Reader, table: Name): Effect[] | undefined {
  if (reader.take('INDEX|KEY')) {
    reader.take('IF', 'EXISTS')
    const known =
      reader.identifier() !== undefined && (reader.take('NOT', 'IGNORED') || reader.take('IGNORED|VISIBLE|INVISIBLE'))
    return known ? [{ kind: 'alter-other', table }] : undefined
  }
  if (reader.take('CHECK|CONSTRAINT')) {
    const name = reader.identifier()
    const enforced = !reader.take('NOT')
    if (name === undefined || !reader.take('ENFORCED')) return undefined
    return [{ kind: 'alter-constraint', table, name, enforced }]
  }
  reader.take('COLUMN')
  reader.take('IF', 'EXISTS')
  const column = reader.identifier()
  if (column === undefined) return undefined
  if (reader.take('DROP', 'DEFAULT')) return [changed(table, column, { set: 'default', to: undefined })]
  if (reader.take('SET', 'DEFAULT'))
    return [changed(table, column, { set: 'default', to: expressionOf(reader.tokens.slice(reader.at)) })]
  return reader.take('SET', 'VISIBLE|INVISIBLE') ? [changed(table, column, { set: 'other' })] : undefined
}

function rename(reader: Reader, table: Name): Effect[] | undefined {
  if (reader.take('INDEX|KEY')) {
    reader.take('IF', 'EXISTS')
    const known = reader.identifier() !== undefined && reader.take('TO') && reader.identifier() !== undefined
    return known ? [{ kind: 'alter-other', table }] : undefined
  }
  if (reader.take('COLUMN')) {
    reader.take('IF', 'EXISTS')
    const column = reader.identifier()
    const to = reader.take('TO') ? reader.identifier() : undefined
    return column === undefined || to === undefined ? undefined : [{ kind: 'rename-column', table, column, to }]
  }
  reader.take('TO|AS|=')
  const to = reader.name()
  return to === undefined ? undefined : [{ kind: 'rename-table', table, to }]
}

/** MySQL 8.4 "26.3 Partition Management", MariaDB "Partitioning Tables". */
function partitionAction(reader: Reader, table: Name): Effect[] | undefined {
  if (reader.take('TRUNCATE', 'PARTITION')) return [{ kind: 'truncate', tables: [table], partitions: names(reader) }]
  if (reader.take('REORGANIZE|COALESCE|REBUILD', 'PARTITION'))
    return [{ kind: 'table-option', table, option: 'reorganize-partition' }]
  if (reader.take('EXCHANGE', 'PARTITION')) {
    const known = reader.identifier() !== undefined && reader.take('WITH', 'TABLE')
    const other = known ? reader.name() : undefined
    return other === undefined
      ? undefined
      : [{ kind: 'table-option', table, option: 'exchange-partition', to: other.name, with: other }]
  }
  for (const what of ['analyze', 'check', 'optimize', 'repair'])
    if (reader.take(what.toUpperCase(), 'PARTITION')) return [{ kind: 'maintenance', what, table }]
  return converted(reader, table)
}

/** MariaDB 10.7: a partition becomes a table of its own, or the other way round. */
function converted(reader: Reader, table: Name): Effect[] | undefined {
  if (reader.take('CONVERT', 'PARTITION')) {
    reader.identifier()
    const partition = reader.take('TO', 'TABLE') ? reader.name() : undefined
    return partition === undefined ? undefined : [{ kind: 'detach-partition', table, partition, concurrently: false }]
  }
  if (!reader.take('CONVERT', 'TABLE')) return undefined
  const partition = reader.name()
  return partition === undefined ? undefined : [{ kind: 'attach-partition', table, partition }]
}

/** Names of partitions: `p0, p1`, or ALL. */
function names(reader: Reader): string[] {
  return reader.tokens.slice(reader.at).flatMap(token => (token.kind === 'punctuation' ? [] : [token.value]))
}
