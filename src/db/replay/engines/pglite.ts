import { dirname, join } from 'node:path'
import { DatabaseError } from '../../../core/database.ts'
import { CannotTell } from '../../../core/errors.ts'
import { defineEngine } from '../engine.ts'
import { packageFile, versionNumbers } from '../programs.ts'

export default defineEngine({
  id: 'pglite',
  title: 'PGlite of the project',
  why: 'PostgreSQL as WebAssembly, where no server can be had. It starts slower and takes one connection.',
  dialect: 'postgres',
  async find(world, request) {
    const manifest = await packageFile(world, request.folder, '@electric-sql/pglite/package.json')
    if (manifest === undefined) return { absent: 'the package @electric-sql/pglite is not installed in the project' }
    if (request.forTools) return { absent: 'the commands of migration tools cannot connect to PGlite' }
    const entry = join(dirname(manifest), 'dist', 'index.js')
    return {
      shown: 'PostgreSQL (PGlite)',
      start: async () => {
        const database = await world.database({ kind: 'pglite', entry }, { signal: request.signal }).catch(error => {
          if (!(error instanceof DatabaseError)) throw error
          throw new CannotTell(
            `PGlite could not be started: ${error.message}`,
            'Install it anew, or PostgreSQL itself; or set gates.db.replay to off.',
          )
        })
        return {
          flavour: 'postgres',
          version: versionNumbers(database.version),
          shown: `PostgreSQL ${database.version} (PGlite)`,
          reach: 'own',
          database,
          // It has one connection, which everybody shares.
          connect: async () => ({ ...database, close: async () => {} }),
          environment: undefined,
          stop: () => database.close(),
        }
      },
    }
  },
})
