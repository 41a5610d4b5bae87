import type { Script } from './code/script.ts'
import type { Reading } from './code/writer.ts'
import type { Dialect } from './dialect.ts'
import { type DialectId, keyOf, type Name, type Statement, targetOf } from './statement.ts'

export interface HistoryFile {
  readonly text: string
  /** A migration in code: read by its tool. Absent: the text is SQL. */
  readonly code?: { readonly script: Script; read(dialect: DialectId): Reading }
}

/** Where the statements of one file are that concern something. */
export interface Touches {
  /** By `tableKey`, and by `schemaKey` for whole schemas that are dropped. */
  readonly tables: ReadonlyMap<string, readonly number[]>
  /** By `namedKey`. */
  readonly named: ReadonlyMap<string, readonly number[]>
}

/** `view`: makes or drops it; `reads`: makes a view that reads it; `index`: makes or drops it, also as a constraint; `type`: makes or changes it. */
export type NamedKind = 'view' | 'reads' | 'index' | 'type'

export function namedKey(kind: NamedKind, name: string): string {
  return `${kind} ${name.toLowerCase()}`
}

/**
 * All migrations in their order. Those before the one being judged are read only when something asks for what they made, and only
 * those that name it.
 */
export class History {
  readonly dialect: Dialect
  readonly #files: readonly HistoryFile[]
  readonly #readings = new Map<number, Reading>()
  readonly #expanded = new Map<number, readonly Statement[]>()
  readonly #touches = new Map<number, Touches>()
  #byWord: Map<string, number[]> | undefined
  #routineFiles: Map<string, number> | undefined
  #schemaDrops: readonly number[] | undefined

  constructor(dialect: Dialect, files: readonly HistoryFile[]) {
    this.dialect = dialect
    this.#files = files
  }

  /** What the file says by itself. */
  reading(file: number): Reading {
    const known = this.#readings.get(file)
    if (known !== undefined) return known
    const { text, code } = this.#files[file]!
    const reading = code?.read(this.dialect.id) ?? { statements: this.dialect.parse(text), unread: [] }
    this.#readings.set(file, reading)
    return reading
  }

  /** From here on the file has these statements: its own, with what its calls do. */
  expand(file: number, statements: readonly Statement[]): void {
    this.#expanded.set(file, statements)
  }

  statements(file: number): readonly Statement[] {
    return this.#expanded.get(file) ?? this.reading(file).statements
  }

  /** Where its statements concern something; read once. */
  touches(file: number): Touches {
    const known = this.#touches.get(file)
    if (known !== undefined) return known
    const touches = touchesOf(this.statements(file), this.dialect.id)
    this.#touches.set(file, touches)
    return touches
  }

  /** Files whose text holds the first word of a name, whatever the case, in their order. */
  naming(name: string): readonly number[] {
    if (this.#files.length === 1) return [0]
    const [word] = wordsOf(name)
    return word === undefined ? [...this.#files.keys()] : (this.#index().get(word) ?? [])
  }

  /** Files that may drop a whole schema. */
  schemaDrops(): readonly number[] {
    this.#schemaDrops ??= this.#files.flatMap(({ text }, file) => (dropsSchema.test(text) ? [file] : []))
    return this.#schemaDrops
  }

  /** Routines of this name that the files before create. */
  routines(before: number, name: string): Routine[] {
    return this.naming(name)
      .filter(file => file < before && createsRoutine.test(this.#files[file]!.text))
      .flatMap(file => routinesIn(this.reading(file).statements))
      .filter(routine => routine.name.name.toLowerCase() === name.toLowerCase())
  }

  /** Whether a file before seems to create a routine of this name (in lower case), told without reading it. */
  mayHaveRoutine(before: number, name: string): boolean {
    this.#routineFiles ??= firstOf(
      this.#files.flatMap(({ text }, file) =>
        [...text.matchAll(routineName)].map(match => [match[1]!.toLowerCase(), file]),
      ),
    )
    return (this.#routineFiles.get(name) ?? before) < before
  }

  #index(): Map<string, number[]> {
    if (this.#byWord !== undefined) return this.#byWord
    const index = new Map<string, number[]>()
    for (const [file, { text, code }] of this.#files.entries()) {
      // Code says `Order` where the table is called `shop_order`.
      const named = code === undefined ? [] : this.reading(file).statements.flatMap(namesIn)
      for (const word of new Set([...wordsOf(text), ...named.flatMap(name => [...wordsOf(name)])])) {
        const files = index.get(word)
        if (files === undefined) index.set(word, [file])
        else files.push(file)
      }
    }
    this.#byWord = index
    return index
  }
}

function firstOf(pairs: readonly (readonly [string, number] | (string | number)[])[]): Map<string, number> {
  const first = new Map<string, number>()
  for (const [name, file] of pairs as readonly (readonly [string, number])[])
    if (!first.has(name)) first.set(name, file)
  return first
}

/** Each word once: a file may hold millions. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = new Set<string>()
  for (const [word] of text.toLowerCase().matchAll(/[a-z0-9_\u0080-\uffff]+/g)) words.add(word)
  return words
}

export type Routine = Extract<Statement, { kind: 'create-routine' }>

export function routinesIn(statements: readonly Statement[]): Routine[] {
  return statements.flatMap(statement => (statement.kind === 'create-routine' ? [statement] : []))
}

const createsRoutine = /\bcreate\b[^;]{0,200}?\b(?:function|procedure)\b/i
const routineName = /\b(?:function|procedure)\s+(?:if\s+not\s+exists\s+)?(?:[\w"`$]+\s*\.\s*)?["`]?([\w$]+)/gi
const dropsSchema = /\bdrop\s+(?:schema|database)\b/i

/** `users` and `public.users` are nearly always one table: whoever must be certain looks at how it was written. */
export function tableKey({ schema, name }: Name, dialect: DialectId): string {
  const own = dialect === 'postgres' ? 'public' : dialect === 'sqlite' ? 'main' : undefined
  return keyOf(schema === undefined || schema === own ? { name } : { schema, name }, dialect)
}

export function schemaKey(name: string): string {
  return `schema ${name}`
}

/** Tables whose state a statement changes. */
export function tablesOf(statement: Statement): readonly Name[] {
  switch (statement.kind) {
    case 'drop-table':
      return statement.tables
    case 'rename-table':
      return [statement.table, statement.to]
    case 'create-table':
    case 'add-column':
    case 'drop-column':
    case 'rename-column':
    case 'change-column':
    case 'add-constraint':
    case 'drop-constraint':
    case 'validate-constraint':
    case 'alter-constraint':
    case 'create-index':
    case 'attach-partition':
      return [statement.table]
    case 'table-option':
      return statement.with === undefined ? [statement.table] : [statement.table, statement.with]
    case 'drop-index':
      return statement.table === undefined ? [] : [statement.table]
  }
  return []
}

function touchesOf(statements: readonly Statement[], dialect: DialectId): Touches {
  const tables = new Map<string, number[]>()
  const named = new Map<string, number[]>()
  for (const [at, statement] of statements.entries()) {
    for (const table of tablesOf(statement)) touch(tables, tableKey(table, dialect), at)
    if (statement.kind === 'rename-table') touch(tables, tableKey(targetOf(statement), dialect), at)
    if (statement.kind === 'drop-schema') for (const name of statement.names) touch(tables, schemaKey(name), at)
    for (const [kind, name] of namedIn(statement)) touch(named, namedKey(kind, name), at)
  }
  return { tables, named }
}

function touch(map: Map<string, number[]>, key: string, at: number): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [at])
  else if (known.at(-1) !== at) known.push(at)
}

function namedIn(statement: Statement): (readonly [NamedKind, string])[] {
  const indexes = (names: readonly (string | undefined)[]) =>
    names.flatMap(name => (name === undefined ? [] : [['index', name] as const]))
  switch (statement.kind) {
    case 'create-view':
      return [['view', statement.view.name], ...statement.reads.map(({ name }) => ['reads', name] as const)]
    case 'drop-view':
      return statement.views.map(({ name }) => ['view', name] as const)
    case 'create-index':
      return indexes([statement.index.name])
    case 'drop-index':
      return indexes(statement.indexes.map(one => one.name))
    case 'add-constraint':
      return indexes([statement.constraint.name])
    case 'create-table':
      return indexes([...(statement.constraints ?? []), ...(statement.indexes ?? [])].map(one => one.name))
    case 'create-type':
      return [['type', statement.name.name]]
    case 'add-enum-value':
    case 'rename-enum-value':
      return [['type', statement.type.name]]
  }
  return []
}

function namesIn(statement: Statement): string[] {
  const names = [
    ...tablesOf(statement),
    ...('views' in statement ? statement.views : []),
    ...('view' in statement ? [statement.view, ...statement.reads] : []),
    ...('indexes' in statement && statement.kind === 'drop-index' ? statement.indexes : []),
    ...('type' in statement && typeof statement.type === 'object' ? [statement.type] : []),
    ...('name' in statement && typeof statement.name === 'object' ? [statement.name] : []),
  ].map(({ name }) => name)
  return statement.kind === 'create-index' && statement.index.name !== undefined
    ? [...names, statement.index.name]
    : names
}
