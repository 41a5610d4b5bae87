import { UsageError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { printable } from '../core/printable.ts'
import type { z } from '../core/schema.ts'
import type { FoundConfig } from '../core/world.ts'
import { type JsonSchema, keysAt, placesOf } from './keys.ts'

/** One mistake in a config. */
export interface ConfigProblem {
  /** The file's name; with a config of a commit, inside that commit. */
  readonly file: string
  /** From 1. Absent in a JavaScript config, whose values have no place. */
  readonly line?: number
  readonly column?: number
  readonly keys: readonly (string | number)[]
  readonly expected: string
  readonly found: string
  /** The valid key or value that was probably meant. */
  readonly nearest?: string
  /** What to write. */
  readonly instead: string
}

/** The config cannot be used; the message lists every problem. Exit code 2. */
export class ConfigError extends UsageError {
  readonly problems: readonly ConfigProblem[]
  constructor(problems: readonly ConfigProblem[], where = '') {
    const [only] = problems
    const file = only?.file ?? 'the config'
    const lines = problems.map(problem => describeProblem(problem))
    super(
      lines.length === 1
        ? `${lines[0]}${where}`
        : `${file}${where} has ${lines.length} mistakes:\n${lines.map(line => `  ${line}`).join('\n')}`,
      only !== undefined && lines.length === 1
        ? only.instead
        : `Mend them in ${file}. The keys of a gate: npx ship-guard explain <gate>`,
    )
    this.problems = problems
  }
}

/** One line: place, key, what was expected and what stands there. */
export function describeProblem(problem: ConfigProblem): string {
  const place = problem.line === undefined ? '' : `:${problem.line}:${problem.column}`
  const meant = problem.nearest === undefined ? '' : ` Did you mean \`${problem.nearest}\`?`
  return `${problem.file}${place}: ${written(problem.keys)}: expected ${problem.expected}, found ${problem.found}.${meant}`
}

export function written(keys: readonly PropertyKey[]): string {
  if (keys.length === 0) return 'the whole file'
  return printable(
    keys.map((key, at) => (typeof key === 'number' ? `[${key + 1}]` : `${at === 0 ? '' : '.'}${String(key)}`)).join(''),
  )
}

export interface Checked {
  readonly found: Pick<FoundConfig, 'value' | 'locate'>
  readonly file: string
  readonly schema: () => JsonSchema
}

type Issue = z.core.$ZodIssue

/** Everything zod has to say, in the words of the config. */
export function problemsOf(
  issues: readonly Issue[],
  checked: Checked,
  base: readonly PropertyKey[] = [],
): ConfigProblem[] {
  return issues.flatMap((issue): ConfigProblem[] => {
    const keys = [...base, ...issue.path]
    if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey([...keys, key], checked))
    if (issue.code === 'invalid_union') {
      const branch = fittingBranch(issue.errors)
      if (branch !== undefined) return problemsOf(branch, checked, keys)
      const choices = issue.errors.flat().flatMap(one => (one.code === 'invalid_value' ? one.values.map(String) : []))
      return [wrongValue(keys, anyOf(issue.errors.flat().map(expectation)), choices, checked)]
    }
    if (issue.code === 'invalid_key')
      return [wrongValue(keys, anyOf(issue.issues.map(expectation)), undefined, checked, JSON.stringify(keys.at(-1)))]
    if (issue.code === 'invalid_element') return problemsOf(issue.issues, checked, keys)
    const meant = issue.code === 'invalid_value' ? issue.values.map(String) : undefined
    return [wrongValue(keys, expectation(issue), meant, checked)]
  })
}

/** The alternative that a person meant: the one whose kind is right and that complains least. */
function fittingBranch(errors: readonly Issue[][]): Issue[] | undefined {
  return errors
    .filter(issues => issues.every(issue => issue.path.length > 0 || issue.code === 'unrecognized_keys'))
    .sort((a, b) => a.length - b.length)[0]
}

function unknownKey(keys: readonly PropertyKey[], checked: Checked): ConfigProblem {
  const schema = checked.schema()
  const name = String(keys.at(-1))
  const known = keysAt(schema, keys.slice(0, -1)).filter(key => key !== '$schema')
  const near = nearest(name, known) ?? placesOf(schema, name)[0]
  const meant = near === undefined ? undefined : printable(near)
  return {
    ...placed(keys, checked),
    expected: known.length === 0 ? 'no key here' : `one of ${list(known)}`,
    found: `the unknown key ${quoted(name)}`,
    ...(meant === undefined ? {} : { nearest: meant }),
    instead: meant === undefined ? `Remove ${written(keys)}.` : `Write \`${meant}\` instead of \`${printable(name)}\`.`,
  }
}

function wrongValue(
  keys: readonly PropertyKey[],
  expected: string,
  choices: readonly string[] | undefined,
  checked: Checked,
  found = kindOf(valueAt(checked.found.value, keys)),
): ConfigProblem {
  const value = valueAt(checked.found.value, keys)
  const near = choices === undefined || typeof value !== 'string' ? undefined : nearest(value, choices)
  return {
    ...placed(keys, checked),
    expected,
    found,
    ...(near === undefined ? {} : { nearest: near }),
    instead: `Write ${written(keys)} as ${near ?? expected}.`,
  }
}

function placed(
  keys: readonly PropertyKey[],
  { found, file }: Checked,
): Pick<ConfigProblem, 'file' | 'line' | 'column' | 'keys'> {
  const plain = keys.map(key => (typeof key === 'number' ? key : String(key)))
  return { file, keys: plain, ...found.locate(plain) }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
  null: 'nothing',
}

function expectation(issue: Issue): string {
  // A schema may say what it expects in its own words; zod's begin with "Invalid".
  if (issue.code.startsWith('invalid') && !issue.message.startsWith('Invalid')) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected
    case 'invalid_value':
      return anyOf(issue.values.map(value => (typeof value === 'string' ? quoted(value) : String(value))))
    case 'too_small':
      return size('at least', issue.origin, Number(issue.minimum))
    case 'too_big':
      return size('at most', issue.origin, Number(issue.maximum))
    case 'invalid_format':
      return `text like ${issue.pattern ?? issue.format}`
    case 'unrecognized_keys':
      return kinds.object!
    default:
      return issue.message
  }
}

function size(bound: string, origin: string, n: number): string {
  if (origin === 'string')
    return n === 1 && bound === 'at least' ? 'text that is not empty' : `text of ${bound} ${n} characters`
  if (origin === 'array') return `a list of ${bound} ${n}`
  return `${bound} ${n}`
}

function anyOf(expected: readonly string[]): string {
  const all = [...new Set(expected)]
  return all.length < 2 ? (all[0] ?? 'something else') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`
}

function list(words: readonly string[]): string {
  return words.map(word => `\`${word}\``).join(', ')
}

function valueAt(value: unknown, keys: readonly PropertyKey[]): unknown {
  let here = value
  for (const key of keys) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Record<PropertyKey, unknown>)[key]
  }
  return here
}

/** What stands there, shown only as far as a person needs to find it. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a map of keys'
  if (typeof value === 'string') return quoted(value)
  return typeof value === 'function' ? 'a function' : printable(String(value))
}

function quoted(text: string): string {
  return JSON.stringify(printable(text.length > 40 ? `${text.slice(0, 40)}…` : text))
}
