import type { Config } from '../config/schema.ts'
import { type Check, type Diagnosis, fine, told, unknown } from '../core/diagnosis.ts'
import { duration } from '../core/duration.ts'
import { recall, usualMs } from '../core/log.ts'
import { type Remote, shortRef } from '../core/push.ts'
import { safeRemote, withoutSecrets } from '../core/remote.ts'
import { transportOf } from '../core/transport.ts'
import type { Git, World } from '../core/world.ts'
import { word } from '../hooks/doctor/words.ts'
import { pushUrls } from '../hooks/facts.ts'
import { type Audit, pushesAround } from '../push/audit.ts'
import { protectionsFor } from '../push/protect.ts'

interface Asked {
  readonly git: Git
  readonly world: Pick<World, 'files'>
  readonly config: Pick<Config, 'protect' | 'tags'>
}

/** What a push to each remote of this clone meets: what is protected there, how long the connection waits, and what went around. Asks none of them. */
export async function diagnoseRemotes({ git, world, config }: Asked): Promise<readonly Diagnosis[]> {
  const urls = await pushUrls(git)
  const [audit, runs, bypasses] = await Promise.all([
    pushesAround(git, world, { protections: config.protect, tags: config.tags }),
    recall(world.files, git.commonDir, 'gates'),
    recall(world.files, git.commonDir, 'bypasses'),
  ])
  const usual = Math.max(0, ...[...new Set(runs.map(run => run.gate))].map(gate => usualMs(runs, gate) ?? 0))
  const names = [...new Set(urls.map(({ name }) => name))]
  return names.map(name => {
    const own = urls.filter(remote => remote.name === name)
    const guarded = own.flatMap(remote => protectionsFor(config.protect, remote, urls, git.top ?? git.dir))
    return {
      of: `remote ${name}: ${own.map(({ url }) => withoutSecrets(url)).join(', ')}`,
      checks: [
        protectedCheck([...new Set(guarded.flatMap(({ refs }) => refs))]),
        ...(guarded.length === 0 ? [] : [waitCheck(own, usual)]),
        ...(guarded.length === 0 ? [] : aroundChecks(own, audit)),
        ...bypassChecks(own, bypasses),
      ],
    }
  })
}

function protectedCheck(refs: readonly string[]): Check {
  if (refs.length > 0) return fine('protected', 'protected', refs.join(', '))
  return told(
    'protected',
    'protected',
    'The config protects nothing on this remote.',
    'If something should be, name it under `protect` in the config.',
  )
}

// Limits that users of hooks have met: some servers and firewalls close an idle connection after a minute, GitHub after about six.
const unsafeMs = 60_000
const lostMs = 300_000

function waitCheck(remotes: readonly Remote[], usual: number): Check {
  const title = 'waiting'
  if (usual === 0) return fine('waiting', title, 'no gate has run here yet')
  const ssh = remotes.some(({ url }) => transportOf(url) === 'ssh')
  const long = `The gates usually need ${duration(Math.round(usual))}`
  if (!ssh || usual <= unsafeMs) return fine('waiting', title, `${long}.`)
  const what =
    usual > lostMs
      ? `${long}, and git keeps the SSH connection open meanwhile: most servers have closed it by then.`
      : `${long}, and git keeps the SSH connection open meanwhile: some servers close one that is silent for a minute.`
  return told(
    'waiting',
    title,
    what,
    'Let the gates answer before git connects, with npx ship-guard push in the place of git push.\nOr keep the connection busy, which helps against some servers: npx ship-guard install --ssh-keepalive',
  )
}

const shownAtMost = 5

function aroundChecks(remotes: readonly Remote[], { around, blind, since }: Audit): readonly Check[] {
  const [{ name } = { name: '' }] = remotes
  const title = 'went around'
  const own = around.filter(({ remote }) => remote === name)
  const unseen = blind.filter(ref => ref === name || ref.startsWith(`refs/remotes/${name}/`))
  const checks: Check[] = []
  if (own.length > 0) {
    const shown = own
      .slice(0, shownAtMost)
      .map(
        ({ ref, commit, at, said }) =>
          `${commit.slice(0, 10)} to ${shortRef(ref)} at ${at}${said === undefined ? '' : `, which had been ${said}`}`,
      )
    const more = own.length > shownAtMost ? ` and ${own.length - shownAtMost} more` : ''
    const [newest] = own
    checks.push(
      told(
        'around',
        title,
        `${own.length === 1 ? 'One push' : `${own.length} pushes`} without the guard (--no-verify, or another hooks folder): ${shown.join('; ')}${more}.`,
        `See what the gates say to it:\nnpx ship-guard check --commit ${newest!.commit} --for ${word(shortRef(newest!.ref))} --remote ${word(name)}`,
      ),
    )
  }
  if (unseen.length > 0)
    checks.push(
      unknown(
        'around-unseen',
        title,
        `git keeps no reflog of ${unseen.join(', ')}, so nothing can be told of earlier pushes.`,
        'git config core.logAllRefUpdates true',
      ),
    )
  if (checks.length > 0) return checks
  return since === undefined
    ? []
    : [fine('around', title, `no push since ${since.toISOString().slice(0, 10)} that git has noted`)]
}

function bypassChecks(
  remotes: readonly Remote[],
  bypasses: Awaited<ReturnType<typeof recall<'bypasses'>>>,
): readonly Check[] {
  const names = remotes.flatMap(({ name, url }) => [name, safeRemote({ name: url, url }).name])
  const own = bypasses.filter(({ remote }) => names.includes(remote))
  if (own.length === 0) return []
  const last = own
    .slice(-shownAtMost)
    .toReversed()
    .map(
      ({ at, ref, gates, reason, by }) =>
        `${at.slice(0, 16).replace('T', ' ')} ${gates.join(', ')} for ${shortRef(ref)} by ${by}: ${reason}`,
    )
  const what = `${own.length === 1 ? 'One push' : `${own.length} pushes`} with gates switched off for a reason: ${last.join('; ')}`
  return [told('bypasses', 'bypassed', what, 'npx ship-guard status')]
}
