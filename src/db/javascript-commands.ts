// Commands of tools that run on Node, made to run on a scratch database whatever the project's own config says.
import type { Command } from '../core/world.ts'
import type { ScratchEnvironment } from './tool.ts'

/** A program of the project's own packages, as its config has it. */
export function bin(name: string, ...args: string[]): Command {
  return { argv: [`node_modules/.bin/${name}`, ...args] }
}

/**
 * The tool's own entry, run by a few lines of ours before it. `scratch` in them is the database; it comes through the environment, so that
 * no password stands among the arguments of a process.
 */
export function onScratch(lines: string, args: readonly string[], database: ScratchEnvironment): Command {
  const before =
    "const scratch = JSON.parse(process.env.SHIP_GUARD_SCRATCH); const own = require('node:module').createRequire(process.cwd() + '/x.js');"
  return { argv: ['node', '-e', `${before}\n${lines}`, '--', ...args], env: variables(database) }
}

/** The names under which configs look for a database, all of them: what reads them meets the scratch database and no other. */
export function variables(database: ScratchEnvironment): NonNullable<Command['env']> {
  const { host, port, user, password, database: name } = database
  // No driver of Node's knows `mariadb:`.
  const url = database.url.replace(/^mariadb:/, 'mysql:')
  const at = String(port)
  return {
    SHIP_GUARD_SCRATCH: JSON.stringify({ ...database, url }),
    ...{ DATABASE_URL: url, DB_URL: url, POSTGRES_URL: url, MYSQL_URL: url },
    ...{ DB_HOST: host, DB_PORT: at, DB_USER: user, DB_USERNAME: user, DB_PASSWORD: password, DB_PASS: password },
    ...{ DB_NAME: name, DB_DATABASE: name },
    ...{ PGHOST: host, PGPORT: at, PGUSER: user, PGPASSWORD: password, PGDATABASE: name },
    ...{ MYSQL_HOST: host, MYSQL_PORT: at, MYSQL_USER: user, MYSQL_PASSWORD: password, MYSQL_DATABASE: name },
  }
}
