import type { CaptureSource, Environments } from '../../core/environment.ts'
import { UsageError } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import type { GateContext } from '../../core/gate.ts'
import { nearest } from '../../core/nearest.ts'
import type { Host } from '../../core/world.ts'
import { unknownTo } from '../../drift/known.ts'
import { survey } from '../../drift/survey.ts'
import type { Options } from './options.ts'
import { type Place, said } from './say.ts'

/**
 * Looks at every host of the asked environments. Reads there, writes nowhere but in the mirrors. Throws UsageError and CannotTell when an
 * environment is not set up for it, or a server cannot be asked.
 */
export async function judge(context: GateContext<Options>): Promise<readonly Finding[]> {
  const { options, environments } = context
  const asked = options.environments.map(name => ({ name, source: sourceOf(name, environments) }))
  const findings: Finding[] = []
  for (const { name, source } of asked)
    for (const host of source.hosts) {
      const place = { environment: name, ...(source.hosts.length > 1 ? { host: host.ssh } : {}) }
      findings.push(...(await lookAt(host, source, place, context)))
    }
  return findings
}

async function lookAt(
  host: Host,
  source: CaptureSource,
  place: Place,
  context: GateContext<Options>,
): Promise<readonly Finding[]> {
  const { git, push, options, signal, world } = context
  signal.throwIfAborted()
  const { drift, mirror } = await survey(
    {
      environment: place.environment,
      source,
      host,
      git,
      allowDeletions: false,
      paranoid: false,
      signal,
      progress: (_, line) => context.progress(`${place.host ?? place.environment}: ${line}`),
    },
    world,
  )
  await mirror.close()
  const counted = drift.differences.filter(difference => options.uploads || !difference.upload)
  const unknown = await unknownTo(push.commit, { base: drift.base.commit, differences: counted, git, signal })
  return said(unknown, place)
}

function sourceOf(name: string, environments: Environments): CaptureSource {
  const found = Object.hasOwn(environments, name) ? environments[name] : undefined
  if (found?.capture !== undefined) return found.capture
  if (found !== undefined)
    throw new UsageError(
      `The gate \`drift\` asks for "${name}", and the config does not say what to look at there.`,
      `Add \`capture\` to the environment, for example: capture: laravel-deployer`,
    )
  const meant = nearest(name, Object.keys(environments))
  throw new UsageError(
    `The gate \`drift\` asks for "${name}", which is no environment of the config.`,
    `${meant === undefined ? '' : `Did you mean ${meant}? `}Add it to \`environments\` in .shiprc, or take it out of \`drift\`.`,
  )
}
