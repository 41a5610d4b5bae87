import type { Dialect } from './dialect.ts'
import { FileSchema } from './schema.ts'
import type { Column, Name, Statement } from './statement.ts'

/** The migrations before the one being judged. Read only when something asks for what they made, and only those that name it. */
export class History {
  readonly #dialect: Dialect
  readonly #texts: readonly string[]
  readonly #parsed = new Map<number, readonly Statement[]>()

  constructor(dialect: Dialect, texts: readonly string[]) {
    this.#dialect = dialect
    this.#texts = texts
  }

  /** A table's columns before the file with this index runs. */
  columns(before: number, table: Name): readonly Column[] | undefined {
    const schema = new FileSchema(this.#dialect.id, [], () => undefined)
    for (const [index, text] of this.#texts.slice(0, before).entries()) {
      if (!mentions(text, table.name)) continue
      for (const statement of this.#statements(index)) schema.apply(statement)
    }
    return schema.columns(table)
  }

  /** Routines of this name that the files before create. */
  routines(before: number, name: string): Routine[] {
    return this.#texts.slice(0, before).flatMap((text, index) => {
      if (!createsRoutine.test(text) || !mentions(text, name)) return []
      return routinesIn(this.#statements(index)).filter(
        routine => routine.name.name.toLowerCase() === name.toLowerCase(),
      )
    })
  }

  /** Names of routines that the files before seem to create, told without reading them. */
  routineNames(before: number): string[] {
    return this.#texts.slice(0, before).flatMap(text => [...text.matchAll(routineName)].map(match => match[1]!))
  }

  #statements(index: number): readonly Statement[] {
    const known = this.#parsed.get(index)
    if (known !== undefined) return known
    const statements = this.#dialect.parse(this.#texts[index]!)
    this.#parsed.set(index, statements)
    return statements
  }
}

export type Routine = Extract<Statement, { kind: 'create-routine' }>

export function routinesIn(statements: readonly Statement[]): Routine[] {
  return statements.flatMap(statement => (statement.kind === 'create-routine' ? [statement] : []))
}

const createsRoutine = /\bcreate\b[^;]{0,200}?\b(?:function|procedure)\b/i
const routineName = /\b(?:function|procedure)\s+(?:if\s+not\s+exists\s+)?(?:[\w"`$]+\s*\.\s*)?["`]?([\w$]+)/gi

function mentions(text: string, name: string): boolean {
  return text.toLowerCase().includes(name.toLowerCase())
}
