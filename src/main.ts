#!/usr/bin/env node
// The one file that knows everything: it builds the World, runs a command and sets the exit code.
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError, Help, Option } from 'commander'
import type { CliCommand } from './cli/command.ts'
import { commands } from './cli/registry.generated.ts'
import { CannotTell, UsageError } from './core/errors.ts'
import { type ExitCode, exit } from './core/exit.ts'
import { printable } from './core/printable.ts'
import { version } from './core/version.generated.ts'
import type { World } from './core/world.ts'
import { interruptSignal } from './io/interrupt.ts'
import { endAllNow } from './io/process.ts'
import { openWorld } from './io/world.ts'

export interface Start {
  readonly argv: readonly string[]
  readonly stdin?: string
}

/** Runs one command line (without `node` and the script) and says with which exit code the process should end. */
export async function start({ argv, stdin }: Start): Promise<ExitCode> {
  const signal = interruptSignal()
  const world = openWorld({
    cwd: process.cwd(),
    env: process.env,
    signal,
    packageFolder: dirname(dirname(fileURLToPath(import.meta.url))),
    ...(stdin === undefined ? {} : { stdin }),
  })
  try {
    const code = await dispatch(world, argv)
    return signal.aborted ? exit.interrupted : code
  } catch (error) {
    if (signal.aborted) return exit.interrupted
    return report(world, error)
  } finally {
    endAllNow()
  }
}

async function dispatch(world: World, argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exit.passed
  const program = new Command('npx ship-guard')
    .description('Refuses the push that drops data, fails its tests or hides its changes.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help, with examples')
    .helpCommand('help [command]', 'the same as <command> --help')
    .showHelpAfterError('See what there is: npx ship-guard --help')
    .exitOverride()
    .configureOutput({ writeOut: text => world.terminal.print(text), writeErr: text => world.terminal.error(text) })
    .configureHelp({ visibleCommands: leaves, subcommandTerm: term })
  const loaded = await Promise.all(named(argv).map(entry => entry.load()))
  for (const command of loaded) {
    add(program, command, async call => {
      code = await command.run({ world, version, ...call, commands: everyCommand })
    })
  }
  try {
    if (argv.length === 0) program.outputHelp()
    else await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? exit.passed : exit.usage
  }
  return code
}

async function everyCommand(): Promise<readonly CliCommand[]> {
  return Promise.all(commands.map(entry => entry.load()))
}

/** Only the commands that the words may mean are loaded: a hook should not pay for `init`. */
function named(argv: readonly string[]) {
  const words = argv.filter(word => !word.startsWith('-'))
  const exact = commands.filter(entry => entry.id === words.slice(0, entry.id.split(' ').length).join(' '))
  // `capture status` is a command, and no environment of that name for `capture`.
  const longest = exact.sort((a, b) => b.id.length - a.id.length)[0]
  if (longest !== undefined) return [longest]
  const wanted = commands.filter(entry => entry.id.split(' ')[0] === words[0])
  return wanted.length > 0 ? wanted : commands
}

/** Commands that do something by themselves, also where others lie below them. */
const acting = new WeakSet<Command>()

/** The commands with words of their own, for a list: `changelog add` rather than `changelog`. */
function leaves(command: Command): Command[] {
  return new Help()
    .visibleCommands(command)
    .flatMap(sub => [
      ...(sub.commands.length === 0 || acting.has(sub) ? [sub] : []),
      ...(sub.commands.length === 0 ? [] : leaves(sub).filter(one => one.name() !== 'help')),
    ])
}

function term(command: Command): string {
  const names = [command.name()]
  for (let one = command.parent; one?.parent; one = one.parent) names.unshift(one.name())
  return `${names.join(' ')} ${command.usage().replace('[options]', '').trim()}`.trimEnd()
}

type Call = Pick<Parameters<CliCommand['run']>[0], 'args' | 'flags'>

function add(program: Command, command: CliCommand, run: (call: Call) => Promise<void>): void {
  const words = command.id.split(' ')
  let parent = program
  for (const word of words.slice(0, -1)) {
    parent = parent.commands.find(c => c.name() === word) ?? parent.command(word)
  }
  const name = words.at(-1)!
  // `capture status` may have come before `capture`.
  const there = parent.commands.find(c => c.name() === name)
  const made = (there ?? parent.command(name, { hidden: command.hidden === true }))
    .description(command.summary)
    .exitOverride()
  for (const argument of command.arguments ?? []) made.argument(argument.name, argument.about)
  for (const option of command.options ?? []) {
    if (option.many === true)
      made.option(option.flags, option.about, (value: string, all: string[] = []) => [...all, value])
    else made.option(option.flags, option.about)
  }
  if (command.passesOn === true) made.allowUnknownOption()
  acting.add(made)
  made.showHelpAfterError(`See how: npx ship-guard ${command.id} --help`)
  made.addHelpText('after', `\nExamples:\n${command.examples.map(e => `  ${e.run}\n      ${e.about}`).join('\n')}\n`)
  made.action(async (...given: unknown[]) => {
    const self = given.at(-1) as Command
    const lists = Object.fromEntries(
      (command.options ?? []).flatMap(option => (option.many ? [[keyOf(option.flags), []]] : [])),
    )
    await run({ args: self.args, flags: { ...lists, ...self.opts() } })
  })
}

/** The name under which commander keeps what was given: `--dry-run` is `dryRun`. */
function keyOf(flags: string): string {
  return new Option(flags).attributeName()
}

function report(world: World, error: unknown): ExitCode {
  if (error instanceof UsageError) {
    world.terminal.error(
      `ship-guard: ${printable(error.message, { lines: true })}\n  ${printable(error.instead, { lines: true })}`,
    )
    return exit.usage
  }
  if (error instanceof CannotTell) {
    world.terminal.error(
      `ship-guard could not tell: ${printable(error.message, { lines: true })}\n  ${printable(error.instead, { lines: true })}`,
    )
    return exit.undecided
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  world.terminal.error(
    `ship-guard broke; nothing was decided.\n${printable(text, { lines: true })}\n  Please report this: it is a fault of ship-guard, not yours.`,
  )
  return exit.undecided
}

function isEntry(): boolean {
  try {
    return realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)
  } catch {
    return false
  }
}

if (isEntry()) process.exitCode = await start({ argv: process.argv.slice(2) })
