import { addressFrom, shownAddress } from '../../../core/database-url.ts'
import { UsageError } from '../../../core/errors.ts'
import { defineEngine } from '../engine.ts'
import { startOnUsers } from '../users-server.ts'

// A connection reaches every database of the server, so none of them may hold anything.
const anybodys = `
SELECT CONCAT(table_schema, '.', table_name) AS name FROM information_schema.tables
WHERE table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
  AND table_schema NOT LIKE 'ship\\_guard\\_scratch\\_%'
ORDER BY 1`

const leftovers = `
SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE 'ship\\_guard\\_scratch\\_%'
  AND schema_name NOT IN (SELECT db FROM information_schema.processlist WHERE db IS NOT NULL)`

export default defineEngine({
  id: 'mysql-url',
  title: 'Your own scratch MySQL or MariaDB',
  why: 'The same version as production has, where a server is at hand.',
  dialect: 'mysql',
  async find(world, { url, signal }) {
    if (url === undefined) return { absent: 'no scratch URL is given' }
    const address = addressFrom(url)
    if (address.kind !== 'mysql')
      throw new UsageError('The scratch URL is not one of MySQL.', 'Give one that begins with mysql:// or mariadb://.')
    const flavourOf = (version: string) => (/mariadb/i.test(version) ? 'mariadb' : 'mysql')
    return {
      shown: `the server at ${shownAddress(address)}`,
      start: () => startOnUsers(world, { address, signal, anybodys, leftovers, flavourOf }),
    }
  },
})
