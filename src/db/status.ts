// What an environment's database has run, told by the migration tool itself, and what that means for a push.
import type { Environment } from '../core/environment.ts'
import type { Finding } from '../core/finding.ts'
import type { Command, CommandResult, Run } from '../core/world.ts'
import type { Project, Status, Tool } from './tool.ts'

export interface StatusQuestion {
  readonly tool: Tool
  readonly project: Project
  readonly environment: Environment
  /** Absolute: the top of the checkout that stands for the environment when it is this machine. */
  readonly folder: string
  /** Names of the migrations that the code has, in their order, as `tool.nameOf` gives them. */
  readonly known: readonly string[]
  readonly signal: AbortSignal
}

const timeoutMs = 60_000

/** Asks the tool. Never throws for what it answers: a tool that is missing, hangs or prints nonsense gives `unknown` or `unreachable`. */
export async function statusOf(question: StatusQuestion, run: Run): Promise<Status> {
  const { tool, project, environment, known } = question
  const { commands } = tool
  if (commands === undefined) return { state: 'unknown', because: 'it has no command that says what has run' }
  const result = await run(commandOn(commands.status(project), question), { signal: question.signal, timeoutMs })
  return failed(result, environment) ?? commands.readStatus(result, known)
}

/** The tool's command as it runs on the environment: over SSH, in a container, or in the checkout. */
export function commandOn(
  command: Command,
  { project, environment, folder }: Pick<StatusQuestion, 'project' | 'environment' | 'folder'>,
): Command {
  const { ssh, port, path, via = [] } = environment
  const argv = [...via, ...command.argv] as unknown as Command['argv']
  const within = (base: string) => (project.root === '' ? base : `${base}/${project.root}`)
  if (ssh === undefined) return { ...command, argv, cwd: within(path ?? folder) }
  const cwd = path === undefined ? {} : { cwd: within(path) }
  const { cwd: _, ...rest } = command
  return { ...rest, argv, ...cwd, on: { ssh, ...(port === undefined ? {} : { port }) } }
}

function failed(result: CommandResult, { ssh, name, path }: Environment): Status | undefined {
  if (result.ended === 'not-started') return { state: 'unreachable', because: `it cannot be asked: ${result.because}` }
  if (result.ended === 'timeout')
    return {
      state: 'unreachable',
      because: `no answer within ${timeoutMs / 1000} s; a password prompt would wait for ever`,
    }
  if (result.ended !== 'exit') return { state: 'unreachable', because: 'the command was ended before it answered' }
  // ssh(1), EXIT STATUS: 255 if an error occurred in ssh itself.
  if (ssh !== undefined && result.code === 255)
    return { state: 'unreachable', because: `ssh does not get to ${name}: ${lastLine(result.stderr)}` }
  // The shell on the other side says so before it runs anything.
  if (ssh !== undefined && path !== undefined && result.code !== 0 && /\bcd: /.test(lastLine(result.stderr)))
    return { state: 'unreachable', because: `there is no folder ${path} on ${name}` }
  if (result.code === 127 || result.code === 126)
    return { state: 'unreachable', because: `the tool's command is not there: ${lastLine(result.stderr)}` }
  return undefined
}

function lastLine(bytes: Uint8Array): string {
  const lines = new TextDecoder().decode(bytes).trim().split('\n')
  return lines.at(-1)?.trim().slice(0, 200) || 'it said nothing'
}

const why =
  'A push that meets a database in another state than the one it was written for fails there, or worse, half-runs.'

/** What a push may be told. `unknown` and `unreachable` are no findings: nobody can decide then. */
export function statusFindings(
  status: Status,
  { environment, tool }: Pick<StatusQuestion, 'environment' | 'tool'>,
): Finding[] {
  const { name } = environment
  const again = `Look again: npx ship-guard db status ${name}`
  switch (status.state) {
    case 'clean':
      return [
        {
          rule: 'environment-status',
          severity: 'info',
          what: `${name} has run every migration that its release has.`,
          why,
          instead: again,
        },
      ]
    case 'pending':
      return [
        {
          rule: 'environment-pending',
          severity: 'error',
          what: `${name} has not run ${listed(status.pending)}.`,
          why,
          instead: `Run them there with ${tool.title}, or find out why they have not run. ${again}`,
        },
      ]
    case 'diverged':
      return [
        {
          rule: 'environment-diverged',
          severity: 'error',
          what: `${name} has another history than the code: ${status.because}${status.names.length === 0 ? '' : ` (${listed(status.names)})`}.`,
          why,
          instead: `Find out who ran what there, and bring it into the repository. ${again}`,
        },
      ]
    case 'unknown':
    case 'unreachable':
      return []
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}
