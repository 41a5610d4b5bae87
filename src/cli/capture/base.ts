import { loadConfigAt } from '../../config/load.ts'
import { ConfigError } from '../../config/problem.ts'
import type { Base } from '../../core/difference.ts'
import type { CaptureSource } from '../../core/environment.ts'
import { CannotTell, UsageError } from '../../core/errors.ts'
import { printable } from '../../core/printable.ts'
import type { Oid } from '../../core/push.ts'
import type { Git, World } from '../../core/world.ts'
import { joinSources } from '../../drift/source.ts'
import { matchText } from '../../drift/survey.ts'
import type { Phases } from '../phases.ts'

/** Joins what the config here protects with what the config of the deployed commit protects: neither can open what the other closes. */
export function joinedWith(environment: string, git: Git, world: Pick<World, 'findConfig' | 'files'>) {
  return async (source: CaptureSource, base: Base) => {
    const deployed = await sourceAt(environment, base, git, world)
    if (deployed === 'unread')
      return {
        source,
        notes: ['The config of the deployed commit is code or cannot be read; only the one here counts.'],
      }
    if (deployed === undefined) return { source, notes: [] }
    const { source: joined, differs } = joinSources(deployed, source)
    const notes =
      differs.length === 0
        ? []
        : [`The config of the deployed commit protects other paths (${differs.join(', ')}); both count.`]
    return { source: joined, notes }
  }
}

async function sourceAt(
  environment: string,
  base: Base,
  git: Git,
  world: Pick<World, 'findConfig' | 'files'>,
): Promise<CaptureSource | 'unread' | undefined> {
  const notRun = () => Promise.reject(new UsageError('A config that is code is not run here.', ''))
  try {
    const { config } = await loadConfigAt(world, git, base.commit, notRun)
    return config.environments[environment]?.capture
  } catch (error) {
    if (error instanceof ConfigError || error instanceof UsageError) return 'unread'
    throw error
  }
}

/** `1a2b3c4d5e6f 3 days ago, Prices with VAT`. */
async function titleOf(commit: Oid, git: Git): Promise<string> {
  const title = await git.answer(['log', '-1', '--no-show-signature', '--format=%ar, %s', commit])
  return `${commit.slice(0, 12)} ${title ?? ''}`.trimEnd()
}

/** Asks which of the commits that fit is deployed; where nobody can be asked, nothing is given and the survey says what to type. */
export function whoChooses(
  world: Pick<World, 'keys' | 'terminal'>,
  git: Git,
  phases: Pick<Phases, 'stop'>,
): { choose?: (candidates: readonly Base[]) => Promise<Base> } {
  if (!world.terminal.isTty) return {}
  const choose = async (candidates: readonly Base[]): Promise<Base> => {
    phases.stop()
    const keys = world.keys()
    const [best] = candidates as readonly [Base]
    const type = `npx ship-guard capture --base ${best.commit.slice(0, 12)}`
    if (keys === undefined)
      throw new CannotTell('Nothing on the server says which commit is deployed.', `If it is the best match: ${type}`)
    try {
      world.terminal.error('Nothing on the server says which commit is deployed. These fit best:')
      for (const [index, one] of candidates.slice(0, 9).entries())
        world.terminal.error(`  ${index + 1}  ${printable(await titleOf(one.commit, git))}${matchText(one)}`)
      world.terminal.error('Which one? Type its number, anything else to stop.')
      const chosen = candidates[Number(await keys.next()) - 1]
      if (chosen !== undefined) return chosen
    } finally {
      keys.close()
    }
    throw new CannotTell(
      'The deployed commit was not chosen, so nothing could be compared.',
      'Say it: npx ship-guard capture --base COMMIT',
    )
  }
  return { choose }
}
