import type { Difference } from '../core/difference.ts'
import { UsageError } from '../core/errors.ts'
import type { Oid } from '../core/push.ts'
import { faultsOf } from '../review/decide.ts'
import type { Allowance, Decisions, Review, ReviewDesk } from '../review/review.ts'
import { type CapturePlan, tickedBy } from './plan-file.ts'

export type Approved = Extract<Decisions, { kind: 'approved' }> & { readonly tree: Oid }

/** What is proposed before anybody looked, with what was allowed on the command line. */
export function proposedOf(review: Review, allowances: readonly Allowance[]): Extract<Decisions, { kind: 'approved' }> {
  const allowed = new Set(allowances.map(({ path }) => path))
  const ticked = review.items.filter(item => item.proposed || allowed.has(item.difference.path)).map(item => item.id)
  return { kind: 'approved', ticked: new Set(ticked), allowances }
}

/**
 * Approval without a person: the plan's choice, or what is proposed, if it makes exactly this tree.
 * @throws UsageError when it makes another one.
 */
export async function approvedWithout(
  review: Review,
  desk: ReviewDesk,
  asked: { tree: Oid; plan?: CapturePlan; allowances: readonly Allowance[] },
): Promise<Approved> {
  const chosen =
    asked.plan === undefined
      ? proposedOf(review, asked.allowances)
      : { kind: 'approved' as const, ...tickedBy(asked.plan, review) }
  const tree = await desk.tree(chosen.ticked, chosen.allowances)
  if (tree === asked.tree) return { ...chosen, tree }
  throw new UsageError(
    `What would be committed is the tree ${tree}, not ${asked.tree}: something changed since it was seen.`,
    `Look again, and approve what is there now: npx ship-guard capture ${review.environment} --dry-run`,
  )
}

/**
 * `path@oid` of the command line, found in the review.
 * @throws UsageError when there is no such file, nothing holds it, or it has another content.
 */
export function allowancesOf(asked: readonly string[], reason: string | undefined, review: Review): Allowance[] {
  if (asked.length > 0 && (reason === undefined || reason.trim() === ''))
    throw new UsageError(
      'Taking what is held back needs a reason: it is kept in the commit.',
      'Add it: --reason "why this may be in the repository"',
    )
  return asked.flatMap(text => {
    const at = text.lastIndexOf('@')
    const [path, oid] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
    const item = review.items.find(one => one.shown === path)
    const content = item?.difference.after?.oid
    if (item === undefined || content === undefined)
      throw new UsageError(
        `Nothing in this capture is called ${JSON.stringify(path)}.`,
        'Copy the line that the list shows for it: --allow-secret PATH@OBJECT',
      )
    if (oid.length < 7 || !content.startsWith(oid))
      throw new UsageError(
        `${item.shown} is ${content} now, which is not what you allow.`,
        `Look at it, then: --allow-secret ${item.shown}@${content}`,
      )
    const kinds = item.difference.holds.flatMap(({ kind }) =>
      kind === 'secret' || kind === 'personal-data' ? [kind] : [],
    )
    return kinds.map(kind => ({ path: item.difference.path, oid: content, kind, reason: reason!.trim() }))
  })
}

/**
 * The differences that these decisions take.
 * @throws UsageError when something is ticked that may not be taken as it is.
 */
export function takenOf(
  review: Review,
  ticked: ReadonlySet<number>,
  allowances: readonly Allowance[],
): readonly Difference[] {
  const [fault] = faultsOf(review, { kind: 'approved', ticked, allowances })
  if (fault !== undefined) throw new UsageError(fault, 'Untick it, or lift what holds it with a reason.')
  return review.items.filter(item => ticked.has(item.id)).map(item => item.difference)
}
