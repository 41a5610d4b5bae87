import { duration } from '../core/duration.ts'
import type { Finding } from '../core/finding.ts'
import type { GateUse } from '../core/gate.ts'
import { recall, usualMs } from '../core/log.ts'
import { printable } from '../core/printable.ts'
import { type Push, shortRef } from '../core/push.ts'
import { nameOf } from '../core/remote.ts'
import { transportOf } from '../core/transport.ts'
import type { InForce } from './in-force.ts'
import type { Bench } from './judge.ts'
import { slowUnanswered } from './unanswered.ts'
import { awaitWarm, warmPlace, warmRunOf } from './warm.ts'

/**
 * Advice before the gates run, when they usually take longer than the connection may wait; a finding when the config says not to wait at all.
 * A run in the background that is about the same commit is waited for.
 */
export async function refusedAsSlow(
  push: Push,
  uses: readonly GateUse[],
  { slow }: Pick<InForce, 'slow'>,
  bench: Bench,
): Promise<Finding | undefined> {
  if (uses.every(use => use.gate.fast)) return undefined
  const mustNotWait = slow.onMiss === 'require'
  if (!mustNotWait) await awaitWarm(push.commit, bench)
  const isLong = await usuallyLong(push, uses, slow.budget, bench)
  if (!mustNotWait && !isLong) return undefined
  const missing = await slowUnanswered(push, uses, bench)
  if (missing.length === 0) return undefined
  if (mustNotWait) return unasked(push, missing, await inBackground(push, bench))
  await advise(missing, slow.budget, bench)
  return undefined
}

/** Only a look at what was written down: most pushes are not slow, and should not pay for being told. */
async function usuallyLong(
  { remote }: Push,
  uses: readonly GateUse[],
  budget: number,
  { world, git }: Bench,
): Promise<boolean> {
  if (transportOf(remote.url) !== 'ssh') return false
  return usualOf(uses, await recall(world.files, git.commonDir, 'gates')) > budget
}

// Gates run side by side.
function usualOf(uses: readonly GateUse[], runs: Parameters<typeof usualMs>[0]): number {
  return Math.max(0, ...uses.map(use => usualMs(runs, use.id) ?? 0))
}

async function advise(missing: readonly GateUse[], budget: number, { world, git }: Bench): Promise<void> {
  const usual = usualOf(missing, await recall(world.files, git.commonDir, 'gates'))
  if (usual <= budget) return
  const gates = missing.map(use => use.id).join(', ')
  world.terminal.error(
    [
      `ship-guard: ${gates} usually ${missing.length === 1 ? 'needs' : 'need'} ${duration(usual)} here, and an SSH connection may not wait longer than ${duration(budget)}.`,
      '  Should it be closed meanwhile, push again: what passed is kept. To ask before connecting, write npx ship-guard push for git push.',
    ]
      .map(line => printable(line))
      .join('\n'),
  )
}

async function inBackground(push: Push, bench: Bench): Promise<string | undefined> {
  return (await warmRunOf(push.commit, bench)) === undefined ? undefined : warmPlace(bench.git).log
}

function unasked(push: Push, missing: readonly GateUse[], log: string | undefined): Finding {
  const [first, ...more] = missing.map(use => use.id)
  return {
    rule: 'not-asked-before',
    severity: 'error',
    what: `${[first, ...more].join(', ')} ${more.length === 0 ? 'has' : 'have'} no kept answer for ${nameOf(push)} ${push.commit.slice(0, 7)}.`,
    why:
      log === undefined
        ? 'The config says that no connection waits for slow gates (`slow.onMiss: require`).'
        : `They are being asked in the background (${log}), and the config says that no connection waits for them (\`slow.onMiss: require\`).`,
    instead: `${checkFirst(push)}, then push again. Or write npx ship-guard push for git push: it asks before it connects.`,
  }
}

function checkFirst({ remote, commit, ref }: Push): string {
  const words = ['--commit', commit.slice(0, 12), '--for', shortRef(ref)]
  // A remote that is only a URL has no name to give.
  if (remote.name !== remote.url) words.push('--remote', remote.name)
  // What git allows in a name a shell may read otherwise.
  return `npx ship-guard check ${words.map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')}`
}
