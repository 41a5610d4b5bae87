import type { Entry } from '../../core/log.ts'
import { z } from '../../core/schema.ts'

export const flakesOption = z
  .array(
    z.strictObject({
      test: z.string().min(1).describe('The test as a refusal names it.'),
      issue: z.string().min(1).describe('Where it is looked after: the address or number of an issue.'),
      owner: z.string().min(1).describe('Who looks after it.'),
      expires: z.iso
        .date('a date such as 2027-01-31')
        .describe('The last day on which it may fail by chance, such as 2027-01-31. From then on it refuses a push.'),
    }),
  )
  .default([])
  .describe(
    'Tests that are known to fail by chance. Such a failure lets a push pass only when the test is written down here, was seen to pass and to fail on one commit, and did so before this push.',
  )

export type KnownFlake = z.output<typeof flakesOption>[number]

const dayMs = 24 * 3600_000
const soonDays = 14
const quietDays = 30

/** The whole days that are left, from 0 on the last one; negative: expired. UTC, as the date has no place. */
export function daysLeft({ expires }: Pick<KnownFlake, 'expires'>, now: Date): number {
  return Math.floor((Date.parse(`${expires}T00:00:00Z`) + dayMs - 1 - now.getTime()) / dayMs)
}

export type FlakeState = 'expired' | 'soon' | 'fine'

export function stateOf(entry: Pick<KnownFlake, 'expires'>, now: Date): FlakeState {
  const left = daysLeft(entry, now)
  return left < 0 ? 'expired' : left < soonDays ? 'soon' : 'fine'
}

/** The days since a test was last seen to fail by chance, when that is so long ago that its entry may not be needed any more. */
export function quietFor(seen: readonly Entry<'flakes'>[], now: Date): number | undefined {
  const last = seen.filter(one => one.call !== 'regression').at(-1)
  if (last === undefined) return undefined
  const days = Math.floor((now.getTime() - Date.parse(last.at)) / dayMs)
  return days >= quietDays ? days : undefined
}

/** What was seen of one test. */
export function seenOf(
  log: readonly Entry<'flakes'>[],
  test: string,
  folder: string | undefined,
): readonly Entry<'flakes'>[] {
  return log.filter(one => one.test === test && one.folder === folder)
}
