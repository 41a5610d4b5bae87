import type { Database } from '../../../core/database.ts'
import type { Dialect } from '../../dialect.ts'
import type { Statement } from '../../statement.ts'
import type { SeenDrop } from '../observation.ts'
import type { Observer } from '../observer.ts'
import type { Snapshot } from '../snapshot.ts'
import { type Names, NameWatch, namesFrom } from './names.ts'

const namesQuery = `SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m, pragma_table_xinfo(m.name) c
  WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, c.cid`

/** SQLite tells nothing by itself; its schema is one small table that is looked at after each statement. */
export function observeSqlite(database: Database, dialect: Dialect): Observer {
  let watch = new NameWatch(new Map())
  let before: Names = new Map()
  let copies: { from: string; to: string }[] = []
  const names = async () => namesFrom(await database.query(namesQuery))
  return {
    prepare: async () => {},
    begin: async () => {
      before = await names()
      watch = new NameWatch(before)
      copies = []
    },
    after: async step => {
      const statements = dialect.parse(step.sql)
      copies.push(...statements.flatMap(copyOf))
      if (statements.every(statement => statement.kind === 'data')) return
      watch.see(await names(), statements, { line: step.line, column: step.column, endLine: step.endLine })
    },
    end: async () => {
      const now = await names()
      watch.see(now, [], undefined)
      return { drops: watch.drops.flatMap(drop => rebuilt(drop, { before, now, copies })), costs: [], locks: [] }
    },
    leave: async () => {},
    snapshot: () => snapshot(database),
  }
}

function copyOf(statement: Statement): { from: string; to: string }[] {
  if (statement.kind !== 'data' || statement.copies === undefined) return []
  const { from, to } = statement.copies
  return [{ from: from.name.toLowerCase(), to: to.name.toLowerCase() }]
}

interface Told {
  readonly before: Names
  readonly now: Names
  readonly copies: readonly { from: string; to: string }[]
}

/**
 * SQLite's way to change a table is to make another one, copy the rows, drop the old one and take its name ("ALTER TABLE", section 7). What is
 * lost then are the columns that did not come along.
 */
function rebuilt(drop: SeenDrop & { readonly table: string }, { before, now, copies }: Told): SeenDrop[] {
  const { table, ...told } = drop
  const columns = now.get(told.name)
  const wasCopied = copies.some(copy => copy.from === table.toLowerCase())
  if (told.what !== 'table' || columns === undefined || !wasCopied) return [told]
  return (before.get(told.name) ?? [])
    .filter(column => !columns.includes(column))
    .map(column => ({ ...told, what: 'column', name: `${told.name}.${column}` }))
}

async function snapshot(database: Database): Promise<Snapshot> {
  const objects = new Map<string, string>()
  const masters = await database.query(
    `SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
  )
  for (const { type, name, tbl_name, sql } of masters) {
    if (type !== 'table') {
      objects.set(`${String(type)} ${String(name)} on ${String(tbl_name)}`, oneLine(sql))
      continue
    }
    objects.set(`table ${String(name)}`, '')
    const quoted = `'${String(name).replaceAll("'", "''")}'`
    for (const column of await database.query(`SELECT * FROM pragma_table_xinfo(${quoted})`)) {
      const { type: kind, notnull, dflt_value, pk, hidden } = column
      const text = [kind, notnull ? 'NOT NULL' : '', dflt_value === null ? '' : `DEFAULT ${String(dflt_value)}`]
      const more = [pk ? `PRIMARY KEY ${String(pk)}` : '', hidden ? `GENERATED ${String(hidden)}` : '']
      objects.set(`column ${String(name)}.${String(column.name)}`, oneLine([...text, ...more].join(' ')))
    }
    for (const key of await database.query(`SELECT * FROM pragma_foreign_key_list(${quoted}) ORDER BY "from", seq`))
      objects.set(
        `foreign key ${String(name)}.${String(key.from)} to ${String(key.table)}`,
        oneLine(`${String(key.to)} ON UPDATE ${String(key.on_update)} ON DELETE ${String(key.on_delete)}`),
      )
  }
  return objects
}

function oneLine(text: unknown): string {
  return String(text ?? '')
    .replace(/\s+/g, ' ')
    .trim()
}
