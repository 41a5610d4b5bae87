import { basename } from 'node:path/posix'
import { bin, onScratch } from '../../javascript-commands.ts'
import type { ToolCommands } from '../../tool.ts'
import { failureOf, notUnderstood, outputOf, stateOf } from '../../tool-output.ts'

// `--url` is taken instead of what the config says.
const cli = `process.argv.splice(1, 0, 'sequelize-cli');
process.argv.push('--url', scratch.url);
require(own.resolve('sequelize-cli/lib/sequelize'))`

/** sequelize-cli: db:migrate:status prints `up name` and `down name`. It has no dry run. */
export const commands: ToolCommands = {
  status: () => bin('sequelize-cli', 'db:migrate:status'),
  // The config's own database must not be asked here: what lists migrations makes the table that lists them.
  statusOn: (_project, database) => onScratch(cli, ['db:migrate:status'], database),
  readStatus(result, known) {
    const output = outputOf(result)
    const failure = failureOf(result, output)
    if (failure !== undefined) return failure
    const lines = [...output.matchAll(/^(up|down) (\S+)\s*$/gm)]
    if (result.ended !== 'exit' || result.code !== 0 || (lines.length === 0 && known.length > 0))
      return notUnderstood(result)
    const of = (state: string) => lines.filter(line => line[1] === state).map(line => line[2]!)
    return stateOf(of('up'), of('down'), known)
  },
  migrate: (_project, upTo, database) =>
    onScratch(cli, ['db:migrate', ...(upTo === undefined ? [] : ['--to', basename(upTo)])], database),
  revert: (_project, path, database) => onScratch(cli, ['db:migrate:undo', '--name', basename(path)], database),
}
