import { dirname, join, relative, resolve } from 'node:path'
import { loadConfig } from '../config/load.ts'
import { UsageError } from '../core/errors.ts'
import { exit } from '../core/exit.ts'
import { printable } from '../core/printable.ts'
import type { Git, World } from '../core/world.ts'
import type { AddAsk } from '../gates/changelog/adding.ts'
import type { Files } from '../gates/changelog/files.ts'
import { houseOf } from '../gates/changelog/house.ts'
import { kinds } from '../gates/changelog/kinds.ts'
import { changelogNames } from '../gates/changelog/names.ts'
import { type CliCall, defineCommand } from './command.ts'

export default defineCommand({
  id: 'changelog add',
  summary: 'write an entry for the changelog, in the way this repository keeps it',
  arguments: [
    {
      name: '<kind>',
      about: `one of ${kinds.join(', ')}; for a changeset also major, minor or patch, for a news fragment also its type`,
    },
    { name: '<text>', about: 'what people who upgrade will notice, in one line' },
  ],
  options: [
    {
      flags: '--file <path>',
      about: `the changelog, from the top of the repository (default: what the config says, else the first of ${changelogNames})`,
    },
    {
      flags: '--package <name>',
      about: 'a package that a changeset is about (default: those that changed); may be given several times',
      many: true,
    },
    { flags: '--issue <id>', about: 'the issue that a news fragment is named for (default: none)' },
    { flags: '--dry-run', about: 'print what would be written, and write nothing' },
  ],
  examples: [
    {
      run: 'npx ship-guard changelog add fixed "Logging in works again in Safari."',
      about: 'adds a line under "Fixed", a changeset or a news fragment',
    },
    {
      run: 'npx ship-guard changelog add added "Dark mode." --dry-run',
      about: 'shows the line and where it would stand',
    },
    {
      run: 'npx ship-guard changelog add minor "Dark mode." --package @acme/ui',
      about: 'a changeset for one package',
    },
  ],
  async run(call) {
    const { world, flags } = call
    const git = await world.git()
    const top = topOf(git)
    const ask = await askOf(call, git, top)
    const { config } = await loadConfig(world, top)
    const { format, file } = optionsIn(config.gates.changelog)
    const house = await houseOf({ format, file: ask.file ?? file }, ask.files, ask.files)
    const added = await house.format.add({ ...ask, file: ask.file ?? house.file ?? file })
    const place = `${printable(added.path)}:${added.line}`
    if (added.lines.length === 0) {
      world.terminal.print(`${place} says so already.`)
      return exit.passed
    }
    const lines = added.lines.map(line => `+ ${printable(line)}`.trimEnd()).join('\n')
    if (flags.dryRun === true) {
      world.terminal.print(`${place} would get:\n${lines}`)
      return exit.passed
    }
    await world.files.write(await target(world, added.path, top), added.content)
    world.terminal.print(`${place}\n${lines}`)
    return exit.passed
  },
})

function topOf({ top }: Git): string {
  if (top !== undefined) return top
  throw new UsageError('This repository has no work tree.', 'Run this in a clone where files are checked out.')
}

/** The gate may be switched off, or asked without options. */
function optionsIn(gate: unknown): { format: Parameters<typeof houseOf>[0]['format']; file?: string } {
  const { format = 'auto', file } = (gate ?? {}) as { format?: 'auto'; file?: string }
  return { format, ...(file === undefined ? {} : { file }) }
}

async function askOf({ world, args, flags }: CliCall, git: Git, top: string): Promise<AddAsk> {
  const wanted = typeof flags.file === 'string' ? relative(top, resolve(top, flags.file)) : undefined
  return {
    kind: args[0] ?? '',
    text: textOf(args[1] ?? ''),
    files: await workFiles(world, git, top),
    file: wanted,
    packages: (flags.package ?? []) as readonly string[],
    issue: issueOf(flags.issue),
    day: dayOf(world.now()),
    person: () => personOf(git),
    changed: () => changedPaths(git),
    read: async path => world.files.read(await target(world, path, top)),
  }
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

// It becomes part of a file's name.
function issueOf(issue: unknown): string | undefined {
  if (typeof issue !== 'string') return undefined
  const id = issue.replace(/^#/, '')
  if (/^[A-Za-z0-9][\w-]*$/.test(id)) return id
  throw new UsageError(`"${printable(issue)}" is no issue.`, 'Give its number or key: --issue 123')
}

function dayOf(now: Date): string {
  const [year, month, day] = [now.getFullYear(), now.getMonth() + 1, now.getDate()]
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** What is tracked, and what is new and not ignored. */
async function workFiles(world: World, git: Git, top: string): Promise<Files> {
  const listed = await git.bytes(['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--full-name'], {
    cwd: top,
  })
  const paths = [...new Set(new TextDecoder().decode(listed).split('\0').filter(Boolean))]
  const there = new Set(await world.files.list(top))
  return {
    // What was removed from the work tree is still listed.
    paths: paths.filter(path => path.includes('/') || there.has(path)),
    async texts(asked) {
      const read = await Promise.all(
        asked.map(async path => {
          const facts = await world.files.look(join(top, path))
          return [path, facts?.kind === 'file' ? await world.files.text(join(top, path)) : undefined] as const
        }),
      )
      return new Map(read.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])))
    },
  }
}

async function personOf(git: Git): Promise<string> {
  const ident = (await git.answer(['var', 'GIT_COMMITTER_IDENT'])) ?? ''
  const [, name, address] = /^(.*?) *<(.*)> \d/.exec(ident) ?? []
  if (name === undefined || name === '')
    throw new UsageError('git does not know your name.', 'Tell it: git config user.name "…"')
  return `${name}  <${address}>`
}

/** What the work tree and the commits have that no branch of a remote has. */
async function changedPaths(git: Git): Promise<readonly string[]> {
  const upstream = (await git.answer(['rev-parse', '--verify', '--quiet', '@{upstream}'])) ?? 'HEAD'
  const base = (await git.answer(['merge-base', '--end-of-options', upstream, 'HEAD'])) ?? 'HEAD'
  const listed = await git.bytes(['diff', '--name-only', '-z', '--no-ext-diff', '--end-of-options', base])
  return new TextDecoder().decode(listed).split('\0').filter(Boolean)
}

/** Where to write: a link to the changelog stays a link, and nothing outside the repository is written, whatever links lead there. */
async function target(world: World, path: string, top: string): Promise<string> {
  const full = join(top, path)
  const facts = await world.files.look(full)
  const end = facts?.kind === 'link' ? resolve(dirname(full), facts.target ?? '') : full
  const parts = relative(top, end).split('/')
  for (let at = 1; at < parts.length; at++) {
    const folder = await world.files.look(join(top, ...parts.slice(0, at)))
    if (parts[0] === '..' || (folder !== undefined && folder.kind !== 'folder'))
      throw new UsageError(
        `${printable(path)} does not lie in a folder of this repository.`,
        'Name a file inside it with --file <path>.',
      )
  }
  const found = await world.files.look(end)
  if (found !== undefined && found.kind !== 'file')
    throw new UsageError(`${printable(path)} is no file.`, 'Name the changelog with --file <path>.')
  return end
}
