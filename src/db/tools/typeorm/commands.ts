import { bin, onScratch } from '../../javascript-commands.ts'
import type { Project, ToolCommands } from '../../tool.ts'
import { failureOf, notUnderstood, outputOf, stateOf } from '../../tool-output.ts'

// Whatever the project's DataSource says, it opens the scratch database.
const cli = `const { DataSource } = own('typeorm');
const { initialize } = DataSource.prototype;
DataSource.prototype.initialize = function () {
  const { host, port, user, password, database, socket } = scratch;
  const type = scratch.flavour;
  const place = type === 'sqlite' ? { database } : { host: socket && type === 'postgres' ? socket : host, port, username: user, password, database };
  this.setOptions({ type, url: undefined, replication: undefined, extra: undefined, ...place, ...(socket && type !== 'postgres' ? { socketPath: socket } : {}) });
  return initialize.call(this);
};
process.argv.splice(1, 0, 'typeorm');
own('typeorm/cli.js')`

/** TypeORM CLI: migration:show prints `[X]` for what has run and `[ ]` for what has not. It has no dry run. */
export const commands: ToolCommands = {
  status: project => {
    const name = /\.[cm]?ts$/.test(dataSource(project)) ? 'typeorm-ts-node-commonjs' : 'typeorm'
    return bin(name, 'migration:show', '-d', dataSource(project))
  },
  readStatus(result, known) {
    const output = outputOf(result)
    const failure = failureOf(result, output)
    if (failure !== undefined) return failure
    const lines = [...output.matchAll(/^\s*\[(X| )\](?: \d+)? (\S+)\s*$/gm)]
    // It shows what the code has, with what the table says of each; it ends with 1 or 0 whether something is pending.
    if (lines.length === 0 && known.length > 0) return notUnderstood(result)
    const of = (mark: string) => lines.filter(line => line[1] === mark).map(line => line[2]!)
    return stateOf(of('X'), of(' '), known)
  },
  migrate: (project, _upTo, database) => onScratch(cli, ['migration:run', '-d', dataSource(project)], database),
  revert: (project, _path, database) => onScratch(cli, ['migration:revert', '-d', dataSource(project)], database),
}

/** Where the CLI is told to look. */
function dataSource({ config }: Project): string {
  return config ?? 'data-source.js'
}
