import type { Observation, ReplayResult } from '../../src/db/replay/observation.ts'
import { replay } from '../../src/db/replay/replay.ts'
import type { Running } from '../../src/db/tool.ts'
import { engineWorld, type ScratchForTest, type ScratchRequest, startScratch } from './scratch.ts'

export interface Migrations {
  /** SQL that is on the branch already, one file each. */
  readonly base?: readonly string[]
  /** New SQL; `down` is the way back of the last one. */
  readonly up: string | readonly string[]
  readonly down?: string
  readonly transaction?: Running['transaction']
}

/** Runs SQL on a scratch engine of its own that ends with the call. */
export async function replayed(engine: ScratchRequest, migrations: Migrations): Promise<ReplayResult> {
  await using scratch = await startScratch({ forTools: false, ...engine })
  // Ended only when it is done.
  return await replayedOn(scratch, migrations)
}

export function replayedOn(scratch: ScratchForTest, { base = [], up, down, transaction = 'file' }: Migrations) {
  const running = { transaction, down: down === undefined ? 'missing' : 'present' } as const
  const ups = typeof up === 'string' ? [up] : up
  const files = [
    ...base.map((text, index) => ({ path: `base${index + 1}.sql`, text, isNew: false, running })),
    ...ups.map((text, index) => ({ path: `new${index + 1}.sql`, text, isNew: true, running })),
  ]
  return replay({
    world: engineWorld,
    scratch: scratch.scratch,
    files,
    down: async path => (path === `new${ups.length}.sql` ? down : undefined),
    signal: new AbortController().signal,
  })
}

/** `table public.users`, `column public.users.email by CASCADE of type public.mood`, with the line. */
export function dropsOf({ drops }: Observation): string[] {
  return drops.map(
    ({ what, name, byCascade, with: asked, at }) =>
      `${what} ${name}${byCascade ? ` by CASCADE of ${asked}` : ''}${at === undefined ? '' : ` at ${at.line}`}`,
  )
}

export function costsOf({ costs }: Observation): string[] {
  return costs.map(({ table, what, lock, because, at }) =>
    [`${at?.line}: ${what}`, table, lock, because].filter(word => word !== undefined).join(' '),
  )
}
