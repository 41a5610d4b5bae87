import { mayBeTaken } from '../core/difference.ts'
import { UsageError } from '../core/errors.ts'
import { bytesOf, type PathBytes, pathBytes, pathOf, textOf } from '../core/path-bytes.ts'
import { printable } from '../core/printable.ts'
import type { Oid } from '../core/push.ts'
import { z } from '../core/schema.ts'
import type { Allowance, Review, ReviewItem } from '../review/review.ts'

const oid = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)
// A name that is no UTF-8 has no text that would bring it back.
const path = z.union([z.string().min(1), z.strictObject({ base64: z.base64() })])
const entry = z.strictObject({ path, change: z.string(), oid: oid.optional() })

const planSchema = z.strictObject({
  format: z.literal(1),
  environment: z.string(),
  host: z.string(),
  base: oid,
  /** What a commit of `take` would hold. */
  tree: oid,
  take: z.array(entry),
  leave: z.array(z.strictObject({ ...entry.shape, because: z.array(z.string()) })),
  allow: z.array(
    z.strictObject({
      path,
      oid,
      kind: z.enum(['secret', 'personal-data', 'still-changing', 'unsure']),
      reason: z.string().trim().min(1),
    }),
  ),
})

/** A capture as it was seen and proposed, to be approved later by its tree. Holds names and hashes, no contents. */
export type CapturePlan = z.output<typeof planSchema>

export function planOf(
  review: Review,
  taken: ReadonlySet<number>,
  allowances: readonly Allowance[],
  tree: Oid,
): CapturePlan {
  const { environment, host, base, items } = review
  return {
    format: 1,
    environment,
    host,
    base: base.commit,
    tree,
    take: items.filter(item => taken.has(item.id)).map(written),
    leave: items.filter(item => !taken.has(item.id)).map(item => ({ ...written(item), because: reasonsOf(item) })),
    allow: allowances.map(({ path, ...rest }) => ({ path: writtenPath(path), ...rest })),
  }
}

function written({ difference }: ReviewItem) {
  const { path, change, after } = difference
  return { path: writtenPath(path), change, ...(after === undefined ? {} : { oid: after.oid }) }
}

function writtenPath(path: PathBytes) {
  return textOf(path) ?? { base64: Buffer.from(bytesOf(path)).toString('base64') }
}

function reasonsOf(item: ReviewItem): string[] {
  const { difference, merge } = item
  if (difference.holds.length > 0) return difference.holds.map(hold => hold.kind)
  if (merge === 'same-here') return ['same-here']
  return mayBeTaken(difference) ? ['not-ticked'] : [difference.change]
}

/**
 * A plan file's text, checked.
 * @throws UsageError when it is no plan.
 */
export function readPlan(text: string, file: string): CapturePlan {
  try {
    return planSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new UsageError(
      `${printable(file)} is no plan of a capture.`,
      'Write a new one: npx ship-guard capture --plan FILE',
      { cause: error },
    )
  }
}

/**
 * What a plan ticks, found again in this review.
 * @throws UsageError when something of it is no longer as it was seen.
 */
export function tickedBy(
  plan: CapturePlan,
  review: Review,
): { ticked: ReadonlySet<number>; allowances: readonly Allowance[] } {
  if (plan.environment !== review.environment || plan.host !== review.host)
    throw new UsageError(
      `The plan is for ${plan.environment} (${plan.host}), not for ${review.environment} (${review.host}).`,
      `Make one for it: npx ship-guard capture ${review.environment} --plan FILE`,
    )
  const items = new Map(review.items.map(item => [item.difference.path, item]))
  const ticked = new Set<number>()
  const moved: string[] = []
  for (const wanted of plan.take) {
    const item = items.get(readPath(wanted.path))
    const same =
      item !== undefined && item.difference.change === wanted.change && item.difference.after?.oid === wanted.oid
    if (same) ticked.add(item.id)
    else moved.push(item?.shown ?? JSON.stringify(wanted.path))
  }
  if (plan.base !== review.base.commit || moved.length > 0)
    throw new UsageError(
      moved.length === 0
        ? 'Another commit is deployed since the plan was made.'
        : `Since the plan was made, ${moved.length === 1 ? 'a file' : `${moved.length} files`} of it changed on the server: ${moved.slice(0, 5).join(', ')}${moved.length > 5 ? ' …' : ''}.`,
      `Look at it again and approve the new tree: npx ship-guard capture ${review.environment} --plan FILE`,
    )
  return { ticked, allowances: plan.allow.map(({ path, ...rest }) => ({ path: readPath(path), ...rest })) }
}

function readPath(path: CapturePlan['take'][number]['path']): PathBytes {
  return typeof path === 'string' ? pathOf(path) : pathBytes(Buffer.from(path.base64, 'base64'))
}
