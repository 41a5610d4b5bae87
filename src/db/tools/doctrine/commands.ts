// https://www.doctrine-project.org/projects/doctrine-migrations/en/current/reference/managing-migrations.html
import type { Command, CommandResult } from '../../../core/world.ts'
import { notUnderstood, outputOf, php, saidBy, stateFrom, unreachableBy, within } from '../../php-tools.ts'
import type { ScratchEnvironment, Status, ToolCommands } from '../../tool.ts'

// A Symfony project has the commands in bin/console, any other in vendor/bin. `@path` stands for the name of the class in that file. The SQL of a
// dry run goes to a file only, so it is read from there.
const launch = `
$words = array_slice($argv, 1);
$name = function ($path) {
  $class = basename($path, '.php');
  return preg_match('/^\\s*namespace\\s+([\\w\\x5c]+)/m', (string) file_get_contents($path), $m) ? $m[1].chr(92).$class : $class;
};
$words = array_map(function ($word) use ($name) { return $word[0] === '@' ? $name(substr($word, 1)) : $word; }, $words);
$console = is_file('bin/console');
$words[0] = ($console ? 'doctrine:' : '').'migrations:'.$words[0];
$dry = in_array('--dry-run', $words) ? tempnam(sys_get_temp_dir(), 'ship-guard-') : null;
if ($dry !== null) { $words[] = '--write-sql='.$dry; }
$tool = [PHP_BINARY, $console ? 'bin/console' : 'vendor/bin/doctrine-migrations'];
$argv = array_merge($tool, $words, ['--no-interaction', '--no-ansi']);
$code = proc_close(proc_open($argv, [['file', '/dev/null', 'r'], STDOUT, STDERR], $pipes));
if ($dry !== null) {
  echo PHP_EOL.'ship-guard:'.json_encode(['sql' => [[(string) file_get_contents($dry), false]]]).PHP_EOL;
  unlink($dry);
}
exit($code);
`

export const commands: ToolCommands = {
  status: () => php(launch, ['list']),
  readStatus,
  migrate: (project, upTo, database) =>
    on(database, ['migrate', ...(upTo === undefined ? [] : [`@${within(project, upTo)}`]), '--allow-no-migration']),
  revert: (project, path, database) => on(database, ['execute', `@${within(project, path)}`, '--down']),
  dryRun: (project, path, database) => on(database, ['execute', `@${within(project, path)}`, '--up', '--dry-run']),
  readDryRun(result) {
    const sql = result.ended === 'exit' && result.code === 0 ? saidBy(outputOf(result))?.sql : undefined
    return sql === undefined ? undefined : withoutBookkeeping(sql)
  },
}

function on(database: ScratchEnvironment, words: readonly string[]): Command {
  return { ...php(launch, words), env: variables(database) }
}

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
  const address = flavour === 'sqlite' ? `sqlite:///${database}` : socketed(url, flavour, socket)
  return {
    DATABASE_URL: address,
    ...{
      DB_URL: address,
      DB_HOST: host,
      DB_PORT: String(port),
      DB_USER: user,
      DB_PASSWORD: password,
      DB_NAME: database,
    },
  }
}

/** Doctrine takes what follows the question mark as parameters of the connection. */
function socketed(url: string, flavour: ScratchEnvironment['flavour'], socket: string | undefined): string {
  if (socket === undefined || flavour === 'postgres') return url
  return `${url}${url.includes('?') ? '&' : '?'}unix_socket=${encodeURIComponent(socket)}`
}

interface Row {
  readonly name: string
  readonly status: 'migrated' | 'migrated, not available' | 'not migrated'
}

/** The table of `migrations:list`, of version 3 and later. */
function rowsIn(output: string): Row[] {
  return output.split('\n').flatMap(line => {
    const row = /^\s*\|\s*(\S+)\s*\|\s*(migrated, not available|migrated|not migrated)\s*\|/.exec(line)
    return row === null ? [] : [{ name: row[1]!, status: row[2] as Row['status'] }]
  })
}

function readStatus(result: CommandResult, known: readonly string[]): Status {
  const output = outputOf(result)
  const rows = rowsIn(output)
  if (rows.length === 0) return nothingListed(result, output, known)
  const own = new Set(known.map(namespaceOf))
  // Bundles bring migrations of their own, in a namespace of their own.
  const foreign = rows.filter(row => row.status === 'migrated' && !own.has(namespaceOf(row.name)))
  const ran = rows.filter(row => row.status !== 'not migrated').map(row => row.name)
  return stateFrom(
    ran,
    known,
    foreign.map(row => row.name),
  )
}

function nothingListed(result: CommandResult, output: string, known: readonly string[]): Status {
  const failed = unreachableBy(result, saidBy(output)?.error ?? output)
  if (failed !== undefined) return failed
  const isTable = result.ended === 'exit' && result.code === 0 && output.includes('Migration Versions')
  if (!isTable) return notUnderstood(result)
  return known.length === 0 ? { state: 'clean' } : { state: 'pending', pending: known }
}

function namespaceOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('\\')))
}

/** Without the lines that remember that the version has run. */
function withoutBookkeeping(sql: string): string {
  return sql.replaceAll(/^(?:INSERT INTO|DELETE FROM) \S*doctrine_migration_versions\b.*$/gm, '')
}
