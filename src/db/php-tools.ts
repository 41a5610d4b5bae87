// Migration tools in PHP, asked through the project's own code: what they print is made for people and changes with every version.
import type { Command, CommandResult } from '../core/world.ts'
import { withoutPlaceholders } from './code/bindings.ts'
import { isRecord, parsedJson } from './evidence.ts'
import type { Project, Running, Status } from './tool.ts'
import { failureOf, notUnderstood, outputOf } from './tool-output.ts'

export const mark = 'ship-guard:'

/** Runs PHP code of ours. What it throws comes back as one line; a trace would show paths and statements that are nobody's business. */
export function php(code: string, words: readonly string[] = []): Command {
  const failed = `echo PHP_EOL.'${mark}'.json_encode(['error' => get_class($e).': '.substr($e->getMessage(), 0, 300)]).PHP_EOL; exit(1);`
  const guarded = `try { ${code} } catch (\\Throwable $e) { ${failed} }`
  return { argv: ['php', '-d', 'display_errors=stderr', '-r', guarded.replaceAll(/\s*\n\s*/g, ' '), '--', ...words] }
}

/** A path of the repository as the project's own commands take it. */
export function within({ root }: Project, path: string): string {
  return root !== '' && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path
}

export interface Said {
  /** Class and message of what was thrown. */
  readonly error: string | undefined
  /** Undefined: the table that remembers them is not there. */
  readonly ran: readonly string[] | undefined
  /** Names of migrations that installed packages bring along. */
  readonly foreign: readonly string[]
  /** What a dry run would run. */
  readonly sql: string | undefined
}

/** The line that our own code printed; undefined when it did not get that far. */
export function saidBy(output: string): Said | undefined {
  const line = output.split('\n').find(one => one.startsWith(mark))
  const json = line === undefined ? undefined : parsedJson(line.slice(mark.length))
  if (!isRecord(json)) return undefined
  const names = (value: unknown) => (Array.isArray(value) ? value.filter(one => typeof one === 'string') : undefined)
  const error = typeof json.error === 'string' ? json.error : undefined
  return { error, ran: names(json.ran), foreign: names(json.foreign) ?? [], sql: sqlIn(json.sql) }
}

/** Pairs of a statement and whether values are given beside it. */
function sqlIn(pairs: unknown): string | undefined {
  if (!Array.isArray(pairs)) return undefined
  return pairs
    .map(([sql, hasValues]) => `${hasValues === true ? withoutPlaceholders(String(sql)) : String(sql)}\n;\n`)
    .join('')
}

const unreached =
  /SQLSTATE\[(?:HY000|08\w+)\] ?\[(?:2002|2003|2005|2006|2013|1045|1044|1049|7|14)\]|could not find driver|Database file at path .* does not exist|unable to open database file|php_network_getaddresses|An exception occurred in the driver|Driver.*Exception/i

/** Why nothing could be told; undefined when the output does not say that something failed. */
export function unreachableBy(result: CommandResult, output: string): Status | undefined {
  const failure = failureOf(result, output)
  if (failure !== undefined) return failure
  if (!unreached.test(output)) return undefined
  const code = /SQLSTATE\[\w+\](?: ?\[\d+\])?/.exec(output)?.[0]
  return { state: 'unreachable', because: `the database does not answer${code === undefined ? '' : ` (${code})`}` }
}

/** The state told by what has run. `others`: what is known to come from packages is none of this repository's business. */
export function stateFrom(ran: readonly string[], known: readonly string[], others: readonly string[]): Status {
  const own = new Set([...known, ...others])
  const strange = ran.filter(name => !own.has(name))
  if (strange.length > 0)
    return { state: 'diverged', because: 'it has run migrations that the code does not have', names: strange }
  const has = new Set(ran)
  const pending = known.filter(name => !has.has(name))
  return pending.length === 0 ? { state: 'clean' } : { state: 'pending', pending }
}

export { notUnderstood, outputOf }

/** The way back of a migration class in PHP: what its method `down` holds. */
export function downOf(text: string): Running['down'] {
  const start = /\bfunction\s+down\s*\([^)]*\)[^{;]*\{/.exec(text)
  if (start === null) return 'missing'
  const body = bodyFrom(text, start.index + start[0].length)
  if (body === '' || /^return\s*;$/.test(body)) return 'empty'
  return /^(?:throw\b|\$this->throwIrreversible|\$this->abortIf\s*\(\s*true\b)/.test(body) ? 'irreversible' : 'present'
}

/** Up to the closing brace, without comments. */
function bodyFrom(text: string, from: number): string {
  const rest = text
    .slice(from)
    .replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|(?:\/\/|#(?!\[))[^\n]*/g, part =>
      /^['"]/.test(part) ? part.replaceAll(/[{}]/g, '_') : ' ',
    )
  let depth = 1
  for (let at = 0; at < rest.length; at++) {
    if (rest[at] === '{') depth++
    else if (rest[at] === '}' && --depth === 0) return rest.slice(0, at).trim()
  }
  return rest.trim()
}

/** Folders with a composer.json that asks for one of these packages. */
export function requires(text: string, packages: readonly string[]): boolean {
  const json = parsedJson(text)
  if (!isRecord(json)) return false
  return [json.require, json['require-dev']].some(
    list => isRecord(list) && packages.some(name => Object.hasOwn(list, name)),
  )
}
