// Tools whose calls make SQL: here the SQL that they would run is written, and read again by the dialect like any other.
import type { DialectId } from '../statement.ts'
import type { Span, Value } from './script.ts'
import { joined, toldBy } from './values.ts'
import type { CodeWriter } from './writer.ts'

/** One column as SQL says it. */
export interface ColumnText {
  readonly name: string
  readonly type: string
  readonly notNull?: boolean
  /** A piece of SQL. */
  readonly default?: string
  readonly primaryKey?: boolean
  readonly unique?: boolean
  readonly autoIncrement?: boolean
  readonly unsigned?: boolean
  readonly references?: string
  /** Everything behind it, as it stands: `GENERATED ALWAYS AS …`, `CHECK …`, `FIRST`. */
  readonly more?: string
}

/** A name to put into SQL, with what it may not run by. */
export interface NameText {
  readonly text: string
  readonly inside?: string
}

export class SqlText {
  readonly #writer: CodeWriter
  readonly dialect: DialectId

  constructor(writer: CodeWriter) {
    this.#writer = writer
    this.dialect = writer.dialect
  }

  /** Reads a piece of SQL as if it stood at the call. */
  run(sql: string, { offset, endOffset }: Span, inside?: string): void {
    // Two stretches, so that every place in it is the call's first character.
    const pieces = [
      { from: 0, at: offset },
      { from: sql.length, at: offset + 1 },
    ]
    this.#writer.sql({ offset, endOffset, is: 'text', text: sql, pieces }, { offset, endOffset }, inside)
  }

  quoted(name: string): string {
    return this.dialect === 'mysql' ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`
  }

  /** `app.users` is a schema and a table, unless the tool says otherwise. */
  path(name: string, schema?: string): string {
    const parts = schema === undefined ? name.split('.') : [schema, name]
    return parts.map(part => this.quoted(part)).join('.')
  }

  text(value: string): string {
    const escaped = this.dialect === 'mysql' ? value.replaceAll('\\', '\\\\') : value
    return `'${escaped.replaceAll("'", "''")}'`
  }

  /** Names that a value tells: each of a list surely, each arm of a choice perhaps. */
  names(value: Value | undefined, quote: (name: string) => string = name => this.quoted(name)): NameText[] {
    const isChoice = value?.is === 'either'
    return toldBy(value).map(({ name }) => ({ text: quote(name), ...(isChoice ? { inside: 'a condition' } : {}) }))
  }

  list(value: Value | undefined): string {
    return this.names(value)
      .map(name => name.text)
      .join(', ')
  }

  /** A value as SQL writes it; what is not known is some constant. */
  constant(value: Value | undefined): string {
    switch (value?.is) {
      case 'text':
        return this.text(value.text)
      case 'number':
        return String(value.value)
      case 'boolean':
        return this.dialect === 'sqlite' ? String(Number(value.value)) : String(value.value)
      case 'nothing':
        return 'NULL'
      default:
        return this.text('?')
    }
  }

  column(column: ColumnText): string {
    const { name, type, references, more } = column
    return [
      this.quoted(name),
      column.unsigned === true && this.dialect === 'mysql' ? `${type} unsigned` : type,
      column.notNull === true ? 'NOT NULL' : '',
      column.default === undefined ? '' : `DEFAULT ${column.default}`,
      column.autoIncrement === true && this.dialect === 'mysql' ? 'AUTO_INCREMENT' : '',
      column.primaryKey === true ? 'PRIMARY KEY' : '',
      column.autoIncrement === true && this.dialect === 'sqlite' ? 'AUTOINCREMENT' : '',
      column.unique === true ? 'UNIQUE' : '',
      // MySQL takes a reference for a comment when it stands in the column; tools write a key of its own.
      references === undefined || this.dialect === 'mysql' ? '' : `REFERENCES ${references}`,
      more ?? '',
    ]
      .filter(part => part !== '')
      .join(' ')
  }

  /** What stands in the parentheses of a CREATE TABLE. */
  columns(columns: readonly ColumnText[]): string[] {
    return columns.flatMap(column => [this.column(column), ...this.#key(column)])
  }

  addColumn(table: string, column: ColumnText): string {
    return `ALTER TABLE ${table} ${[`ADD COLUMN ${this.column(column)}`, ...this.#key(column).map(key => `ADD ${key}`)].join(', ')}`
  }

  #key({ name, references }: ColumnText): string[] {
    if (references === undefined || this.dialect !== 'mysql') return []
    return [`FOREIGN KEY (${this.quoted(name)}) REFERENCES ${references}`]
  }
}

/** A text with its placeholders put in, as far as they are known; the others stand for a name or a value. */
export function filled(
  value: Value,
  placeholder: RegExp,
  put: (found: RegExpExecArray, index: number) => string,
): Value {
  if (value.is !== 'text') return value
  const { at, text, offset, endOffset } = value
  const parts: Value[] = []
  let from = 0
  const stretch = (to: number): Value => {
    const place = at === undefined ? { offset, endOffset } : { offset: at + from, endOffset: at + to }
    return { ...place, is: 'text', text: text.slice(from, to), ...(at === undefined ? {} : { at: at + from }) }
  }
  for (const [index, found] of [...text.matchAll(placeholder)].entries()) {
    parts.push(stretch(found.index))
    const place = at === undefined ? offset : at + found.index
    const end = place + found[0].length
    parts.push({ offset: place, endOffset: end, is: 'text', text: put(found as RegExpExecArray, index) })
    from = found.index + found[0].length
  }
  return from === 0 ? value : joined([...parts, stretch(text.length)], { offset, endOffset }, text)
}
