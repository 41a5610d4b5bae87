import { loadConfig } from '../config/load.ts'
import { colours } from '../core/colour.ts'
import type { Check, Diagnosis } from '../core/diagnosis.ts'
import type { Environment, Environments } from '../core/environment.ts'
import type { ExitCode } from '../core/exit.ts'
import type { Git, World } from '../core/world.ts'
import { chosenEnvironment } from './capture/chosen.ts'
import { defineCommand } from './command.ts'
import { doctorSummary, doctorText } from './doctor-text.ts'
import { exitCodeOf } from './exit-code.ts'

export default defineCommand({
  id: 'doctor',
  summary: 'see whether this machine and your servers have what ship-guard needs, and what mends it',
  arguments: [{ name: '[environment]', about: 'only this one (default: every environment with `capture`)' }],
  options: [{ flags: '--json', about: 'the same for programs' }],
  examples: [
    { run: 'npx ship-guard doctor', about: 'this machine, then every server that capture reads' },
    { run: 'npx ship-guard doctor production', about: 'one of them; prints the line for a key that can only read' },
    {
      run: 'npx ship-guard doctor --json',
      about: 'for a script: exit code 0 all is well, 1 something is to be mended, 3 something could not be told',
    },
  ],
  async run({ world, args, flags }): Promise<ExitCode> {
    const git = await world.git()
    const { config } = await loadConfig(world, git.top ?? world.cwd)
    const environments = chosen(args[0], config.environments)
    const diagnoses = await diagnose(environments, git, world)
    if (flags.json === true) world.terminal.print(JSON.stringify(shape(diagnoses), undefined, 2))
    else {
      world.terminal.print(doctorText(diagnoses, colours(world.terminal.colour)))
      if (environments.length === 0) world.terminal.error(nothingToCapture)
      world.terminal.error(doctorSummary(diagnoses))
    }
    return exitCodeOf(outcome(diagnoses))
  },
})

const nothingToCapture =
  'No environment of the config has `capture`, so no server was looked at. npx ship-guard init shows what to write.'

async function diagnose(environments: readonly Environment[], git: Git, world: World): Promise<readonly Diagnosis[]> {
  const { checkMachine } = await import('../capture/doctor-machine.ts')
  const { checkHost } = await import('../capture/doctor.ts')
  const here: Diagnosis = { of: 'this machine', checks: await checkMachine(git, world) }
  const hosts = environments.flatMap(({ name, capture }) =>
    capture === undefined ? [] : capture.hosts.map(host => ({ environment: name, source: capture, host })),
  )
  const there = hosts.map(asked => checkHost({ ...asked, git, signal: world.signal }, world))
  return [here, ...(await Promise.all(there))]
}

function chosen(name: string | undefined, environments: Environments): readonly Environment[] {
  if (name === undefined) return Object.values(environments).filter(({ capture }) => capture !== undefined)
  return [chosenEnvironment(name, environments)]
}

function outcome(diagnoses: readonly Diagnosis[]): 'passed' | 'refused' | 'undecided' {
  const has = (state: Check['state']) => diagnoses.some(({ checks }) => checks.some(check => check.state === state))
  if (has('problem')) return 'refused'
  return has('unknown') ? 'undecided' : 'passed'
}

function shape(diagnoses: readonly Diagnosis[]) {
  return { format: 1, outcome: outcome(diagnoses), looked: diagnoses }
}
