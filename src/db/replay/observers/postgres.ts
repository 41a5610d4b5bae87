import { type Database, DatabaseError } from '../../../core/database.ts'
import type { SeenCost, SeenDrop, SeenLock } from '../observation.ts'
import type { Observer } from '../observer.ts'
import type { Step } from '../steps.ts'
import { postgresSnapshot } from './postgres-snapshot.ts'

/**
 * Lets PostgreSQL itself say what it drops and rewrites, through event triggers ("Event Triggers", "Event Trigger Functions"). They are seen
 * inside DO blocks and functions too, and in what the commands of migration tools run. Without the right to make them (a scratch URL of
 * somebody who is no superuser) the catalogs before and after each statement are compared instead.
 */
export function observePostgres(database: Database): Observer {
  let known = new Known([])
  let hasTriggers = false
  let seen: { drops: SeenDrop[]; costs: SeenCost[]; locks: Map<string, SeenLock> } = empty()

  const look = async (step: Step | undefined): Promise<void> => {
    const at = step === undefined ? {} : { at: spotOf(step) }
    if (!hasTriggers) {
      for (const name of known.lost(await database.query(objectsQuery)))
        seen.drops.push({ ...name, byCascade: false, ...at })
      return
    }
    const rows = (await database.query('SELECT * FROM ship_guard_scratch.taken()')) as unknown as readonly Taken[]
    for (const row of rows) {
      if (row.is === 'rewrite') {
        const table = known.nameOf(row.object, 0)
        if (table !== undefined)
          seen.costs.push({ table, what: 'rewrite', because: reasonsOf(Number(row.reason)), ...at })
      } else {
        const drop = dropOf(row, rows, known)
        if (drop !== undefined) seen.drops.push({ ...drop, ...at })
      }
    }
  }

  return {
    prepare: async () => {
      hasTriggers = await makeTriggers(database)
    },
    begin: async () => {
      seen = empty()
      known = new Known(await database.query(objectsQuery))
      if (hasTriggers) await database.query('SELECT * FROM ship_guard_scratch.taken()')
    },
    after: step => look(step),
    beforeCommit: async step => {
      for (const { relation, mode } of await database.query(locksQuery)) {
        const table = known.nameOf(Number(relation), 0)
        if (table === undefined) continue
        const lock = { table, mode: String(mode), ...(step === undefined ? {} : { at: spotOf(step) }) }
        const before = seen.locks.get(table)
        if (before === undefined || rank(lock.mode) > rank(before.mode)) seen.locks.set(table, lock)
      }
    },
    end: async () => {
      await look(undefined)
      return { drops: seen.drops, costs: seen.costs, locks: [...seen.locks.values()] }
    },
    leave: async () => {
      if (hasTriggers) for (const statement of unmake) await database.execute(statement)
      hasTriggers = false
    },
    snapshot: () => postgresSnapshot(database),
  }
}

function empty() {
  return { drops: [], costs: [], locks: new Map<string, SeenLock>() }
}

function spotOf({ line, column, endLine }: Step) {
  return { line, column, endLine }
}

interface Taken {
  readonly is: 'drop' | 'rewrite'
  readonly firing: string
  readonly type: string
  readonly name: string
  readonly object: number
  readonly part: number
  readonly original: boolean
  readonly reason: number | null
}

// What a migration may drop without asking: what belongs to a table goes with it and is told by the table's name.
const make = [
  'CREATE SCHEMA ship_guard_scratch',
  `CREATE TABLE ship_guard_scratch.seen (id bigserial, firing bigint, "is" text, type text, name text, object oid, part int,
    original boolean, reason int)`,
  'CREATE SEQUENCE ship_guard_scratch.firings',
  `CREATE FUNCTION ship_guard_scratch.dropped() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
  DECLARE now_firing bigint := nextval('ship_guard_scratch.firings');
  BEGIN
    INSERT INTO ship_guard_scratch.seen (firing, "is", type, name, object, part, original)
    SELECT now_firing, 'drop', object_type, object_identity, objid, objsubid, original FROM pg_event_trigger_dropped_objects()
    WHERE NOT is_temporary;
  END $$`,
  `CREATE FUNCTION ship_guard_scratch.rewritten() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
  BEGIN
    INSERT INTO ship_guard_scratch.seen ("is", object, reason)
    VALUES ('rewrite', pg_event_trigger_table_rewrite_oid(), pg_event_trigger_table_rewrite_reason());
  END $$`,
  // A statement that changed its role may still be looked at.
  `CREATE FUNCTION ship_guard_scratch.taken() RETURNS SETOF ship_guard_scratch.seen LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS
  'WITH gone AS (DELETE FROM ship_guard_scratch.seen RETURNING *) SELECT * FROM gone ORDER BY id'`,
  'GRANT USAGE ON SCHEMA ship_guard_scratch TO PUBLIC',
  'CREATE EVENT TRIGGER ship_guard_dropped ON sql_drop EXECUTE FUNCTION ship_guard_scratch.dropped()',
  'CREATE EVENT TRIGGER ship_guard_rewritten ON table_rewrite EXECUTE FUNCTION ship_guard_scratch.rewritten()',
  // Dumps and bulk loads set session_replication_role to replica, which silences ordinary triggers.
  'ALTER EVENT TRIGGER ship_guard_dropped ENABLE ALWAYS',
  'ALTER EVENT TRIGGER ship_guard_rewritten ENABLE ALWAYS',
]

const unmake = [
  'DROP EVENT TRIGGER ship_guard_dropped',
  'DROP EVENT TRIGGER ship_guard_rewritten',
  'DROP SCHEMA ship_guard_scratch CASCADE',
]

async function makeTriggers(database: Database): Promise<boolean> {
  await database.execute('BEGIN')
  try {
    for (const statement of make) await database.execute(statement)
    await database.execute('COMMIT')
    return true
  } catch (error) {
    // 42501: only superusers make event triggers ("CREATE EVENT TRIGGER").
    if (!(error instanceof DatabaseError) || error.code !== '42501') throw error
    await database.execute('ROLLBACK')
    return false
  }
}

const objectsQuery = `
SELECT c.oid::int8::text AS table, n.nspname AS schema, c.relname AS name, c.relkind AS kind, coalesce(a.attnum, 0) AS part, a.attname AS column
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f')
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('information_schema', 'ship_guard_scratch') AND n.nspname NOT LIKE 'pg\\_%'`

const locksQuery = `
SELECT l.relation::int8::text AS relation, l.mode FROM pg_catalog.pg_locks l
WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted
  AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')`

/** "Table-Level Locks", weakest first. */
const modes = [
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
]

function rank(mode: string): number {
  return modes.indexOf(mode)
}

interface KnownObject {
  readonly what: 'table' | 'view'
  readonly name: string
}

/** What was there before the file ran, by the server's own numbers, so that a renamed table is still known by its old name. */
class Known {
  readonly #names = new Map<string, KnownObject>()
  readonly #columns = new Map<string, string>()
  #left: Set<string>

  constructor(rows: readonly Readonly<Record<string, unknown>>[]) {
    for (const row of rows) {
      const name = `${String(row.schema)}.${String(row.name)}`
      this.#names.set(String(row.table), { what: row.kind === 'v' || row.kind === 'm' ? 'view' : 'table', name })
      if (row.column !== null)
        this.#columns.set(`${String(row.table)}.${String(row.part)}`, `${name}.${String(row.column)}`)
    }
    this.#left = new Set([...this.#names.keys(), ...this.#columns.keys()])
  }

  nameOf(object: number | string, part: number): string | undefined {
    return part === 0 ? this.#names.get(String(object))?.name : this.#columns.get(`${object}.${part}`)
  }

  whatOf(object: number | string): KnownObject['what'] | undefined {
    return this.#names.get(String(object))?.what
  }

  hasTable(name: string): boolean {
    return [...this.#names.values()].some(one => one.name === name)
  }

  hasSchema(name: string): boolean {
    return [...this.#names.values()].some(one => one.name.startsWith(`${name}.`))
  }

  /** Without event triggers: what these rows no longer have. Columns of a lost table are not told besides it. */
  lost(rows: readonly Readonly<Record<string, unknown>>[]): { what: SeenDrop['what']; name: string }[] {
    const now = new Set(rows.flatMap(row => [String(row.table), `${String(row.table)}.${String(row.part)}`]))
    const gone = [...this.#left].filter(key => !now.has(key))
    this.#left = new Set([...this.#left].filter(key => now.has(key)))
    return gone.flatMap((key): { what: SeenDrop['what']; name: string }[] => {
      const object = this.#names.get(key)
      if (object !== undefined) return [object]
      const name = gone.includes(key.split('.')[0]!) ? undefined : this.#columns.get(key)
      return name === undefined ? [] : [{ what: 'column' as const, name }]
    })
  }
}

function dropOf(row: Taken, all: readonly Taken[], known: Known): SeenDrop | undefined {
  const together = all.filter(one => one.firing === row.firing)
  const found = whatIsLost(row, together, known)
  if (found === undefined) return undefined
  const asked = together.find(one => one.original)
  const by = row.original || asked === undefined ? {} : { with: `${asked.type} ${asked.name}` }
  return { ...found, byCascade: !row.original, ...by }
}

function whatIsLost(row: Taken, together: readonly Taken[], known: Known): Pick<SeenDrop, 'what' | 'name'> | undefined {
  const { type, object, part, name } = row
  if (type === 'schema') return known.hasSchema(name) ? { what: 'schema', name } : undefined
  if (type === 'table column') {
    const column = known.nameOf(object, part)
    return column === undefined ? undefined : { what: 'column', name: column }
  }
  if (type === 'table constraint') {
    // One that goes with its own table is told by the table.
    const table = name.slice(name.lastIndexOf(' on ') + 4)
    const stays = known.hasTable(table) && !together.some(one => one.type === 'table' && one.name === table)
    return stays ? { what: 'constraint', name } : undefined
  }
  const what = known.whatOf(object)
  return what === undefined ? undefined : { what, name: known.nameOf(object, 0)! }
}

// event_trigger.h, "AT_REWRITE_*".
const reasons = [
  [1, 'it becomes LOGGED or UNLOGGED'],
  [2, 'a new column gets a value computed for every row'],
  [4, 'the type of a column changes'],
  [8, 'its access method changes'],
] as const

function reasonsOf(bits: number): string {
  return reasons
    .filter(([bit]) => (bits & bit) !== 0)
    .map(([, words]) => words)
    .join(', and ')
}
