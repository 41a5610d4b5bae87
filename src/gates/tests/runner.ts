import { type FailedTest, keptCharacters } from './report.ts'

/** What a runner says itself at its end. */
export interface Tally {
  /** Tests that really ran; skipped ones do not count. */
  readonly ran: number
  readonly failed: number
  /** What went wrong besides tests: a file that could not be loaded, a threshold that was missed. */
  readonly besides?: string
}

export interface Selection {
  /** Words behind the user's own command; never pasted into a shell line. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** To be tried when nothing ran; may run more than the one test. */
  readonly wider?: Selection
}

export interface SelectFacts {
  /** The test's file in the commit, when it is known. */
  readonly file: string | undefined
  /** All files of the commit. */
  readonly paths: readonly string[]
  /** The words of the user's command that name the runner, such as `rake test`. */
  readonly called: readonly string[]
}

/** Knows one test runner: its name on a command line, its words on the terminal, and how it runs one test alone. */
export interface Runner {
  readonly id: string
  /** How many of these words, from the first one on, name it: `['go', 'test', './...']` is 2. 0: it is not named here. */
  named(words: readonly string[]): number
  /** Options of the user's that do not go along when one test runs alone. */
  readonly drops: RegExp
  /** Options that take the next word as their value. */
  readonly takesValue: RegExp
  /** Whether words that are no options stay: those of the others name files, and one file is named anew. */
  readonly keepsPaths?: boolean
  failedIn(text: string): readonly FailedTest[]
  /** Undefined when the runner did not say one. */
  tally(text: string): Tally | undefined
  /** The same test in terms of the commit, where what the runner says depends on the folder that it runs in. */
  settled?(test: FailedTest, paths: readonly string[]): FailedTest
  /** Undefined when this test cannot be named to the runner. */
  alone(test: FailedTest, facts: SelectFacts): Selection | undefined
}

export function defineRunner(runner: Runner): Runner {
  return runner
}

/** A text as part of a regular expression; all dialects that runners use (JavaScript, PCRE, Ruby, Go) agree on these escapes. */
export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/#-]/g, String.raw`\$&`)
}

/** The same for names of nested titles, which runners join by different signs in their output and by a space in what they match. */
export function escapedTitles(name: string): string {
  return name
    .split(/ (?:›|>) /)
    .map(escaped)
    .join('(?: › | > | )')
}

/** The base name of a program without what package managers add: `node_modules/.bin/vitest`, `vitest.mjs`. */
export function programName(word: string): string {
  return word.replace(/^.*\//, '').replace(/\.(?:[cm]?js|cmd|phar)$/, '')
}

/** All matches, of which a hostile output may have millions. */
export function matches(text: string, pattern: RegExp): readonly RegExpMatchArray[] {
  const found: RegExpMatchArray[] = []
  for (const match of text.matchAll(pattern)) {
    found.push(match)
    if (found.length === 1000) break
  }
  return found
}

/** Failed tests from matches with the groups `name`, and perhaps `file`, `line` and `within`; each one's trace ends where the next begins. */
export function failedFrom(text: string, found: readonly RegExpMatchArray[]): readonly FailedTest[] {
  const tests = new Map<string, FailedTest>()
  found.forEach((match, index) => {
    const { name = '', file, line, within } = match.groups ?? {}
    const key = `${within ?? ''}\0${file ?? ''}\0${name}`
    if (name.trim() === '' || tests.has(key)) return
    const start = match.index! + match[0].length
    const end = Math.min(found[index + 1]?.index ?? text.length, start + keptCharacters)
    tests.set(key, {
      name: name.trim(),
      message: '',
      trace: text.slice(start, Math.max(start, end)),
      ...(file === undefined ? {} : { told: { file, ...(line === undefined ? {} : { line: Number(line) }) } }),
      ...(within === undefined ? {} : { within }),
    })
  })
  return [...tests.values()]
}

/** The number that a pattern's first group finds, summed over all summaries in a text: a line of several packages prints one each. */
export function sum(text: string, pattern: RegExp): number {
  return matches(text, pattern).reduce((total, match) => total + Number(match[1] ?? 0), 0)
}

/** Adds a line to the trace of the test that is being told, as far as traces are kept. */
export function keptLines(test: { readonly trace: string[] } | undefined, line: string): void {
  if (test !== undefined && test.trace.length < 100) test.trace.push(line.slice(0, 400))
}
