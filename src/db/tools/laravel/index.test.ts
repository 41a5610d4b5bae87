import { describe, expect, test } from 'vitest'
import type { CommandResult } from '../../../core/world.ts'
import laravel from './index.ts'

const app = { path: 'artisan', text: '' }
const composer = (path: string, name = 'laravel/framework') => ({
  path,
  text: JSON.stringify({ require: { [name]: '*' } }),
})

describe('detect', () => {
  test.each<[title: string, evidence: { path: string; text: string }[], paths: string[], roots: string[]]>([
    ['an application', [app, composer('composer.json')], [], ['']],
    ['one in a folder', [{ path: 'api/artisan', text: '' }], [], ['api']],
    ['its modules are run by it', [app, composer('Modules/Blog/composer.json')], [], ['']],
    ['a package', [composer('composer.json', 'illuminate/database')], [], ['']],
    ['migrations alone', [], ['api/database/migrations/2024_01_01_000000_x.php'], ['api']],
    ['another project', [composer('composer.json', 'symfony/console')], [], []],
    ['no JSON', [{ path: 'composer.json', text: '{' }], [], []],
  ])('%s', (_, evidence, paths, roots) => {
    expect(laravel.detect(evidence, paths).map(project => project.root)).toEqual(roots)
  })

  test.each([
    ['DB_CONNECTION=pgsql', '', 'postgres'],
    ['DB_CONNECTION=sqlite', '  image: "mysql/mysql-server:8.0"', 'mysql'],
    ['DB_CONNECTION=mysql', '  image: mariadb:11', 'mariadb'],
    ['DB_CONNECTION=sqlite', '', 'sqlite'],
    ['', '', undefined],
  ])('%s and containers with %s: %s', (example, compose, flavour) => {
    const evidence = [app, { path: '.env.example', text: example }, { path: 'docker-compose.yml', text: compose }]
    expect(laravel.detect(evidence, [])[0]?.flavour).toBe(flavour)
  })
})

test('the files of all folders run sorted by name', () => {
  const paths = [
    'Modules/A/Database/Migrations/2023_01_02_000000_b.php',
    'database/migrations/2023_01_01_000000_a.php',
    'database/migrations/helper.php',
  ]
  expect(laravel.migrations(paths)).toEqual([paths[1], paths[0]])
})

test.each([
  ['postgres', '', 'file'],
  ['postgres', 'public $withinTransaction = false;', 'none'],
  ['mysql', '', 'none'],
  ['sqlite', '', 'none'],
] as const)('on %s with `%s` it runs in the transaction: %s', (dialect, member, transaction) => {
  const text = `<?php return new class extends Migration { ${member} public function up() {} };`
  expect(laravel.running({ path: 'x.php', text }, new Set(), dialect).transaction).toBe(transaction)
})

test.each([
  ['', 'missing'],
  ['public function down(): void {}', 'empty'],
  ['public function down() { // } nothing\n /* { */ }', 'empty'],
  ['public function down() { throw new Exception("no way back"); }', 'irreversible'],
  ["public function down() { Schema::drop('}'); }", 'present'],
])('the way back of `%s` is %s', (down, expected) => {
  const text = `<?php return new class extends Migration { public function up() {} ${down} };`
  expect(laravel.running({ path: 'x.php', text }, new Set(), 'mysql').down).toBe(expected)
})

describe('status', () => {
  const ended = (text: string, code = 0): CommandResult => {
    const output = new TextEncoder().encode(text)
    return { stdout: output, stderr: new Uint8Array(), output, droppedBytes: 0, tookMs: 1, ended: 'exit', code }
  }
  const known = ['2020_a', '2021_b']

  test.each<[title: string, text: string, code: number, state: string]>([
    [
      'Laravel 5 to 8',
      '+---+\n| Ran? | Migration | Batch |\n| Yes  | 2020_a | 1 |\n| No   | 2021_b |  |',
      0,
      'pending',
    ],
    ['Laravel 9', '  2020_a ................ [1] Ran\n  2021_b ........... [2] Ran', 0, 'clean'],
    ['all of it, and more', '  2020_a .. [1] Ran\n  2021_b .. [1] Ran\n  2022_c .. [2] Ran', 0, 'diverged'],
    ['no table', '   ERROR  Migration table not found.', 1, 'unreachable'],
    ['no way in', 'SQLSTATE[HY000] [2002] Connection refused (Connection: mysql, …)', 1, 'unreachable'],
    ['nonsense, and success', 'hello', 0, 'unknown'],
    ['nothing', '', 0, 'unknown'],
  ])('%s', (_, text, code, state) => {
    expect(laravel.commands!.readStatus(ended(text, code), known).state).toBe(state)
  })

  test('a program that cannot be started or hangs says nothing', () => {
    const { ended: _, ...rest } = ended('') as Extract<CommandResult, { ended: 'exit' }>
    expect(laravel.commands!.readStatus({ ...rest, ended: 'timeout' }, known).state).toBe('unreachable')
    expect(laravel.commands!.readStatus({ ...rest, ended: 'not-started', because: 'no php' }, known).state).toBe(
      'unknown',
    )
  })
})

test('the address of the database stands in the environment only', () => {
  const database = {
    flavour: 'mysql',
    host: '127.0.0.1',
    port: 3307,
    user: 'u',
    password: 'pa55',
    database: 'd',
    url: 'mysql://u:pa55@127.0.0.1:3307/d',
  } as const
  const project = { tool: 'laravel', root: 'api' }
  const command = laravel.commands!.migrate(project, 'api/database/migrations/2024_a.php', database)
  expect(command.argv.join(' ')).toContain('--path=database/migrations/2024_a.php')
  expect(command.argv.join(' ')).not.toContain('pa55')
  expect(command.env).toMatchObject({ DB_CONNECTION: 'mysql', DB_PASSWORD: 'pa55', DB_URL: database.url })
})
