import { join } from 'node:path'
import { defineEngine, type EngineWorld } from '../engine.ts'
import { startPostgres } from '../postgres-server.ts'
import { foldersWith, nearestVersion, saidVersion, versionNumbers } from '../programs.ts'

const places = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/usr/libexec/postgresql*',
  '/usr/local/pgsql/bin',
  '/opt/homebrew/opt/postgresql*/bin',
  '/usr/local/opt/postgresql*/bin',
  '/Applications/Postgres.app/Contents/Versions/*/bin',
]

export default defineEngine({
  id: 'postgres-local',
  title: 'PostgreSQL of this machine',
  why: 'The real server, started for a moment in a temporary folder, names everything that is dropped or rewritten.',
  dialect: 'postgres',
  async find(world, request) {
    const best = nearestVersion(await installed(world), request.version)
    if (best === undefined) return { absent: 'no initdb and postgres are on this machine' }
    return {
      shown: `PostgreSQL ${best.version.join('.')} (${best.folder})`,
      start: () => startPostgres(world, best.folder, request),
    }
  },
})

async function installed(world: EngineWorld): Promise<{ folder: string; version: readonly number[] }[]> {
  const folders = await foldersWith(world, ['initdb', 'postgres'], places)
  const said = await Promise.all(folders.map(folder => saidVersion(world, join(folder, 'postgres'))))
  return folders.flatMap((folder, index) => {
    const words = said[index]
    return words === undefined ? [] : [{ folder, version: versionNumbers(words) }]
  })
}
