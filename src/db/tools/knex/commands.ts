import { basename } from 'node:path/posix'
import { bin, onScratch } from '../../javascript-commands.ts'
import type { ToolCommands } from '../../tool.ts'
import { failureOf, notUnderstood, outputOf, stateOf } from '../../tool-output.ts'

// The CLI lays what it is told over what the knexfile says.
const cli = `process.argv.splice(1, 0, 'knex');
process.argv.push('--connection', scratch.url);
require(own.resolve('knex/bin/cli.js'))`

/** Knex CLI: migrate:list, migrate:up, migrate:down. It has no dry run. */
export const commands: ToolCommands = {
  status: () => bin('knex', 'migrate:list'),
  // The knexfile's own database must not be asked here: what lists migrations makes the tables that list them.
  statusOn: (_project, database) => onScratch(cli, ['migrate:list'], database),
  readStatus(result, known) {
    const output = outputOf(result)
    const failure = failureOf(result, output)
    if (failure !== undefined) return failure
    const corrupt = /the following files are missing: (.+)/i.exec(output)
    if (corrupt !== null) {
      const names = corrupt[1]!.split(',').map(name => name.trim())
      return { state: 'diverged', because: 'the database has run migrations that the code does not have', names }
    }
    const isList = /(?:Found \d+|No) Completed Migration/i.test(output)
    if (!isList || result.ended !== 'exit' || result.code !== 0) return notUnderstood(result)
    const [done = '', waiting = ''] = output.split(/^.*\bPending Migration.*$/im)
    return stateOf(namesIn(done), namesIn(waiting), known)
  },
  migrate: (_project, upTo, database) =>
    onScratch(cli, upTo === undefined ? ['migrate:latest'] : ['migrate:up', basename(upTo)], database),
  revert: (_project, path, database) => onScratch(cli, ['migrate:down', basename(path)], database),
}

function namesIn(part: string): string[] {
  return [...part.matchAll(/^[ \t]*(\S+\.[cm]?[jt]s)\b/gm)].map(match => match[1]!)
}
