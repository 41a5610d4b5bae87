import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { CommandResult } from '../../src/core/world.ts'
import { parseScript } from '../../src/db/code/languages.ts'
import { dialectOf } from '../../src/db/lint.ts'
import { type DialectId, type Statement, shown } from '../../src/db/statement.ts'
import type { Tool } from '../../src/db/tool.ts'
import { run } from '../../src/io/process.ts'
import { sourceRoot } from './package-root.ts'

/** What scripts/tools/php.sh installed. */
export const installed = {
  laravel: join(sourceRoot, 'test/tools/php/laravel/vendor/autoload.php'),
  doctrine: join(sourceRoot, 'test/tools/php/doctrine/vendor/autoload.php'),
}

/** Debian's Laravel 8 (php-laravel-framework), for the words of older versions. */
export const laravel8 = '/usr/share/php/Illuminate/autoload.php'

/** Writes the project's files and a vendor folder that is the installed one, with the project's own classes in reach. */
export async function phpProject(
  folder: string,
  files: Readonly<Record<string, string>>,
  autoload: string,
): Promise<void> {
  if (!existsSync(autoload)) throw new Error(`The PHP tools are not installed (${autoload}). Run scripts/tools/php.sh.`)
  const vendor = `<?php
require_once ${JSON.stringify(autoload)};
spl_autoload_register(function ($class) {
    $file = __DIR__.'/../'.str_replace('\\\\', '/', $class).'.php';
    if (is_file($file)) require_once $file;
});
`
  await write(folder, { ...files, 'vendor/autoload.php': vendor })
  for (const name of ['storage/logs', 'storage/framework/cache', 'bootstrap/cache', 'app'])
    await mkdir(join(folder, name), { recursive: true })
}

export async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

/** Runs a command of the tool in the folder; what went wrong stands in the error. */
export async function ran(command: Parameters<typeof run>[0], cwd: string): Promise<CommandResult> {
  const result = await run({ ...command, cwd }, { timeoutMs: 50_000 })
  if (result.ended !== 'exit' || result.code !== 0)
    throw new Error(`${command.argv.slice(0, 3).join(' ')}: ${new TextDecoder().decode(result.output).slice(-3000)}`)
  return result
}

/** What is dropped by SQL, by name. */
export async function dropsOf(sql: string, dialect: DialectId): Promise<string[]> {
  const reader = dialectOf(dialect)
  await reader.load?.()
  return dropsIn(reader.parse(sql))
}

/** What is dropped by a migration in code, as its tool's reading says. */
export async function dropsRead(tool: Tool, path: string, text: string, dialect: DialectId): Promise<string[]> {
  await dialectOf(dialect).load?.()
  const script = await parseScript(path, text)
  return dropsIn(tool.read!(script!, dialect).statements)
}

function dropsIn(statements: readonly Statement[]): string[] {
  const names = statements.flatMap(one => {
    if (one.kind === 'unreadable') return [`unreadable: ${one.because} (${one.text})`]
    if (one.kind === 'drop-table') return one.tables.map(table => `table ${shown(table)}`)
    return one.kind === 'drop-column' ? one.columns.map(column => `column ${shown(one.table)}.${column}`) : []
  })
  return [...new Set(names)].sort()
}
