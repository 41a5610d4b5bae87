import { join } from 'node:path'
import { UsageError } from '../../core/errors.ts'
import { type ExitCode, exit } from '../../core/exit.ts'
import { printable } from '../../core/printable.ts'
import type { World } from '../../core/world.ts'
import { type CliCall, defineCommand } from '../command.ts'
import { ask } from './ask.ts'
import { type Facts, gatherFacts } from './facts.ts'
import { describeProposal, type Proposal, propose } from './proposal.ts'
import { configText } from './text.ts'

export default defineCommand({
  id: 'init',
  summary: 'look at the repository and write a short .shiprc for it',
  options: [
    { flags: '-y, --yes', about: 'write what was found without asking' },
    { flags: '--dry-run', about: 'print what would be written, write nothing' },
    { flags: '--json', about: 'say what was found and written as JSON' },
    { flags: '--force', about: 'write .shiprc although there is a config; an old .shiprc is kept as .shiprc.old' },
  ],
  examples: [
    { run: 'npx ship-guard init', about: 'shows the file and asks only what it cannot see' },
    { run: 'npx ship-guard init --yes', about: 'takes what it sees' },
    { run: 'npx ship-guard init --dry-run', about: 'only prints the file' },
  ],
  async run({ world, flags }): Promise<ExitCode> {
    const git = await world.git()
    if (git.top === undefined)
      throw new UsageError(
        'This repository is bare: it has no work tree to write .shiprc into.',
        'Run this in a clone.',
      )
    const facts = await gatherFacts(world, git, git.top)
    const dryRun = flags.dryRun === true
    if (!dryRun && flags.force !== true) refuseExisting(facts)

    const proposal = propose(facts)
    const mode = dryRun ? 'show' : flags.yes === true ? 'write' : canAsk(world, flags) ? 'ask' : 'show'
    const chosen = mode === 'ask' ? await asked(world, proposal) : proposal
    if (chosen === undefined) {
      world.terminal.error('Nothing was written.')
      return exit.interrupted
    }
    const text = configText(chosen)
    const kept = mode === 'show' ? undefined : await write(world, git.top, text)
    tell(world, { proposal: chosen, text, facts, mode, kept, json: flags.json === true, dryRun })
    return mode === 'show' && !dryRun ? exit.usage : exit.passed
  },
})

type Mode = 'show' | 'write' | 'ask'

function canAsk(world: World, flags: CliCall['flags']): boolean {
  return flags.json !== true && world.terminal.isTty && process.stdin.isTTY === true
}

function refuseExisting({ configs }: Facts): void {
  if (configs.length === 0) return
  const names = configs.map(name => (name === 'package.json' ? 'package.json (its key `ship`)' : name)).join(', ')
  throw new UsageError(
    `There is a config already: ${names}. It is left as it is.`,
    'Edit it, or have .shiprc written anew: npx ship-guard init --force   (see it first: npx ship-guard init --dry-run)',
  )
}

async function asked(world: World, proposal: Proposal): Promise<Proposal | undefined> {
  for (const line of describeProposal(proposal)) world.terminal.error(`  ${printable(line)}`)
  return ask(proposal, chosen => configText(chosen))
}

/** Writes .shiprc; the name under which an old one was kept. */
async function write({ files }: World, top: string, text: string): Promise<string | undefined> {
  const path = join(top, '.shiprc')
  const before = await files.text(path)
  const keeps = before !== undefined && before !== text
  if (keeps) await files.write(join(top, '.shiprc.old'), before)
  await files.write(path, text)
  return keeps ? '.shiprc.old' : undefined
}

interface Told {
  readonly proposal: Proposal
  readonly text: string
  readonly facts: Facts
  readonly mode: Mode
  readonly kept: string | undefined
  readonly json: boolean
  readonly dryRun: boolean
}

function tell({ terminal }: World, { proposal, text, facts, mode, kept, json, dryRun }: Told): void {
  const written = mode !== 'show'
  if (json) {
    const existing = facts.configs
    terminal.print(
      JSON.stringify({ format: 1, file: '.shiprc', written, text, found: proposal, existing, kept }, null, 2),
    )
    return
  }
  if (mode !== 'ask') for (const line of describeProposal(proposal)) terminal.error(`  ${printable(line)}`)
  if (!written) terminal.print(text)
  if (written) {
    const old = kept === undefined ? '' : ` The old one is ${kept}.`
    terminal.error(`Wrote .shiprc.${old} Look at it, commit it, and put the hooks in place: npx ship-guard install`)
  } else if (!dryRun)
    terminal.error('Nothing was written: nobody is at a terminal to ask. Write it: npx ship-guard init --yes')
  else if (facts.configs.length > 0)
    terminal.error(`Nothing was written. There is a config already: ${facts.configs.join(', ')}.`)
}
