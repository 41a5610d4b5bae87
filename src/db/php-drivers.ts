// Migrations in PHP often ask which database they run on. What stands behind a question that this dialect answers with no never runs.
import type { Condition, Value } from './code/script.ts'
import { toldBy } from './code/values.ts'
import type { DialectId } from './statement.ts'

/** Names of drivers, and of the classes of Laravel's connections and Doctrine's platforms. */
const names: Readonly<Record<DialectId, RegExp>> = {
  postgres: /^(?:pdo_)?(?:pgsql|postgres(?:ql)?)$|^Postgre(?:s|SQL|Sql)\w*(?:Connection|Platform)$/,
  mysql: /^(?:pdo_)?(?:mysql|mariadb)$|^(?:MySQL|MySql|MariaDB|MariaDb|AbstractMySQL)\w*(?:Connection|Platform)$/,
  sqlite: /^(?:pdo_)?sqlite$|^(?:SQLite|Sqlite)\w*(?:Connection|Platform)$/,
}
const others =
  /^(?:pdo_)?(?:sqlsrv|oci|oracle|mssql|db2)$|^(?:SQLServer|SqlServer|Oracle|DB2)\w*(?:Connection|Platform)$/

/** A condition on the driver that does not hold on this dialect. */
export function isNever({ value, among, not }: Condition, dialect: DialectId): boolean {
  const isDriver = (name: string) => others.test(name) || Object.values(names).some(pattern => pattern.test(name))
  if (!among.every(isDriver) || !asksDriver(value, among)) return false
  const own = among.filter(name => names[dialect].test(name))
  if (!not) return own.length === 0
  // MySQL and MariaDB are one dialect here: `!== 'mysql'` may hold on the other.
  return dialect === 'mysql' ? /mysql/i.test(own.join()) && /maria/i.test(own.join()) : own.length > 0
}

function asksDriver(value: Value, among: readonly string[]): boolean {
  // Only such objects are of such classes.
  if (among.every(name => /(?:Connection|Platform)$/.test(name))) return true
  if (value.is !== 'call') return false
  if (/^getdrivername$/i.test(value.name)) return true
  const asked = toldBy(value.args[0])[0]?.name ?? ''
  if (/^(?:config|env|getconfig|get)$/i.test(value.name))
    return /^database\.default$|driver$|^DB_CONNECTION$/.test(asked)
  if (/^getattribute$/i.test(value.name)) return /DRIVER_NAME$/.test(asked)
  return /^getname$/i.test(value.name) && value.on?.is === 'call' && /platform$/i.test(value.on.name)
}
