import { join } from 'node:path'
import { defineEngine } from '../engine.ts'
import { versionNumbers } from '../programs.ts'

const roomBytes = 64 * 1024 * 1024

export default defineEngine({
  id: 'sqlite',
  title: 'SQLite in this process',
  why: 'It needs nothing from the machine, so migrations for SQLite are always run for real.',
  dialect: 'sqlite',
  async find(world, { forTools, signal }) {
    return {
      shown: 'SQLite',
      start: async () => {
        // Tools open the file themselves; for us alone memory is faster.
        const folder = forTools ? await world.scratchFolder({ bytes: roomBytes }) : undefined
        const file = folder === undefined ? ':memory:' : join(folder.path, 'scratch.sqlite3')
        const database = await world.database({ kind: 'sqlite', file }, { signal })
        const opened = [database]
        const connect = async () => {
          if (folder === undefined) return { ...database, close: async () => {} }
          const another = await world.database({ kind: 'sqlite', file }, { signal })
          opened.push(another)
          return another
        }
        return {
          flavour: 'sqlite',
          version: versionNumbers(database.version),
          shown: `SQLite ${database.version}`,
          reach: 'own',
          database,
          connect,
          environment:
            folder === undefined
              ? undefined
              : {
                  flavour: 'sqlite',
                  host: '',
                  port: 0,
                  user: '',
                  password: '',
                  database: file,
                  url: `sqlite://${file}`,
                },
          stop: async () => {
            await Promise.all(opened.map(one => one.close()))
            await folder?.remove()
          },
        }
      },
    }
  },
})
