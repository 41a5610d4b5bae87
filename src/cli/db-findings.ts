import { join } from 'node:path'
import type { World } from '../core/world.ts'
import type { Replayed } from '../gates/db/replay.ts'
import type { FreshMigrations } from './db-fresh.ts'

/** Runs what the work tree adds on a scratch database; it was asked for, so it is required. Throws CannotTell when it cannot be had. */
export async function replayed(
  { judgement, options, top }: Pick<FreshMigrations, 'judgement' | 'options' | 'top'>,
  world: World,
  progress: (line: string) => void,
): Promise<Replayed> {
  const { replayProjects } = await import('../gates/db/replay.ts')
  return replayProjects({
    projects: judgement.projects,
    options: { ...options, replay: 'required' },
    world,
    all: await world.files.glob(top, ['**/*.sql', '!**/{node_modules,vendor}/**']),
    // What is judged is the work tree itself.
    checkout: async () => top,
    text: path => world.files.text(join(top, path)),
    signal: world.signal,
    progress,
  })
}
