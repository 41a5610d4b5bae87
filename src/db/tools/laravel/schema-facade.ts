// The methods of the Schema facade: Illuminate\Database\Schema\Builder.
import { toldBy } from '../../code/values.ts'
import { tableNamed } from './blueprint.ts'
import type { Handlers, Visit } from './reader.ts'

function argument({ call }: Visit, index: number, name: string) {
  return call.args[index] ?? call.named.get(name)
}

function dropTable(visit: Visit, ifExists: boolean): void {
  const tables = toldBy(argument(visit, 0, 'table')).map(one => tableNamed(one.name))
  if (tables.length === 0) return
  const effect = {
    kind: 'drop-table' as const,
    tables,
    temporary: false,
    ...(ifExists ? { ifExists: true as const } : {}),
  }
  visit.reader.writer.effect(visit.span, effect, visit.inside)
}

function dropColumns(visit: Visit): void {
  const values = [argument(visit, 1, 'columns'), ...visit.call.args.slice(2)]
  const columns = values.flatMap(toldBy).map(one => one.name)
  for (const one of toldBy(argument(visit, 0, 'table')))
    visit.reader.writer.effect(visit.span, { kind: 'drop-column', table: tableNamed(one.name), columns }, visit.inside)
}

function dropDatabase(visit: Visit): void {
  const names = toldBy(argument(visit, 0, 'name')).map(one => one.name)
  visit.reader.writer.effect(visit.span, { kind: 'drop-schema', what: 'database', names }, visit.inside)
}

function table(visit: Visit): void {
  visit.reader.tables(visit, argument(visit, 0, 'table'), argument(visit, 1, 'callback'))
}

function tableInCondition(visit: Visit): void {
  const inCondition = { ...visit, inside: visit.inside ?? 'a condition' }
  visit.reader.tables(inCondition, argument(visit, 0, 'table'), argument(visit, 2, 'callback'))
}

export const schemaMethods: Handlers = {
  create: table,
  table,
  drop: visit => dropTable(visit, false),
  dropifexists: visit => dropTable(visit, true),
  dropcolumn: dropColumns,
  dropcolumns: dropColumns,
  rename(visit) {
    const from = toldBy(argument(visit, 0, 'from'))[0]?.name ?? '?'
    const to = toldBy(argument(visit, 1, 'to'))[0]?.name ?? '?'
    const effect = { kind: 'rename-table' as const, table: tableNamed(from), to: tableNamed(to) }
    visit.reader.writer.effect(visit.span, effect, visit.inside)
  },
  dropalltables(visit) {
    const effect = { kind: 'drop-table' as const, tables: [{ name: 'every table' }], temporary: false }
    visit.reader.writer.effect(visit.span, effect, visit.inside)
  },
  dropallviews(visit) {
    const effect = { kind: 'drop-view' as const, views: [{ name: 'every view' }], materialized: false }
    visit.reader.writer.effect(visit.span, effect, visit.inside)
  },
  dropalltypes(visit) {
    const effect = { kind: 'drop-cascade' as const, what: 'type', names: ['every type'] }
    visit.reader.writer.effect(visit.span, effect, visit.inside)
  },
  dropdatabase: dropDatabase,
  dropdatabaseifexists: dropDatabase,
  whentablehascolumn: tableInCondition,
  whentabledoesnthavecolumn: tableInCondition,
  withoutforeignkeyconstraints: ({ reader, call, inside, reach }) => reader.closures(call, inside, reach),
  getconnection: ({ reader, rest, inside, reach }) => reader.database(rest, inside, reach),
}

/** Methods that say where, not what. */
export const schemaPrefix = /^(?:connection|setconnection|getfacaderoot)$/i

/** Methods that change nothing that anybody could miss. */
export const quietSchema =
  /^(?:has\w+|get\w+|enableForeignKeyConstraints|disableForeignKeyConstraints|defaultStringLength|morphUsing\w+|defaultMorphKeyType|useNativeSchemaOperationsIfPossible|blueprintResolver|createDatabase|createExtension\w*|ensure\w+|macro|parse\w+|is\w+)$/i
