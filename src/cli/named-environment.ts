import type { Environment, Environments } from '../core/environment.ts'
import { UsageError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { printable } from '../core/printable.ts'

/**
 * The environment that a person named. `example`: what to write into a config that has none yet.
 * @throws UsageError with the nearest name, or all there are, when the config has no such environment.
 */
export function namedEnvironment(name: string, environments: Environments, example: string): Environment {
  const found = Object.hasOwn(environments, name) ? environments[name] : undefined
  if (found !== undefined) return found
  const known = Object.keys(environments)
  const meant = nearest(name, known)
  throw new UsageError(
    `The config names no environment "${printable(name)}".`,
    known.length === 0
      ? `Add it to .shiprc:\nenvironments:\n  ${example}`
      : `${meant === undefined ? '' : `Did you mean ${meant}? `}There are: ${known.join(', ')}.`,
  )
}
