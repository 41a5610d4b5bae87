import { onScratch } from '../../javascript-commands.ts'
import type { Project, ToolCommands } from '../../tool.ts'
import { failureOf, notUnderstood, outputOf, stateOf } from '../../tool-output.ts'

// Whatever the project's DataSource says, it opens the scratch database.
const opensScratch = `const { DataSource } = own('typeorm');
const { initialize } = DataSource.prototype;
DataSource.prototype.initialize = function () {
  const { host, port, user, password, database, socket } = scratch;
  const type = scratch.flavour;
  const place = type === 'sqlite' ? { database } : { host: socket && type === 'postgres' ? socket : host, port, username: user, password, database };
  this.setOptions({ type, url: undefined, replication: undefined, extra: undefined, ...place, ...(socket && type !== 'postgres' ? { socketPath: socket } : {}) });
  return initialize.call(this);
};`

const cli = `${opensScratch}
if (process.argv.some(word => /\\.[cm]?ts$/.test(word))) own('ts-node').register({ transpileOnly: true });
process.argv.splice(1, 0, 'typeorm');
own('typeorm/cli.js')`

const own = "const own = require('node:module').createRequire(process.cwd() + '/x.js');"

const mark = 'ship-guard ran '

// `migration:show` names what the code has and nothing else: what the table has besides would not be seen. So the project's own DataSource
// is asked for the table.
const ask = `const [file] = process.argv.slice(1);
if (/\\.[cm]?ts$/.test(file)) own('ts-node').register({ transpileOnly: true });
const path = process.cwd() + '/' + file;
(async () => {
  const exported = await Promise.resolve().then(() => require(path)).catch(error => {
    if (error.code !== 'ERR_REQUIRE_ESM') throw error;
    return import(require('node:url').pathToFileURL(path).href);
  });
  const source = [exported, ...Object.values(exported), ...Object.values(exported.default ?? {})].find(one => typeof one?.initialize === 'function' && one.options);
  source.setOptions({ entities: [], subscribers: [], migrations: [], synchronize: false, migrationsRun: false, dropSchema: false, logging: false });
  await source.initialize();
  const runner = source.createQueryRunner();
  const table = source.options.migrationsTableName ?? 'migrations';
  const rows = (await runner.hasTable(table)) ? await source.createQueryBuilder().select('name', 'name').from(table, 'm').orderBy('id').getRawMany() : [];
  console.log('${mark}' + JSON.stringify(rows.map(row => row.name)));
  await runner.release();
  await source.destroy();
})().catch(error => { console.error(error.code ?? '', error.message); process.exitCode = 1 })`

/** It has no dry run, and no way to run the migrations up to one of them. */
export const commands: ToolCommands = {
  status: project => ({ argv: ['node', '-e', `${own}\n${ask}`, '--', dataSource(project)] }),
  statusOn: (project, database) => onScratch(`${opensScratch}\n${ask}`, [dataSource(project)], database),
  readStatus(result, known) {
    const output = outputOf(result)
    const failure = failureOf(result, output)
    if (failure !== undefined) return failure
    const line = output.split('\n').find(one => one.startsWith(mark))
    if (line === undefined) return notUnderstood(result)
    return stateOf(JSON.parse(line.slice(mark.length)) as string[], [], known)
  },
  migrate: (project, _upTo, database) => onScratch(cli, ['migration:run', '-d', dataSource(project)], database),
  revert: (project, _path, database) => onScratch(cli, ['migration:revert', '-d', dataSource(project)], database),
}

/** Where the CLI is told to look. */
function dataSource({ config }: Project): string {
  return config ?? 'data-source.js'
}
