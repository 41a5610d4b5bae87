import { Writer } from '../dialect.ts'
import { dialects } from '../dialects/registry.generated.ts'
import { type DialectId, type Effect, type Statement, statementOf } from '../statement.ts'
import type { Script, Span, Value } from './script.ts'
import { spanIn } from './values.ts'

/** What a migration in code does, as far as it could be read. */
export interface Reading {
  readonly statements: readonly Statement[]
  /** Code that could not be read though it may change the schema, with the reason. Each is told; those that may drop something are `unreadable` statements as well. */
  readonly unread: readonly (Span & { readonly because: string })[]
}

/** Turns calls into statements at the place of the call. */
export class CodeWriter {
  readonly dialect: DialectId
  readonly #script: Script
  readonly #writer: Writer
  readonly #statements: Statement[] = []
  readonly #unread: (Span & { because: string })[] = []

  constructor(script: Script, dialect: DialectId) {
    this.dialect = dialect
    this.#script = script
    this.#writer = new Writer(dialect, script.text)
  }

  /** `inside`: what it runs by way of, when it may not run: `a condition`. */
  effect(span: Span, effect: Effect, inside?: string): void {
    this.#add({ ...this.#written(span, inside) }, effect)
  }

  /** SQL in a string of the code. Text that is not known is unreadable. */
  sql(value: Value | undefined, span: Span, inside?: string): void {
    if (value?.is === 'either') {
      for (const each of value.values) this.sql(each, span, inside ?? 'a condition')
      return
    }
    if (value?.is === 'list') {
      for (const each of value.items) this.sql(each, span, inside)
      return
    }
    if (value?.is !== 'text') {
      this.effect(span, { kind: 'unreadable', because: 'its SQL is put together while it runs' }, inside)
      return
    }
    const dialect = dialects.find(one => one.id === this.dialect)!
    for (const statement of dialect.parse(value.text)) {
      const place = this.#written(spanIn(value, statement.offset, statement.endOffset), inside)
      const { dialect: id, text, inside: by, ...effect } = statement
      const { offset, endOffset, line, atColumn, endLine } = place
      const way = [by, inside].filter(one => one !== undefined).join(' in ')
      this.#statements.push(
        Object.assign(
          {},
          effect,
          { dialect: id, text, offset, endOffset, line, atColumn, endLine },
          way === '' ? {} : { inside: way },
        ) as Statement,
      )
    }
  }

  unread(span: Span, because: string): void {
    this.#unread.push({ offset: span.offset, endOffset: span.endOffset, because })
  }

  reading(): Reading {
    for (const span of this.#script.broken)
      this.effect(span, { kind: 'unreadable', because: `the ${this.#script.language} parser cannot read it` })
    return { statements: this.#statements, unread: this.#unread }
  }

  #written({ offset, endOffset }: Span, inside: string | undefined) {
    const written = this.#writer.written({ from: offset, to: endOffset })
    return inside === undefined ? written : { ...written, inside }
  }

  #add(written: ReturnType<Writer['written']>, effect: Effect): void {
    this.#statements.push(statementOf(written, effect))
  }
}
