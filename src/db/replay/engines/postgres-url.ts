import { addressFrom, shownAddress } from '../../../core/database-url.ts'
import { UsageError } from '../../../core/errors.ts'
import { defineEngine } from '../engine.ts'
import { startOnUsers } from '../users-server.ts'

// Everything that is not the server's own and not an extension's.
const anybodys = `
SELECT n.nspname || '.' || c.relname AS name
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1`

const leftovers = `
SELECT datname AS name FROM pg_catalog.pg_database d WHERE datname LIKE 'ship\\_guard\\_scratch\\_%'
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_activity a WHERE a.datname = d.datname)`

export default defineEngine({
  id: 'postgres-url',
  title: 'Your own scratch PostgreSQL',
  why: 'The same version and extensions as production has, where a server is at hand.',
  dialect: 'postgres',
  async find(world, { url, signal }) {
    if (url === undefined) return { absent: 'no scratch URL is given' }
    const address = addressFrom(url)
    if (address.kind !== 'postgres')
      throw new UsageError('The scratch URL is not one of PostgreSQL.', 'Give one that begins with postgres://.')
    return {
      shown: `PostgreSQL at ${shownAddress(address)}`,
      start: () => startOnUsers(world, { address, signal, anybodys, leftovers, flavourOf: () => 'postgres' }),
    }
  },
})
