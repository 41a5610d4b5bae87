import type { Environment, Environments } from '../../core/environment.ts'
import { CannotTell, UsageError } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import type { GateContext } from '../../core/gate.ts'
import { nearest } from '../../core/nearest.ts'
import { statusFindings, statusOf } from '../../db/status.ts'
import type { Status } from '../../db/tool.ts'
import type { JudgedProject } from './judge.ts'
import type { Options } from './options.ts'

type Context = Pick<GateContext<Options>, 'options' | 'environments' | 'world' | 'tree' | 'signal' | 'progress'>

type Asked = Pick<JudgedProject, 'claim' | 'names' | 'history'>

/**
 * Findings about the databases of the environments that the config names, for every project that the push changes. Throws CannotTell when an
 * environment cannot be asked or answers what nobody understands, UsageError when the config names none of that name.
 */
export async function statusOfEnvironments(projects: readonly Asked[], context: Context): Promise<readonly Finding[]> {
  const { options, environments, world, signal, progress } = context
  const findings: Finding[] = []
  const able = projects.filter(({ claim }) => claim.tool.commands !== undefined)
  if (able.length === 0 && projects.length > 0)
    throw new CannotTell(
      `${projects.map(({ claim }) => claim.tool.title).join(' and ')} cannot be asked what has run.`,
      'Take `status` out of the gate `db` in .shiprc, or name the migration tool with `tool`.',
    )
  for (const environment of options.status.map(name => environmentNamed(name, environments))) {
    const { name } = environment
    const folder = environment.ssh === undefined && environment.path === undefined ? await context.tree.checkout() : '.'
    for (const asked of able) {
      const { tool, project } = asked.claim
      progress(`asking ${name} what has run`)
      const question = { tool, project, environment, folder, known: asked.names, signal }
      const status = withoutFresh(await statusOf(question, world.run), asked)
      if (status.state === 'unknown' || status.state === 'unreachable')
        throw new CannotTell(
          `What has run on ${name} cannot be told: ${status.because}.`,
          `Look yourself: npx ship-guard db status ${name}`,
        )
      findings.push(...statusFindings(status, question))
    }
  }
  return findings
}

/** Throws UsageError when the config has none of that name. */
export function environmentNamed(name: string, environments: Environments): Environment {
  const found = Object.hasOwn(environments, name) ? environments[name] : undefined
  if (found !== undefined) return found
  const meant = nearest(name, Object.keys(environments))
  throw new UsageError(
    `The gate \`db\` asks for the status of "${name}", which is no environment of the config.`,
    `${meant === undefined ? '' : `Did you mean ${meant}? `}Add it to \`environments\` in .shiprc, or take it out of \`status\`.`,
  )
}

/** What the push itself brings cannot have run anywhere yet, and may have on the environment that it was tried on. */
function withoutFresh(status: Status, { claim, history }: Asked): Status {
  if (status.state !== 'pending') return status
  const added = history.files.filter(file => file.isNew && file.raised === undefined)
  const fresh = new Set(added.map(file => claim.tool.nameOf(file.path, file.text)))
  const pending = status.pending.filter(name => !fresh.has(name))
  return pending.length === 0 ? { state: 'clean' } : { ...status, pending }
}
