import type { Database } from '../../core/database.ts'

/** Ends the connection when the signal aborts; forgets the signal when it is closed before. */
export function endedBy(signal: AbortSignal | undefined, database: Database, end: () => void): Database {
  if (signal === undefined) return database
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  return {
    ...database,
    close: async () => {
      signal.removeEventListener('abort', end)
      await database.close()
    },
  }
}
