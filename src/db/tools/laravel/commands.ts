// https://laravel.com/docs/migrations#running-migrations
import type { Command, CommandResult } from '../../../core/world.ts'
import { mark, notUnderstood, outputOf, php, saidBy, stateFrom, unreachableBy, within } from '../../php-tools.ts'
import type { Project, ScratchEnvironment, Status, ToolCommands } from '../../tool.ts'

// `migrate:status` lists the files that it finds and says nothing of what the database has run beyond them; it exits with 0 whatever the state, and
// its words have changed with the versions. Laravel's own migrator is asked instead, which has had these methods since Laravel 5.
const boot = `
require 'vendor/autoload.php';
$app = require 'bootstrap/app.php';
$app->make('Illuminate\\Contracts\\Console\\Kernel')->bootstrap();
$migrator = $app->make('migrator');
`
const ask = `
${boot}
$names = function ($list) { return array_values(collect($list)->all()); };
$ran = $migrator->repositoryExists() ? $names($migrator->getRepository()->getRan()) : null;
$paths = array_filter($migrator->paths(), function ($path) { return strpos(str_replace('\\\\', '/', $path), '/vendor/') !== false; });
$foreign = $names(array_keys($paths === [] ? [] : $migrator->getMigrationFiles($paths)));
echo PHP_EOL.'${mark}'.json_encode(['ran' => $ran, 'foreign' => $foreign]).PHP_EOL;
`

// What `migrate --pretend` asks as well. It prints each statement on one line, so that a comment in it swallows the rest.
const pretend = `
${boot}
$queries = (function ($file) {
  $this->requireFiles([$file]);
  $up = method_exists($this, 'resolvePath') ? $this->resolvePath($file) : $this->resolve($this->getMigrationName($file));
  return $this->getQueries($up, 'up');
})->call($migrator, getcwd().'/'.$argv[1]);
$sql = array_map(function ($query) { return [$query['query'], count($query['bindings'] ?? []) > 0]; }, $queries);
echo PHP_EOL.'${mark}'.json_encode(['sql' => array_values($sql)]).PHP_EOL;
`

export const commands: ToolCommands = {
  status: () => php(ask),
  readStatus,
  // One file at a time, in their order: --path takes exactly this one.
  runsOne: true,
  migrate: (project, upTo, database) => artisan(project, database, ['migrate', '--force'], upTo),
  revert: (project, path, database) => artisan(project, database, ['migrate:rollback', '--step=1', '--force'], path),
  dryRun: (project, path, database) => ({ ...php(pretend, [within(project, path)]), env: variables(database) }),
  readDryRun: result => saidBy(outputOf(result))?.sql,
}

function artisan(project: Project, database: ScratchEnvironment, words: readonly string[], path?: string): Command {
  const only = path === undefined ? [] : [`--path=${within(project, path)}`]
  return { argv: ['php', 'artisan', ...words, '--no-interaction', '--no-ansi', ...only], env: variables(database) }
}

// Every skeleton has a connection `mysql`, which MariaDB answers too; one called `mariadb` came with Laravel 11.
const drivers = { postgres: 'pgsql', mysql: 'mysql', mariadb: 'mysql', sqlite: 'sqlite' } as const

/** A .env file never overrides these, and a cached configuration, which would not look at them, is not found. */
function variables({
  flavour,
  host,
  port,
  socket,
  user,
  password,
  database,
  url,
}: ScratchEnvironment): NonNullable<Command['env']> {
  // A socket has no place in the URL, which would win over DB_SOCKET's connection.
  const address = socket === undefined && flavour !== 'sqlite' ? url : ''
  return {
    DB_CONNECTION: drivers[flavour],
    DB_HOST: host,
    DB_PORT: String(port),
    DB_SOCKET: socket ?? '',
    DB_DATABASE: database,
    DB_USERNAME: user,
    DB_PASSWORD: password,
    DB_URL: address,
    DATABASE_URL: address,
    APP_CONFIG_CACHE: 'bootstrap/cache/ship-guard-has-none.php',
    // Long names and statements are not cut.
    COLUMNS: '1000',
  }
}

/** Reads our own question's answer, and the tables of every `migrate:status`, for teams that ask in their own way. */
/** Its class alone: a message may hold what is nobody's business. */
function thrown(error: string): Status {
  return { state: 'unknown', because: `it ended with ${/^[\w\\]+/.exec(error)?.[0] ?? 'an error'}` }
}

function readStatus(result: CommandResult, known: readonly string[]): Status {
  const output = outputOf(result)
  const said = saidBy(output)
  if (said?.ran !== undefined) return stateFrom(said.ran, known, said.foreign)
  if (said?.error !== undefined) return unreachableBy(result, said.error) ?? thrown(said.error)
  if (said !== undefined || /Migration table not found/i.test(output))
    return {
      state: 'unreachable',
      because: 'it has no table of migrations: nothing was ever run there, or it is another database',
    }
  const rows = rowsIn(output)
  const listed = rows.filter(row => row.hasRun).map(row => row.name)
  if (rows.length > 0) return stateFrom(listed, known, [])
  return unreachableBy(result, output) ?? notUnderstood(result)
}

interface Row {
  readonly name: string
  readonly hasRun: boolean
}

/** `| Yes  | 2014_… | 1 |` up to Laravel 8; `2014_… ........ [1] Ran` from 9. */
function rowsIn(output: string): Row[] {
  return output.split('\n').flatMap(line => {
    const old = /^\|\s*(Yes|No|Y|N)\s*\|\s*(\S+)\s*\|/.exec(line)
    if (old !== null) return [{ name: old[2]!, hasRun: old[1]!.startsWith('Y') }]
    const now = /^\s*(\S+)\s+\.*\s*(?:\[\d+\]\s*)?(Ran|Pending)\s*$/.exec(line)
    return now === null ? [] : [{ name: now[1]!, hasRun: now[2] === 'Ran' }]
  })
}
