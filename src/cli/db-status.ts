import { loadConfig } from '../config/load.ts'
import type { Environment } from '../core/environment.ts'
import { UsageError } from '../core/errors.ts'
import type { ExitCode } from '../core/exit.ts'
import { printable } from '../core/printable.ts'
import type { Status } from '../db/tool.ts'
import { type Options, options as optionsSchema } from '../gates/db/options.ts'
import { factGlobs, possibleGlobs } from '../gates/db/projects.ts'
import { type CliCall, defineCommand } from './command.ts'
import { exitCodeOf } from './exit-code.ts'
import { namedEnvironment } from './named-environment.ts'

export default defineCommand({
  id: 'db status',
  summary: 'ask which migrations have run, on this machine or on an environment of the config',
  arguments: [{ name: '[environment]', about: 'a name under `environments` in .shiprc (default: this machine)' }],
  options: [{ flags: '--json', about: 'the same for programs' }],
  examples: [
    { run: 'npx ship-guard db status', about: 'the database that your own work tree is set up for' },
    { run: 'npx ship-guard db status staging', about: 'over SSH, as the config says' },
    {
      run: 'npx ship-guard db status staging --json',
      about: 'for a script: exit code 0 clean, 1 pending or diverged, 3 cannot tell',
    },
  ],
  async run(call): Promise<ExitCode> {
    const { world, flags } = call
    const git = await world.git()
    const top = git.top ?? world.cwd
    const { config } = await loadConfig(world, top)
    const environment = chosen(call, config.environments)
    const options = (typeof config.gates.db === 'object' ? config.gates.db : optionsSchema.parse({})) as Options
    const { survey } = await import('../gates/db/survey.ts')
    const { workTree } = await import('../gates/db/work-tree.ts')
    const { statusOf } = await import('../db/status.ts')
    const globs = [...possibleGlobs(options), ...factGlobs]
    const projects = await survey(workTree({ git, top, base: undefined, globs, files: world.files }), options)
    if (projects.length === 0)
      throw new UsageError(
        'There are no migrations here.',
        'Say where they are: `migrations` of the gate `db` in .shiprc.',
      )
    const answers: Answer[] = []
    for (const { claim, names } of projects) {
      const { tool, project } = claim
      const status = await statusOf(
        { tool, project, environment, folder: top, known: names, signal: world.signal },
        world.run,
      )
      answers.push({ tool: tool.id, title: tool.title, root: project.root, status })
    }
    if (flags.json === true) world.terminal.print(JSON.stringify(shape(environment, answers), undefined, 2))
    else for (const answer of answers) world.terminal.print(lines(answer, environment))
    return exitCodeOf(worst(answers))
  },
})

interface Answer {
  readonly tool: string
  readonly title: string
  readonly root: string
  readonly status: Status
}

function chosen({ args }: CliCall, environments: Readonly<Record<string, Environment>>): Environment {
  const [name] = args
  if (name === undefined) return { name: 'this machine' }
  return namedEnvironment(name, environments, 'staging: { ssh: deploy@staging.example.com, path: /srv/app/current }')
}

function shape(environment: Environment, answers: readonly Answer[]) {
  return {
    format: 1,
    environment: environment.name,
    projects: answers.map(({ tool, root, status }) => ({ tool, root, ...status })),
  }
}

function lines({ title, root, status }: Answer, { name }: Environment): string {
  const where = printable(root === '' ? title : `${title} in ${root}`)
  switch (status.state) {
    case 'clean':
      return `✓ ${where}: ${name} has run every migration.`
    case 'pending':
      return [
        `! ${where}: ${name} has not run ${status.pending.length}:`,
        ...status.pending.map(one => `    ${printable(one)}`),
      ].join('\n')
    case 'diverged':
      return [
        `✗ ${where}: ${name} has another history than the code: ${printable(status.because)}`,
        ...status.names.map(one => `    ${printable(one)}`),
      ].join('\n')
    case 'unknown':
    case 'unreachable':
      return `? ${where}: what has run on ${name} cannot be told: ${printable(status.because)}`
  }
}

/** One project that cannot be asked leaves the whole undecided, unless another already says no. */
function worst(answers: readonly Answer[]): 'passed' | 'refused' | 'undecided' {
  const states = new Set(answers.map(answer => answer.status.state))
  if (states.has('pending') || states.has('diverged')) return 'refused'
  return states.has('unknown') || states.has('unreachable') ? 'undecided' : 'passed'
}
