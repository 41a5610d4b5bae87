// What every table looked like at any moment of a history. Each statement is applied at most once to each table that somebody asks for,
// so that a thousand files that all ask stay linear.
import { type History, type NamedKind, namedKey, schemaKey, tableKey } from './history.ts'
import { atOf, fileOf, positionOf } from './position.ts'
import { type Name, type Statement, targetOf } from './statement.ts'
import { after } from './table-after.ts'
import type { TableState } from './table-state.ts'

/** Tables renamed into each other's names further than this are no longer followed. */
const deepest = 200

interface Timeline {
  readonly files: readonly number[]
  nextFile: number
  /** Positions of the statements that concern the table, as far as the files were looked at; `states` may lag behind. */
  readonly positions: number[]
  readonly states: (TableState | undefined)[]
}

export class Timelines {
  readonly history: History
  readonly #lines = new Map<string, Timeline>()
  readonly #named = new Map<string, Gathered>()
  #depth = 0

  constructor(history: History) {
    this.history = history
  }

  statement(position: number): Statement {
    return this.history.statements(fileOf(position))[atOf(position)]!
  }

  /** The table just before the statement at this position runs. */
  tableAt(name: Name, position: number): TableState | undefined {
    if (this.#depth > deepest) return undefined
    const line = this.#lineOf(name)
    this.#look(line, name, fileOf(position))
    this.#depth++
    while (line.states.length < line.positions.length && line.positions[line.states.length]! < position)
      line.states.push(this.#next(line, name))
    this.#depth--
    const state = line.states[countBefore(line.positions, position, line.states.length) - 1]
    // A temporary table ends with the session that made it.
    return state?.temporary === true && fileOf(state.born!.position) !== fileOf(position) ? undefined : state
  }

  /** Positions before this one of statements that concern what bears this name. */
  naming(kind: NamedKind, name: string, position: number): readonly number[] {
    const key = namedKey(kind, name)
    const known = this.#named.get(key) ?? { files: this.history.naming(name), nextFile: 0, positions: [] }
    this.#named.set(key, known)
    while ((known.files[known.nextFile] ?? Number.POSITIVE_INFINITY) <= fileOf(position)) {
      const file = known.files[known.nextFile++]!
      for (const at of this.history.touches(file).named.get(key) ?? []) known.positions.push(positionOf(file, at))
    }
    return known.positions.slice(0, countBefore(known.positions, position, known.positions.length))
  }

  /** The last name that a table of this name was given before the position, when that is what became of it. */
  renamedTo(name: Name, position: number): Name | undefined {
    this.tableAt(name, position)
    const { positions } = this.#lineOf(name)
    const last = positions[countBefore(positions, position, positions.length) - 1]
    const statement = last === undefined ? undefined : this.statement(last)
    const dialect = this.history.dialect.id
    if (statement?.kind !== 'rename-table' || tableKey(statement.table, dialect) !== tableKey(name, dialect))
      return undefined
    return targetOf(statement)
  }

  #next({ positions, states }: Timeline, name: Name): TableState | undefined {
    const position = positions[states.length]!
    const dialect = this.history.dialect.id
    return after(states.at(-1), this.statement(position), name, position, {
      dialect,
      tableAt: other => this.tableAt(other, position),
      isSame: (left, right) => tableKey(left, dialect) === tableKey(right, dialect),
    })
  }

  #lineOf(name: Name): Timeline {
    const key = tableKey(name, this.history.dialect.id)
    const known = this.#lines.get(key)
    if (known !== undefined) return known
    const files = this.history.naming(name.name)
    const drops = name.schema === undefined ? [] : this.history.schemaDrops()
    const all = drops.length === 0 ? files : [...new Set([...files, ...drops])].sort((left, right) => left - right)
    const line: Timeline = { files: all, nextFile: 0, positions: [], states: [] }
    this.#lines.set(key, line)
    return line
  }

  #look(line: Timeline, name: Name, upTo: number): void {
    const key = tableKey(name, this.history.dialect.id)
    for (let file = line.files[line.nextFile]; file !== undefined && file <= upTo; file = line.files[++line.nextFile]) {
      const { tables } = this.history.touches(file)
      const own = tables.get(key) ?? []
      const dropped = name.schema === undefined ? [] : (tables.get(schemaKey(name.schema)) ?? [])
      const all = dropped.length === 0 ? own : [...own, ...dropped].sort((left, right) => left - right)
      for (const at of all) line.positions.push(positionOf(file, at))
    }
  }
}

interface Gathered {
  readonly files: readonly number[]
  nextFile: number
  readonly positions: number[]
}

/** How many of the first `count` are before the position. */
function countBefore(positions: readonly number[], position: number, count: number): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (positions[middle]! < position) low = middle + 1
    else high = middle
  }
  return low
}
