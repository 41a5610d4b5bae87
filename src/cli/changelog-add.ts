import { dirname, join, relative, resolve } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { exit } from '../core/exit.ts'
import { nearest } from '../core/nearest.ts'
import { printable } from '../core/printable.ts'
import type { World } from '../core/world.ts'
import { addEntry } from '../gates/changelog/add.ts'
import { changelogAmong, changelogNames } from '../gates/changelog/names.ts'
import { type Kind, kinds } from '../gates/changelog/read.ts'
import { defineCommand } from './command.ts'

export default defineCommand({
  id: 'changelog add',
  summary: 'write an entry under "Unreleased" in the changelog',
  arguments: [
    { name: '<kind>', about: `one of ${kinds.join(', ')}` },
    { name: '<text>', about: 'what people who upgrade will notice, in one line' },
  ],
  options: [
    {
      flags: '--file <path>',
      about: `the changelog, from the top of the repository (default: the first of ${changelogNames})`,
    },
    { flags: '--dry-run', about: 'print what would be written, and write nothing' },
  ],
  examples: [
    {
      run: 'npx ship-guard changelog add fixed "Logging in works again in Safari."',
      about: 'adds a line under "Fixed"',
    },
    {
      run: 'npx ship-guard changelog add added "Dark mode." --dry-run',
      about: 'shows the line and where it would stand',
    },
  ],
  async run({ world, args, flags }) {
    const kind = kindOf(args[0] ?? '')
    const text = textOf(args[1] ?? '')
    const { path, name } = await find(world, typeof flags.file === 'string' ? flags.file : undefined)
    const content = (await world.files.read(path)) ?? new Uint8Array()
    if (content.includes(0))
      throw new UsageError(`${printable(name)} is not readable as text.`, 'Save it as UTF-8, then try again.')
    const added = addEntry(content, kind, text)
    if (added.outcome === 'not-an-entry')
      throw new UsageError(
        'With this text the changelog would read differently from what is meant.',
        'Leave out Markdown that opens a block: a code fence, a heading, a list, an HTML comment.',
      )
    if (added.outcome === 'there-already') {
      world.terminal.print(`${printable(name)}:${added.line} says so already.`)
      return exit.passed
    }
    const lines = added.lines.map(line => `+ ${printable(line)}`.trimEnd()).join('\n')
    if (flags.dryRun === true) {
      world.terminal.print(`${printable(name)}:${added.line} would get:\n${lines}`)
      return exit.passed
    }
    await world.files.write(path, added.content)
    world.terminal.print(`${printable(name)}:${added.line}\n${lines}`)
    return exit.passed
  },
})

function kindOf(word: string): Kind {
  const kind = kinds.find(one => one === word.toLowerCase())
  if (kind !== undefined) return kind
  const meant = nearest(word, kinds)
  const guess = meant === undefined ? '' : ` Did you mean "${meant}"?`
  throw new UsageError(`"${printable(word)}" is no kind of change.${guess}`, `Use one of: ${kinds.join(', ')}`)
}

function textOf(text: string): string {
  const trimmed = text.trim()
  if (trimmed === '') throw new UsageError('The entry is empty.', 'Say what people will notice, in quotes.')
  if (/[\r\n]/.test(trimmed))
    throw new UsageError('An entry is one line.', 'Write one line; run the command again for the next entry.')
  if (printable(trimmed) !== trimmed)
    throw new UsageError('The entry holds characters that cannot be seen.', 'Type it again rather than pasting it.')
  return trimmed
}

/** The changelog in the work tree: the one that was named, else the first that is there, else the one to begin. */
async function find(world: World, wanted: string | undefined): Promise<{ path: string; name: string }> {
  const { top } = await world.git()
  if (top === undefined)
    throw new UsageError('This repository has no work tree.', 'Run this in a clone where files are checked out.')
  const name = wanted === undefined ? await existing(world, top) : relative(top, resolve(top, wanted))
  const path = await target(world, join(top, name), top)
  const facts = await world.files.look(path)
  if (facts !== undefined && facts.kind !== 'file')
    throw new UsageError(`${printable(name)} is no file.`, 'Name the changelog with --file <path>.')
  return { path, name }
}

async function existing(world: World, top: string): Promise<string> {
  return changelogAmong(await world.files.list(top)).name
}

/** Where to write: a link to the changelog stays a link, and nothing outside the repository is written, whatever links lead there. */
async function target(world: World, path: string, top: string): Promise<string> {
  const facts = await world.files.look(path)
  const end = facts?.kind === 'link' ? resolve(dirname(path), facts.target ?? '') : path
  const parts = relative(top, end).split('/')
  for (let at = 1; at < parts.length; at++) {
    const folder = await world.files.look(join(top, ...parts.slice(0, at)))
    if (parts[0] === '..' || (folder !== undefined && folder.kind !== 'folder'))
      throw new UsageError(
        `${printable(relative(top, path))} does not lie in a folder of this repository.`,
        'Name a file inside it with --file <path>.',
      )
  }
  return end
}
