// Guards against a root that is wrong, empty or half there, which looks as if everything was deleted.
import { join } from 'node:path'
import { CannotTell } from '../../core/errors.ts'
import type { Look } from './look.ts'
import type { PullRequest, PullWorld } from './request.ts'

// A share of a handful of files is no measure.
const alwaysFine = 10

/** How many files and folders one pull may take away; undefined when the person allowed any. After a refusal: none, so that asking twice is no way. */
export async function deletionLimit(request: PullRequest, world: PullWorld): Promise<number | undefined> {
  if (request.allowDeletions) return undefined
  if ((await world.files.look(refusal(request))) !== undefined) return 0
  const { deletions, deletionShare } = request.source.limits
  const { known } = request
  if (known === undefined) return deletions
  return Math.min(deletions, Math.max(alwaysFine, Math.floor(known * deletionShare)), Math.max(0, known - 1))
}

/** Keeps, from one pull to the next, that too much was gone. */
export async function rememberRefusal(request: PullRequest, { files }: PullWorld, refused: boolean): Promise<void> {
  if (refused) await files.write(refusal(request), 'More files were gone than the limits allow.\n', { mode: 0o600 })
  else await files.remove(refusal(request))
}

function refusal({ scratch }: PullRequest): string {
  return join(scratch, 'deletions-refused')
}

export function tooManyDeletions({ source, host }: PullRequest, { files }: Look): CannotTell {
  const folders = source.roots.map(({ from }) => from).join(', ')
  const there = files === 0 ? 'no file at all is left there' : `${files} files are left there`
  return new CannotTell(
    `More files are gone from ${folders} on ${host.ssh} than a day's work explains (${there}). A wrong path, a half-done deploy or an empty disk looks just like that.`,
    'See that the path in .shiprc is right. When it is meant: npx ship-guard capture --allow-deletions. What a deploy never puts there belongs in capture.notDeployed.',
  )
}
