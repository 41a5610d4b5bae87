import type { CaptureSource, Environment, Environments } from '../../core/environment.ts'
import { UsageError } from '../../core/errors.ts'
import { printable } from '../../core/printable.ts'
import type { Host } from '../../core/world.ts'
import { namedEnvironment } from '../named-environment.ts'

/** An environment with something to capture. */
export type Capturable = Environment & { readonly capture: CaptureSource }

const example = 'production: { ssh: deploy@shop.example.com, path: /srv/shop, capture: laravel-deployer }'

/**
 * The environment that is meant: the named one, or the only one with something to capture.
 * @throws UsageError when there is none, or several and none was named.
 */
export function chosenEnvironment(name: string | undefined, environments: Environments): Capturable {
  if (name !== undefined) return capturable(namedEnvironment(name, environments, example))
  const able = Object.values(environments).filter(one => one.capture !== undefined)
  const [only, ...more] = able
  if (only !== undefined && more.length === 0) return capturable(only)
  throw only === undefined
    ? new UsageError(
        'No environment of the config says what to capture.',
        `Add it to .shiprc, for example:\nenvironments:\n  ${example}`,
      )
    : new UsageError('Several environments can be captured.', `Name one: npx ship-guard capture ${only.name}`)
}

function capturable({ capture, ...environment }: Environment): Capturable {
  if (capture !== undefined) return { ...environment, capture }
  throw new UsageError(
    `The environment ${environment.name} does not say what to capture.`,
    `Add \`capture\` to it in .shiprc, for example: capture: laravel-deployer`,
  )
}

/**
 * The host that is meant: the named one, or the first.
 * @throws UsageError when the environment has none of that name.
 */
export function chosenHost(name: string | undefined, { name: environment, capture }: Capturable): Host {
  if (name === undefined) return capture.hosts[0]!
  const found = capture.hosts.find(host => host.ssh === name)
  if (found !== undefined) return found
  throw new UsageError(
    `${environment} has no host "${printable(name)}".`,
    `There are: ${capture.hosts.map(host => host.ssh).join(', ')}.`,
  )
}
