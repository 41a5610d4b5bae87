import { CannotTell } from '../../core/errors.ts'
import { printable } from '../../core/printable.ts'
import type { Look } from './look.ts'
import type { PullRequest, PullWorld } from './request.ts'

/**
 * A shell that prints something on login breaks rsync's protocol (rsync(1), DIAGNOSTICS). When that may be it, asks what is printed and says so;
 * undefined when it is something else.
 */
export async function shellNoise(
  { host, signal }: Pick<PullRequest, 'host' | 'signal'>,
  { result, said }: Pick<Look, 'result' | 'said'>,
  world: Pick<PullWorld, 'run'>,
): Promise<CannotTell | undefined> {
  const perhaps = result.ended === 'exit' && (result.code === 2 || result.code === 12)
  if (!perhaps || !/shell clean|protocol|unexpectedly closed|unexpected tag/i.test(said.join('\n'))) return undefined
  const printed = await whatLoginPrints(host, signal, world)
  if (printed === undefined || printed === '') return undefined
  return new CannotTell(
    `The shell on ${host.ssh} prints ${Buffer.byteLength(printed)} bytes at every login, which rsync takes for its own words: "${printable(printed.slice(0, 80))}".`,
    `Let ~/.bashrc there print only for people. Its first line: [[ $- == *i* ]] || return. Then this prints nothing: ssh ${host.ssh} true`,
  )
}

/** What a login prints by itself; undefined when there was no login. */
export async function whatLoginPrints(
  on: PullRequest['host'],
  signal: AbortSignal,
  world: Pick<PullWorld, 'run'>,
): Promise<string | undefined> {
  const asked = await world.run({ argv: ['true'], on }, { signal, timeoutMs: 30_000, keepBytes: 4096 })
  return asked.ended === 'exit' && asked.code !== 255 ? Buffer.from(asked.stdout).toString('utf8') : undefined
}
