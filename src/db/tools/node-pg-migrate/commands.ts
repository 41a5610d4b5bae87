import type { Command } from '../../../core/world.ts'
import { onScratch } from '../../javascript-commands.ts'
import type { ToolCommands } from '../../tool.ts'
import { failureOf, notUnderstood, outputOf, stateOf } from '../../tool-output.ts'

const mark = 'ship-guard ran '

// It has no command for this: its table is asked through the driver that it depends on itself.
const ask = `const own = require('node:module').createRequire(process.cwd() + '/x.js');
const { Client } = own('pg');
const client = new Client(process.env.DATABASE_URL ? { connectionString: process.env.DATABASE_URL } : {});
client.connect()
  .then(() => client.query("SELECT to_regclass('pgmigrations') AS there"))
  .then(({ rows }) => rows[0].there === null ? { rows: [] } : client.query('SELECT name FROM pgmigrations ORDER BY run_on, id'))
  .then(({ rows }) => console.log('${mark}' + JSON.stringify(rows.map(row => row.name))))
  .catch(error => { console.error(error.code ?? '', error.message); process.exitCode = 1 })
  .finally(() => client.end().catch(() => {}))`

const cli = `process.argv.splice(1, 0, 'node-pg-migrate');
process.env.DATABASE_URL = scratch.url;
import(require('node:url').pathToFileURL(process.cwd() + '/node_modules/node-pg-migrate/bin/node-pg-migrate.js').href)`

export const commands: ToolCommands = {
  status: (): Command => ({ argv: ['node', '-e', ask] }),
  readStatus(result, known) {
    const output = outputOf(result)
    const failure = failureOf(result, output)
    if (failure !== undefined) return failure
    const line = output.split('\n').find(one => one.startsWith(mark))
    if (line === undefined) return notUnderstood(result)
    return stateOf(JSON.parse(line.slice(mark.length)) as string[], [], known)
  },
  // One after the other: it runs the next one that has not run, which is this one.
  migrate: (_project, upTo, database) => onScratch(cli, upTo === undefined ? ['up'] : ['up', '1'], database),
  revert: (_project, _path, database) => onScratch(cli, ['down', '1'], database),
}
