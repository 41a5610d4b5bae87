import { posix } from 'node:path'
import { CannotTell, UsageError } from '../../../core/errors.ts'
import { type Finding, stops } from '../../../core/finding.ts'
import { printable } from '../../../core/printable.ts'
import type { Tree } from '../../../core/tree.ts'
import { kindAmong } from '../adding.ts'
import type { Asked, Format } from '../format.ts'
import type { States } from '../judge.ts'
import { kinds } from '../kinds.ts'
import { changelogAmong } from '../names.ts'
import { noEntry } from '../no-entry.ts'

/** https://keepachangelog.com/en/1.1.0/: one file, its releases with dates, what is to come on top. */
export const keepAChangelog: Format = {
  id: 'keep-a-changelog',
  title: 'one file in the form of Keep a Changelog',
  async detect({ paths }) {
    const among = changelogAmong(paths.filter(path => !path.includes('/')))
    return among.exists ? among.name : undefined
  },
  async judge(asked) {
    return judgeFile(asked, judgeKept)
  },
  async add(ask) {
    const { addEntry } = await import('../add.ts')
    const kind = kindAmong(ask.kind, kinds)
    const path = ask.file ?? changelogAmong(ask.files.paths.filter(one => !one.includes('/'))).name
    const content = (await ask.read(path)) ?? new Uint8Array()
    if (content.includes(0))
      throw new UsageError(`${printable(path)} is not readable as text.`, 'Save it as UTF-8, then try again.')
    const added = addEntry(content, kind, ask.text)
    if (added.outcome === 'not-an-entry')
      throw new UsageError(
        'With this text the changelog would read differently from what is meant.',
        'Leave out Markdown that opens a block: a code fence, a heading, a list, an HTML comment.',
      )
    return added.outcome === 'added' ? { path, ...added } : { path, line: added.line, lines: [], content }
  },
}

type JudgeStates = (states: States, needs: boolean) => Promise<readonly Finding[]>

const largest = 20 * 1024 * 1024

/** Judges what the push does to the one file that holds every entry. */
export async function judgeFile(asked: Asked, judge: JudgeStates): Promise<readonly Finding[]> {
  const file = fileOf(asked)
  const needs = asked.needing(path => path === file).length > 0
  const states = await statesOf(asked, file)
  if (states === undefined) return needs ? [missing(file, asked.file !== undefined)] : []
  if (states.text.includes('\0')) return states.text === states.baseText ? [] : [notText(file)]
  asked.signal.throwIfAborted()
  return judge(states, needs)
}

function fileOf({ file, house, files }: Asked): string {
  if (file !== undefined) return posix.normalize(file)
  return house.file ?? changelogAmong(files.paths.filter(path => !path.includes('/'))).name
}

async function statesOf({ tree, changes }: Asked, file: string): Promise<States | undefined> {
  const entry = (await tree.list([literal(file)])).find(({ path }) => path === file)
  if (entry === undefined) return undefined
  const target = entry.mode === '120000' ? await linkTarget(tree, file) : file
  const renamed = changes.find(change => change.kind === 'renamed' && change.path === target)
  const before = renamed?.kind === 'renamed' ? renamed.from : target
  const text = await tree.text(target)
  if (text === undefined) return undefined
  if (text.length > largest)
    throw new CannotTell(
      `${printable(target)} is larger than 20 MB.`,
      'Move old releases into a file of their own, or name another file with `file` of the gate in .shiprc.',
    )
  return { file: target, text, baseText: await tree.baseText(before) }
}

/** A changelog may be a link to where the documents lie. */
async function linkTarget(tree: Tree, file: string): Promise<string> {
  const target = (await tree.text(file)) ?? ''
  return posix.normalize(posix.join(posix.dirname(file), target))
}

function literal(path: string): string {
  return path.replace(/[\\*?{}[\]()!+@|]/g, '\\$&')
}

async function judgeKept(states: States, needs: boolean): Promise<readonly Finding[]> {
  const { addsEntry, judgeForm } = await import('../judge.ts')
  const form = judgeForm(states)
  // Where the form cannot be read, "no entry" would only hide the reason.
  const broken = form.some(finding => finding.rule === 'changelog-unreadable' && stops(finding))
  return needs && !broken && !addsEntry(states) ? [noEntry(noEntryIn(states.file), states.file), ...form] : form
}

/** What is said of a push that brings none. */
export function noEntryIn(file: string): string {
  return `No entry in ${printable(file)} for this push.`
}

function missing(file: string, named: boolean): Finding {
  return {
    rule: 'changelog-missing',
    severity: 'error',
    what: named ? `The pushed commit has no ${printable(file)}.` : 'The pushed commit has no changelog.',
    why: 'People who upgrade have nowhere to read what changes for them.',
    instead: `This begins one with its first entry; commit it:\nnpx ship-guard changelog add fixed "…"`,
  }
}

function notText(file: string): Finding {
  return {
    rule: 'changelog-unreadable',
    severity: 'error',
    what: `${printable(file)} is not readable as text: it holds zero bytes.`,
    why: 'Some editors on Windows save UTF-16; git, and everyone who reads the file, expects UTF-8.',
    instead: `Save it as UTF-8, for example: iconv -f UTF-16 -t UTF-8 <old> > <new>`,
    at: { file, line: 1, column: 1 },
  }
}
