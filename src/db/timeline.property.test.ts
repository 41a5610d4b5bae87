import fc from 'fast-check'
import { expect, test } from 'vitest'
import { History, tableKey, tablesOf } from './history.ts'
import { dialectOf } from './lint.ts'
import { positionOf } from './position.ts'
import { type Name, targetOf } from './statement.ts'
import { after } from './table-after.ts'
import type { TableState } from './table-state.ts'
import { Timelines } from './timeline.ts'

const names = ['a', 'b', 'c']
const name = fc.constantFrom(...names)
const column = fc.constantFrom('x', 'y', 'z')
const statement = fc.oneof(
  fc.tuple(name, column).map(([t, c]) => `CREATE TABLE ${t} (id int, ${c} int UNIQUE)`),
  fc.tuple(name, column).map(([t, c]) => `CREATE TABLE IF NOT EXISTS ${t} (${c} int)`),
  name.map(t => `DROP TABLE ${t}`),
  fc.tuple(name, name).map(([t, to]) => `RENAME TABLE ${t} TO ${to}`),
  fc.tuple(name, column).map(([t, c]) => `ALTER TABLE ${t} ADD COLUMN ${c} int NOT NULL`),
  fc.tuple(name, column).map(([t, c]) => `ALTER TABLE ${t} DROP COLUMN ${c}`),
  fc.tuple(name, column, column).map(([t, c, to]) => `ALTER TABLE ${t} CHANGE ${c} ${to} bigint`),
  fc.tuple(name, column).map(([t, c]) => `CREATE INDEX i_${c} ON ${t} (${c})`),
)

/** Every table after every statement, one after the other. */
function eagerly(history: History, files: number): ReadonlyMap<string, TableState | undefined> {
  const tables = new Map<string, TableState | undefined>()
  for (let file = 0; file < files; file++)
    for (const [at, one] of history.statements(file).entries()) {
      const before = new Map(tables)
      const touched: Name[] = one.kind === 'rename-table' ? [one.table, targetOf(one)] : [...tablesOf(one)]
      for (const table of touched) {
        const key = tableKey(table, 'mysql')
        const around = {
          dialect: 'mysql' as const,
          tableAt: (other: Name) => before.get(tableKey(other, 'mysql')),
          isSame: (left: Name, right: Name) => tableKey(left, 'mysql') === tableKey(right, 'mysql'),
        }
        tables.set(key, after(before.get(key), one, table, positionOf(file, at), around))
      }
    }
  return tables
}

test('asking late and rarely gives what reading everything in its order gives', () => {
  fc.assert(
    fc.property(fc.array(fc.array(statement, { maxLength: 5 }), { maxLength: 6 }), fc.array(name), (files, asked) => {
      const texts = files.map(statements => ({ text: statements.map(one => `${one};`).join('\n') }))
      const history = new History(dialectOf('mysql'), texts)
      const timelines = new Timelines(history)
      // In whatever order the tables were asked for before.
      for (const [file, table] of asked.entries())
        timelines.tableAt({ name: table }, positionOf(Math.min(file, texts.length), 0))
      const whole = eagerly(history, texts.length)
      for (const table of names)
        expect(timelines.tableAt({ name: table }, positionOf(texts.length, 0))).toEqual(
          whole.get(tableKey({ name: table }, 'mysql')),
        )
    }),
  )
})
