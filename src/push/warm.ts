import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BackgroundPlace, BackgroundRun } from '../core/background.ts'
import type { Oid, Push } from '../core/push.ts'
import type { Git, World } from '../core/world.ts'

const lookEveryMs = 200
/** Set for the run in the background, which must not wait for itself. */
const isWarm = 'SHIP_GUARD_WARM'

/** Where the run in the background is noted, for this clone and all its work trees. */
export function warmPlace({ commonDir }: Pick<Git, 'commonDir'>): BackgroundPlace {
  const own = join(commonDir, 'ship-guard')
  return { folder: join(own, 'warm'), log: join(own, 'log', 'warm.log') }
}

/** Asks every gate about this push in the background, as `check` does, so that the push finds their answers. An older run ends. */
export async function startWarm({ push, node }: { push: Push; node: string }, world: World, git: Git): Promise<void> {
  const { commit, ref, remote } = push
  const words = ['check', '--commit', commit, '--for', ref, '--remote', remote.name]
  await world.background.start(
    warmPlace(git),
    {
      argv: [node, join(world.packageFolder, 'dist', 'main.js'), ...words],
      cwd: git.top ?? git.dir,
      // What a person switches off is for one push of theirs.
      env: { SHIP_GUARD: undefined, SHIP_GUARD_SKIP: undefined, SHIP_GUARD_REASON: undefined, [isWarm]: '1' },
    },
    { commit, ref, remote: remote.name },
  )
}

/** The run in the background that is about this commit and not over yet. */
export async function warmRunOf(
  commit: Oid,
  { world, git }: { readonly world: Pick<World, 'background'>; readonly git: Pick<Git, 'commonDir'> },
): Promise<BackgroundRun | undefined> {
  const run = await world.background.look(warmPlace(git))
  return run?.running === true && run.note.commit === commit ? run : undefined
}

/** Waits for the run in the background when it is about this commit: asking the same gates twice at once would only take longer. */
export async function awaitWarm(
  commit: Oid,
  bench: {
    readonly world: Pick<World, 'background' | 'live' | 'env'>
    readonly git: Git
    readonly signal: AbortSignal
  },
): Promise<void> {
  if (bench.world.env[isWarm] !== undefined || (await warmRunOf(commit, bench)) === undefined) return
  const live = bench.world.live('waiting for')
  const id = 'the run in the background'
  live.start([{ id, title: warmPlace(bench.git).log }])
  try {
    while (!bench.signal.aborted && (await warmRunOf(commit, bench)) !== undefined) await sleep(lookEveryMs)
    if (!bench.signal.aborted) live.done(id, 'passed', 0)
  } finally {
    live.stop()
  }
}
