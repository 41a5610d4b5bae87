import { type Database, DatabaseError } from '../../../core/database.ts'
import type { Dialect } from '../../dialect.ts'
import type { SeenCost, SeenDrop } from '../observation.ts'
import type { Observer } from '../observer.ts'
import type { Step } from '../steps.ts'
import type { Prober } from './mysql-probe.ts'
import { mysqlSnapshot } from './mysql-snapshot.ts'
import { NameWatch, namesFrom } from './names.ts'

const namesQuery = `SELECT c.table_name AS \`table\`, c.column_name AS \`column\` FROM information_schema.columns c
  JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type <> 'VIEW'
  WHERE c.table_schema = DATABASE() ORDER BY c.table_name, c.ordinal_position`

/** MySQL and MariaDB: names are compared around each statement, and the server is asked on a copy of each table how it would do an ALTER. */
export function observeMysql(database: Database, dialect: Dialect, prober: Prober): Observer {
  let watch = new NameWatch(new Map())
  let costs: SeenCost[] = []
  let mayLog = false
  const names = async () => namesFrom(await database.query(namesQuery))
  return {
    prepare: async () => {
      mayLog = await canLog(database)
    },
    begin: async steps => {
      watch = new NameWatch(await names())
      costs = []
      if (steps !== undefined) costs = await prober.probe(steps.filter(isRun).map(placed), watch)
      else {
        await prober.remember()
        if (mayLog) for (const statement of startLog) await database.execute(statement)
      }
    },
    after: async step => {
      if (/^(?:insert|replace|update|delete|select|set|show|use)\b/i.test(step.sql)) return
      watch.see(await names(), dialect.parse(step.sql), placed(step).at)
    },
    end: async () => {
      const run = mayLog && prober.hasMemory ? await logged(database) : []
      const effects = run.flatMap(sql => dialect.parse(sql))
      watch.see(await names(), effects, undefined)
      const probed = await prober.recall(run, watch)
      return { drops: watch.drops.map(withoutTable), costs: [...costs, ...probed], locks: [] }
    },
    leave: () => prober.leave(),
    snapshot: () => mysqlSnapshot(database),
  }
}

function isRun({ is }: Step): boolean {
  return is === 'statement'
}

function placed({ sql, line, column, endLine }: Step) {
  return { sql, at: { line, column, endLine } }
}

function withoutTable({ table: _, ...drop }: SeenDrop & { readonly table: string }): SeenDrop {
  return drop
}

const startLog = ["SET GLOBAL log_output = 'TABLE'", 'TRUNCATE TABLE mysql.general_log', 'SET GLOBAL general_log = 1']

async function canLog(database: Database): Promise<boolean> {
  try {
    await database.execute('SET GLOBAL general_log = 0')
    return true
  } catch (error) {
    if (error instanceof DatabaseError && error.code !== 'connection') return false
    throw error
  }
}

/** What other connections ran since the log was started, in order. */
async function logged(database: Database): Promise<readonly string[]> {
  await database.execute('SET GLOBAL general_log = 0')
  const rows = await database.query(
    "SELECT CONVERT(argument USING utf8mb4) AS `sql` FROM mysql.general_log WHERE command_type IN ('Query', 'Execute') AND thread_id <> CONNECTION_ID() ORDER BY event_time",
  )
  return rows.map(row => String(row.sql).trim())
}
