import type { ExitCode } from '../core/exit.ts'
import { exit } from '../core/exit.ts'
import type { RefUpdate, Remote } from '../core/push.ts'
import { overallResult } from '../core/verdict.ts'
import type { Git, World } from '../core/world.ts'
import type { InForce } from '../push/in-force.ts'
import { prePush } from '../push/pre-push.ts'
import { parseReportRequests, writeReports } from '../report/requests.ts'
import { openVerdictStore } from '../verdicts/store.ts'
import { exitCodeOf } from './exit-code.ts'
import { rulesOf } from './rules.ts'

export interface PushAsked {
  readonly world: World
  readonly git: Git
  readonly version: string
  readonly remote: Remote
  readonly updates: readonly RefUpdate[]
}

export interface PushJudged {
  readonly code: ExitCode
  readonly tookMs: number
  /** Whether anything that is pushed is protected. */
  readonly guarded: boolean
  /** Whether what passed could be kept for the next push. */
  readonly kept: boolean
}

/** Judges what git says is pushed, and shows the report. `adjust` may change the rules in force. */
export async function judgeUpdates(
  { world, git, version, remote, updates }: PushAsked,
  adjust: (inForce: InForce) => InForce = inForce => inForce,
): Promise<PushJudged> {
  const started = performance.now()
  const store = openVerdictStore(world.files, git.commonDir)
  const commits = updates.flatMap(update => [update.localOid, update.remoteOid])
  const rules = await rulesOf(world, git, commits, remote)
  const judged = await prePush(updates, remote, async (commit, base) => adjust(await rules(commit, base)), {
    world,
    git,
    store,
    signal: world.signal,
  })
  const tookMs = performance.now() - started
  const guarded = judged.decisions.length > 0
  const kept = store.problem() === undefined
  if (world.signal.aborted) {
    world.terminal.error('Interrupted: nothing was pushed. Verdicts that were reached are kept.')
    return { code: exit.interrupted, tookMs, guarded, kept }
  }
  if (guarded) {
    if (!kept)
      world.terminal.error(`The verdicts could not be kept (${store.problem()}); the next push asks the gates again.`)
    await writeReports(parseReportRequests([]), { version, decisions: judged.decisions, tookMs }, world)
  }
  const code = judged.badConfig ? exit.usage : exitCodeOf(overallResult(judged.decisions))
  return { code, tookMs, guarded, kept }
}
