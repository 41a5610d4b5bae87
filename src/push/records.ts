import { writeDown } from '../core/log.ts'
import type { RefUpdate } from '../core/push.ts'
import { safeRemote } from '../core/remote.ts'
import { type Decision, resultOf, type Verdict } from '../core/verdict.ts'
import type { Git, World } from '../core/world.ts'

interface Where {
  readonly git: Pick<Git, 'commonDir'>
  readonly world: Pick<World, 'files' | 'now' | 'signal'>
}

/** Writes down which gates ran and how long they took. Only a convenience: it fails no push. */
export async function recordRuns(verdicts: readonly Verdict[], { git, world }: Where): Promise<void> {
  for (const { gate, commit, outcome, tookMs, stored } of verdicts)
    if (!stored && !world.signal.aborted)
      await writeDown(
        world.files,
        git.commonDir,
        'gates',
        { gate, commit, outcome, tookMs: Math.round(tookMs) },
        world.now(),
      ).catch(() => {})
}

/** Writes down what was said to a push, so that one that goes around us can be told from it. Fails no push. */
export async function recordPush(decision: Decision, update: RefUpdate, { git, world }: Where): Promise<void> {
  if (world.signal.aborted) return
  const result = resultOf(decision)
  const isBypassed =
    result === 'passed' && decision.verdicts.some(verdict => verdict.outcome === 'skipped' && verdict.bypassed)
  const entry = {
    remote: safeRemote(decision.push.remote).name,
    ref: update.remoteRef,
    ...(update.localOid === undefined ? {} : { commit: update.localOid }),
    result: isBypassed ? ('bypassed' as const) : result,
  }
  await writeDown(world.files, git.commonDir, 'pushes', entry, world.now()).catch(() => {})
}
