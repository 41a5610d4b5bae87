import { Places } from './place.ts'
import type { Piece, SplitRules } from './split.ts'
import type { DialectId, Statement, Written } from './statement.ts'

/** One SQL dialect: text in, the same Statement out. */
export interface Dialect {
  readonly id: DialectId
  readonly title: string
  readonly why: string
  /** How its text falls into statements, for whoever looks at comments. */
  readonly splitting: SplitRules
  /** Loads the engine that `parse` needs; called once before it. */
  load?(): Promise<void>
  /**
   * Every statement of a file in the order of the file, each effect of a statement by itself. Never throws: what cannot be read
   * comes back as `unreadable`, and the statements after it are still read where the splitter finds their beginning.
   */
  parse(sql: string): Statement[]
}

export function defineDialect(dialect: Dialect): Dialect {
  return dialect
}

/** Gives statements their place: line and column of the first character, line of the last one. */
export class Writer {
  readonly dialect: DialectId
  readonly text: string
  readonly #places: Places

  constructor(dialect: DialectId, text: string) {
    this.dialect = dialect
    this.text = text
    this.#places = new Places(text)
  }

  written({ from, to }: Pick<Piece, 'from' | 'to'>): Written {
    const { line, column: atColumn } = this.#places.at(from)
    return {
      dialect: this.dialect,
      text: this.text.slice(from, to),
      offset: from,
      endOffset: to,
      line,
      atColumn,
      endLine: this.#places.line(Math.max(from, to - 1)),
    }
  }
}

/** Why a piece must not be given to a reader at all, if so. A NUL ends the text for every server's parser: what follows would not be seen. */
export function broken(piece: Piece, text: string): string | undefined {
  if (piece.unclosed) return 'a quote, a comment or a block in it is never closed'
  if (text.slice(piece.start, piece.end).includes('\u0000')) return 'it holds a NUL character'
  return undefined
}
