import { defineEngine } from '../engine.ts'
import { findMysql } from '../mysql-programs.ts'

export default defineEngine({
  id: 'mysql-local',
  title: 'MySQL of this machine',
  why: 'The real server, started for a moment in a temporary folder, knows which ALTER copies the table.',
  dialect: 'mysql',
  find: async (world, request) =>
    request.flavour === 'mysql'
      ? findMysql(world, request, { flavour: 'mysql', title: 'MySQL' })
      : { absent: 'it is only asked for MySQL' },
})
