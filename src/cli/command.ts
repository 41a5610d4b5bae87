import type { ExitCode } from '../core/exit.ts'
import type { World } from '../core/world.ts'

export interface CliOption {
  /** As commander reads it: `--commit <rev>`, `-y, --yes`, `--no-colour`. */
  readonly flags: string
  readonly about: string
  /** May be given several times; its value is then a list. */
  readonly many?: boolean
}

export interface CliArgument {
  /** As commander reads it: `<gate>`, `[files...]`. */
  readonly name: string
  readonly about: string
}

/** One command: flags in, one flow called, a report out. The registry is generated from the files of this folder. */
export interface CliCommand {
  /** Its words, for example `check` or `changelog add`; the file is named for them, joined by `-`. */
  readonly id: string
  readonly summary: string
  readonly arguments?: readonly CliArgument[]
  readonly options?: readonly CliOption[]
  readonly examples: readonly { readonly run: string; readonly about: string }[]
  /** Called by git or by other tools rather than by people: not listed in --help. */
  readonly hidden?: boolean
  /** Options are another program's: all of them are left in `args`, in their order. */
  readonly passesOn?: true
  run(call: CliCall): Promise<ExitCode>
}

export interface CliCall {
  readonly world: World
  readonly version: string
  readonly args: readonly string[]
  /** Every command, for one that speaks of the others. */
  commands(): Promise<readonly CliCommand[]>
  /** By commander's camelCase name; a switch is a boolean, an option with a value a string, one with `many` a list. */
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
}

export function defineCommand(command: CliCommand): CliCommand {
  return command
}
