import { mayBeTaken } from '../../../core/difference.ts'
import { printable } from '../../../core/printable.ts'
import { classes, classOf, sectionsOf } from '../../classes.ts'
import { mayBeLifted } from '../../decide.ts'
import { baseText, pullLines } from '../../item-words.ts'
import type { Review, ReviewItem } from '../../review.ts'
import type { PageItem, PageReview } from './shape.ts'

/** The review as the page's list needs it; contents and reasons are asked for one by one. */
export function toldReview(review: Review): PageReview {
  const used = new Set(review.items.map(item => classOf(item).id))
  return {
    environment: printable(review.environment),
    host: printable(review.host),
    base: baseText(review),
    ...(review.into === undefined ? {} : { into: printable(review.into) }),
    ref: `refs/ship-guard/capture/${printable(review.environment)}`,
    ...(review.seenAt === undefined ? {} : { seenAt: review.seenAt }),
    partial: review.pull.state === 'partial',
    notes: pullLines(review),
    classes: classes.filter(one => used.has(one.id)),
    items: sectionsOf(review.items).flatMap(section => section.folders.flatMap(folder => folder.items.map(toldItem))),
  }
}

function toldItem(item: ReviewItem): PageItem {
  const { difference } = item
  const held = difference.holds.find(hold => hold.kind === 'too-big')
  const size = (difference.after ?? difference.before)?.size ?? held?.size
  return {
    id: item.id,
    path: item.shown,
    ...(item.shownFrom === undefined ? {} : { from: item.shownFrom }),
    class: classOf(item).id,
    change: difference.change,
    content: difference.content,
    ...(size === undefined ? {} : { size }),
    ...(difference.after?.mtimeMs === undefined ? {} : { mtime: difference.after.mtimeMs }),
    ...(difference.upload ? { upload: true } : {}),
    ...(difference.ignored ? { ignored: true } : {}),
    state: mayBeTaken(difference) ? 'free' : mayBeLifted(item) ? 'liftable' : 'held',
    ...(item.proposed ? { proposed: true } : {}),
    ...(item.merge === 'conflict' ? { conflict: item.conflict ?? 'changed here and there' } : {}),
    ...(item.merge === 'same-here' ? { sameHere: true } : {}),
  }
}
