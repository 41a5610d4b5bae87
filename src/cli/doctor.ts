import { loadConfig } from '../config/load.ts'
import { type Config, defaultConfig } from '../config/schema.ts'
import { colours } from '../core/colour.ts'
import { type Check, type Diagnosis, problem, unknown } from '../core/diagnosis.ts'
import type { Environment, Environments } from '../core/environment.ts'
import { UsageError } from '../core/errors.ts'
import type { ExitCode } from '../core/exit.ts'
import type { Git, World } from '../core/world.ts'
import { chosenEnvironment } from './capture/chosen.ts'
import { defineCommand } from './command.ts'
import { diagnoseRemotes } from './doctor-remotes.ts'
import { doctorSummary, doctorText } from './doctor-text.ts'
import { exitCodeOf } from './exit-code.ts'
import { shimRules } from './shim-rules.ts'

export default defineCommand({
  id: 'doctor',
  summary:
    'see what git would really run on a push, whether this machine and your servers have what is needed, and what mends it',
  arguments: [
    {
      name: '[environment]',
      about: 'only this one, and this machine (default: the hooks, and every environment with `capture`)',
    },
  ],
  options: [
    {
      flags: '--live',
      about:
        'also push to a throw-away repository, and see whether git starts the guard; hooks of other tools run as well',
    },
    { flags: '--json', about: 'the same for programs' },
  ],
  examples: [
    {
      run: 'npx ship-guard doctor',
      about: 'the hooks of every work tree, each remote, then every server that capture reads',
    },
    {
      run: 'npx ship-guard doctor --live',
      about: 'the proof: a real push to a repository that is thrown away; no ref of yours moves',
    },
    {
      run: 'npx ship-guard doctor production',
      about: 'one of your servers; prints the line for a key that can only read',
    },
    {
      run: 'npx ship-guard doctor --json',
      about: 'for a script: exit code 0 all is well, 1 something is to be mended, 3 something could not be told',
    },
  ],
  async run({ world, version, args, flags }): Promise<ExitCode> {
    const git = await world.git()
    const [name] = args
    if (name !== undefined && flags.live === true)
      throw new UsageError('--live is about this clone, not about a server.', 'npx ship-guard doctor --live')
    const loaded = await readConfig(git, world, name)
    const environments = 'config' in loaded ? chosen(name, loaded.config.environments) : []
    const here =
      name === undefined ? await diagnoseClone(git, world, { version, live: flags.live === true, loaded }) : []
    const diagnoses = [...here, ...(environments.length === 0 ? [] : await diagnose(environments, git, world))]
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

type Loaded = { readonly config: Config } | { readonly wrong: UsageError }

/** A config that cannot be read is one of the things to be mended, unless a name of it is asked for. */
async function readConfig(git: Git, world: World, name: string | undefined): Promise<Loaded> {
  try {
    return { config: (await loadConfig(world, git.top ?? world.cwd)).config }
  } catch (error) {
    if (name !== undefined || !(error instanceof UsageError)) throw error
    return { wrong: error }
  }
}

interface Clone {
  readonly version: string
  readonly live: boolean
  readonly loaded: Loaded
}

async function diagnoseClone(git: Git, world: World, { version, live, loaded }: Clone): Promise<readonly Diagnosis[]> {
  const { diagnoseHooks } = await import('../hooks/doctor/diagnose.ts')
  const rules = 'config' in loaded ? await shimRules(world, git) : undefined
  const { diagnoses, hangs } = await diagnoseHooks(git, world, { rules, version })
  const config = 'config' in loaded ? [] : [{ of: 'config', checks: [wrongConfig(loaded.wrong)] }]
  const remotes = await diagnoseRemotes({ git, world, config: 'config' in loaded ? loaded.config : defaultConfig })
  return [...config, ...diagnoses, ...(live ? [await proof(git, world, hangs)] : []), ...remotes]
}

function wrongConfig({ message, instead }: UsageError): Check {
  return problem('config', 'config', message, instead)
}

async function proof(git: Git, world: World, hangs: boolean): Promise<Diagnosis> {
  if (hangs)
    return {
      of: 'live',
      checks: [
        unknown(
          'live',
          'a real push',
          'Not tried: git would wait forever for the hook that it cannot start.',
          'Mend the hook first: see above.',
        ),
      ],
    }
  const { provePush } = await import('../hooks/doctor/live.ts')
  world.terminal.error('Pushing to a throw-away repository. Hooks of other tools run as on any push.')
  return provePush(git, world)
}

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
