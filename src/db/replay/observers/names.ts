// For servers that do not say themselves what they drop: the names before and after each statement, followed through renames.

import type { Effect } from '../../statement.ts'
import type { SeenDrop, Spot } from '../observation.ts'

/** Table -> its columns, in their order. */
export type Names = ReadonlyMap<string, readonly string[]>

interface Followed {
  /** How it was called before the file ran; undefined when the file made it. */
  readonly original: string | undefined
  readonly columns: ReadonlyMap<string, string | undefined>
}

/** Watches one file. */
export class NameWatch {
  #tables: Map<string, Followed>
  readonly drops: (SeenDrop & { readonly table: string })[] = []

  constructor(names: Names) {
    this.#tables = new Map(
      [...names].map(([table, columns]) => [
        table,
        { original: table, columns: new Map(columns.map(column => [column, column])) },
      ]),
    )
  }

  /** Whether the table was there before the file ran, under whatever name. */
  isOld(table: string): boolean {
    return this.#tables.get(table)?.original !== undefined
  }

  /** `effects`: what the statement says, as far as it can be read; only its renames are believed. */
  see(names: Names, effects: readonly Effect[], at: Spot | undefined): void {
    for (const effect of effects) this.#follow(effect, names)
    const place = at === undefined ? {} : { at }
    for (const [table, followed] of [...this.#tables]) {
      const columns = names.get(table)
      if (columns === undefined) this.#lose(table, followed, place)
      else this.#compare(table, followed, columns, place)
    }
    for (const [table, columns] of names)
      if (!this.#tables.has(table))
        this.#tables.set(table, { original: undefined, columns: new Map(columns.map(column => [column, undefined])) })
  }

  /** The name that an original has now, if it has one. */
  nowOf(original: string): string | undefined {
    return [...this.#tables].find(([, followed]) => followed.original === original)?.[0]
  }

  #follow(effect: Effect, names: Names): void {
    if (effect.kind === 'rename-table') {
      const followed = this.#tables.get(effect.table.name)
      if (followed === undefined || names.has(effect.table.name) || !names.has(effect.to.name)) return
      this.#tables.delete(effect.table.name)
      this.#tables.set(effect.to.name, followed)
    } else if (effect.kind === 'rename-column') {
      const followed = this.#tables.get(effect.table.name)
      const columns = new Map(followed?.columns)
      if (followed === undefined || !columns.has(effect.column) || !names.get(effect.table.name)?.includes(effect.to))
        return
      columns.set(effect.to, columns.get(effect.column))
      columns.delete(effect.column)
      this.#tables.set(effect.table.name, { ...followed, columns })
    }
  }

  #lose(table: string, { original }: Followed, place: { at?: Spot }): void {
    this.#tables.delete(table)
    if (original !== undefined) this.drops.push({ what: 'table', name: original, byCascade: false, table, ...place })
  }

  #compare(table: string, followed: Followed, columns: readonly string[], place: { at?: Spot }): void {
    const { original } = followed
    for (const [column, was] of followed.columns)
      if (!columns.includes(column) && original !== undefined && was !== undefined)
        this.drops.push({ what: 'column', name: `${original}.${was}`, byCascade: false, table, ...place })
    const now = new Map(columns.map(column => [column, followed.columns.get(column)]))
    this.#tables.set(table, { original, columns: now })
  }
}

/** Rows of `table` and `column` in order. */
export function namesFrom(rows: readonly Readonly<Record<string, unknown>>[]): Names {
  const names = new Map<string, string[]>()
  for (const { table, column } of rows) {
    const columns = names.get(String(table)) ?? []
    columns.push(String(column))
    names.set(String(table), columns)
  }
  return names
}
