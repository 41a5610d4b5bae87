import { defineEngine } from '../engine.ts'
import { findMysql } from '../mysql-programs.ts'

export default defineEngine({
  id: 'mariadb-local',
  title: 'MariaDB of this machine',
  why: 'The real server, started for a moment in a temporary folder, knows which ALTER copies the table.',
  dialect: 'mysql',
  find: async (world, request) =>
    request.flavour === 'mariadb'
      ? findMysql(world, request, { flavour: 'mariadb', title: 'MariaDB' })
      : { absent: 'it is only asked for MariaDB' },
})
