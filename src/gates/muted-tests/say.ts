import type { Finding } from '../../core/finding.ts'
import { printable } from '../../core/printable.ts'
import { allowedAt } from './allowed.ts'
import type { Missing, NewlyMuted } from './compare.ts'
import type { TestFile } from './declared.ts'
import type { Narrowing } from './narrowing.ts'
import type { Options } from './options.ts'

type Level = Options['skipped']

/** One test or group that the push focuses or skips; undefined when that is allowed or not asked for. */
export function mutedFinding(muted: NewlyMuted, options: Options): Finding | undefined {
  const { declared, mute, path, file } = muted
  const isFocus = mute.effect === 'focused'
  const rule = isFocus ? 'focused-test' : 'skipped-test'
  const level = isFocus ? options.focused : options.skipped
  if (level === 'off') return undefined
  const allowed = allowedAt(rule, declared, mute, file)
  if (allowed === 'with a reason') return undefined
  // A note of a test that nobody has written yet switches nothing off.
  const isNote = mute.todo === true && !muted.wasThere
  const comment = `${mark(path)} ship-guard:allow ${rule} <reason>`
  return {
    rule: isFocus ? 'focused-test' : 'skipped-test',
    severity: isNote ? 'info' : mute.conditional ? lower(level) : level,
    what: `${whatHappened(muted)} (${printable(mute.how.replace(/\s+/g, ' ')).slice(0, 80)}).${allowed === undefined ? '' : ' The comment above it gives no reason.'}`,
    why: isFocus
      ? 'With one focused test all others of its file or run do not run, and the command still says that all passed.'
      : 'What it promised is no longer looked at by anybody, and a skipped test is seldom switched on again.',
    instead: `${isFocus ? 'Take the focus out, commit and push again.' : 'Mend it and let it run.'} If it is meant so, say why in a comment above it:\n${comment}`,
    at: { file: path, ...placeOf(file, mute.offset) },
  }
}

function whatHappened({ declared, mute, wasThere }: NewlyMuted): string {
  const name = printable([...declared.path, declared.name].join(' › ').replace(/\s+/g, ' ')).slice(0, 200)
  const what = declared.name === '' ? 'The whole file' : `${declared.kind === 'group' ? 'The group ' : ''}“${name}”`
  if (mute.effect === 'focused') return `${what} is run alone`
  const sometimes = mute.conditional ? ' under a condition' : ''
  if (mute.todo === true && !wasThere) return `${what} is still to be written`
  return wasThere ? `${what} is now skipped${sometimes}` : `${what} comes in skipped${sometimes}`
}

/** Tests that are gone from one file. */
export function missingFinding({ path, count, names, now }: Missing, level: Level): Finding | undefined {
  if (level === 'off') return undefined
  const amount = count === 1 ? '1 test' : `${count} tests`
  const listed = names.slice(0, 5).map(name => `“${printable(name.replace(/\s+/g, ' ')).slice(0, 160)}”`)
  const more = names.length > 5 ? ` and ${names.length - 5} more` : ''
  const isEmpty = now !== undefined && !now.declared.some(({ kind }) => kind === 'test')
  const how =
    now === undefined
      ? `${amount} went with this file`
      : isEmpty
        ? `No test is left of ${count}`
        : `${amount} fewer than before`
  return {
    rule: 'deleted-test',
    severity: level,
    what: `${how}. No longer there: ${listed.join(', ')}${more}.`,
    why: 'What they promised is no longer looked at by anybody.',
    instead: `Bring back what should still hold. If they may go, accept it in .shiprc:\n${allowLines(path)}`,
    at: { file: path },
  }
}

/** A test file in a language that is not read, or that cannot be. */
export function goneFinding(path: string, level: Level): Finding | undefined {
  if (level === 'off') return undefined
  return {
    rule: 'deleted-test',
    severity: level,
    what: 'This test file is deleted.',
    why: 'What its tests promised is no longer looked at by anybody.',
    instead: `Bring it back, or accept it in .shiprc:\n${allowLines(path)}`,
    at: { file: path },
  }
}

export function narrowingFinding(path: string, { what, line }: Narrowing, level: Level): Finding | undefined {
  if (level === 'off') return undefined
  return {
    rule: 'narrowed-tests',
    severity: level,
    what: `The runner’s config now leaves tests out: ${printable(what.replace(/\s+/g, ' ')).slice(0, 200)}.`,
    why: 'The tests that it leaves out do not run, and the command that runs the rest still says that all passed.',
    instead: `Take it out again, or accept it in .shiprc:\n${allowLines(path)}`,
    at: { file: path, ...(line === undefined ? {} : { line }) },
  }
}

export function moreFinding(count: number): Finding {
  return {
    rule: 'skipped-test',
    severity: 'warning',
    what: `And ${count.toLocaleString('en')} more places where tests are skipped or gone.`,
    why: 'So many at once are often one change of a tool or a branch that was merged the wrong way round.',
    instead: 'See what became of the tests: git diff --stat',
  }
}

function lower(level: 'error' | 'warning'): 'warning' | 'info' {
  return level === 'error' ? 'warning' : 'info'
}

function mark(path: string): string {
  return /\.(?:py|rb)$/.test(path) ? '#' : '//'
}

function placeOf({ text }: TestFile, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split('\n')
  return { line: lines.length, column: [...lines.at(-1)!].length + 1 }
}

function allowLines(path: string): string {
  const name = /^[A-Za-z0-9_.][\w./-]*$/.test(path) ? path : JSON.stringify(path)
  return `gates:\n  tests:\n    muted:\n      allow:\n        - path: ${name}\n          reason: <why>`
}
