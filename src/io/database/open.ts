import type { OpenDatabase } from '../../core/database.ts'

/** Opens a database by its kind. Each driver is loaded when it is first wanted. */
export const openDatabase: OpenDatabase = async (address, options = {}) => {
  switch (address.kind) {
    case 'postgres':
      return (await import('./postgres.ts')).openPostgres(address, options)
    case 'mysql':
      return (await import('./mysql.ts')).openMysql(address, options)
    case 'sqlite':
      return (await import('./sqlite.ts')).openSqlite(address, options)
    case 'pglite':
      return (await import('./pglite.ts')).openPglite(address, options)
  }
}
