import type { Dialect } from './dialect.ts'
import { FileSchema } from './schema.ts'
import type { Column, Name, Statement } from './statement.ts'

/** The migrations before the one being judged. Read only when something asks for what they made, and only those that name it. */
export class History {
  readonly #dialect: Dialect
  readonly #texts: readonly string[]
  readonly #parsed = new Map<number, readonly Statement[]>()
  #byWord: Map<string, number[]> | undefined
  #routineNames: readonly { readonly file: number; readonly name: string }[] | undefined

  constructor(dialect: Dialect, texts: readonly string[]) {
    this.#dialect = dialect
    this.#texts = texts
  }

  /** A table's columns before the file with this index runs. */
  columns(before: number, table: Name): readonly Column[] | undefined {
    const files = this.#naming(table.name, before)
    if (files.length === 0) return undefined
    const schema = new FileSchema(this.#dialect.id, [], () => undefined)
    for (const file of files) for (const statement of this.#statements(file)) schema.apply(statement)
    return schema.columns(table)
  }

  /** Routines of this name that the files before create. */
  routines(before: number, name: string): Routine[] {
    return this.#naming(name, before)
      .filter(file => createsRoutine.test(this.#texts[file]!))
      .flatMap(file => routinesIn(this.#statements(file)))
      .filter(routine => routine.name.name.toLowerCase() === name.toLowerCase())
  }

  /** Names of routines that the files before seem to create, told without reading them. */
  routineNames(before: number): string[] {
    this.#routineNames ??= this.#texts.flatMap((text, file) =>
      [...text.matchAll(routineName)].map(match => ({ file, name: match[1]! })),
    )
    return this.#routineNames.filter(({ file }) => file < before).map(({ name }) => name)
  }

  /** Files before this one whose text holds the words of a name, whatever the case. */
  #naming(name: string, before: number): number[] {
    const [word] = wordsOf(name)
    const files = word === undefined ? [...this.#texts.keys()] : (this.#index().get(word) ?? [])
    return files.filter(file => file < before)
  }

  #index(): Map<string, number[]> {
    if (this.#byWord !== undefined) return this.#byWord
    const index = new Map<string, number[]>()
    for (const [file, text] of this.#texts.entries()) {
      for (const word of new Set(wordsOf(text))) {
        const files = index.get(word)
        if (files === undefined) index.set(word, [file])
        else files.push(file)
      }
    }
    this.#byWord = index
    return index
  }

  #statements(file: number): readonly Statement[] {
    const known = this.#parsed.get(file)
    if (known !== undefined) return known
    const statements = this.#dialect.parse(this.#texts[file]!)
    this.#parsed.set(file, statements)
    return statements
  }
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9_\u0080-\uffff]+/g) ?? []
}

export type Routine = Extract<Statement, { kind: 'create-routine' }>

export function routinesIn(statements: readonly Statement[]): Routine[] {
  return statements.flatMap(statement => (statement.kind === 'create-routine' ? [statement] : []))
}

const createsRoutine = /\bcreate\b[^;]{0,200}?\b(?:function|procedure)\b/i
const routineName = /\b(?:function|procedure)\s+(?:if\s+not\s+exists\s+)?(?:[\w"`$]+\s*\.\s*)?["`]?([\w$]+)/gi
