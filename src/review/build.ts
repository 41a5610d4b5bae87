import { type Drift, isProposed } from '../core/difference.ts'
import { type PathBytes, shownPath } from '../core/path-bytes.ts'
import { printable } from '../core/printable.ts'
import type { HostColumn, ImageFacts, Review, ReviewItem } from './review.ts'

/** What the merge into the work branch would do, by path. What is named in neither is clean. */
export interface Foreseen {
  /** In words: `changed here and there`. */
  readonly conflicts: ReadonlyMap<PathBytes, string>
  /** Here already, exactly so. */
  readonly same?: ReadonlySet<PathBytes>
}

export interface ReviewFacts {
  readonly drift: Drift
  /** The branch that it will be merged into. */
  readonly into?: string | undefined
  /** Absent: nothing is merged, or it could not be foreseen. */
  readonly preview?: Foreseen | undefined
  readonly images: ReadonlyMap<PathBytes, { readonly before?: ImageFacts; readonly after?: ImageFacts }>
  readonly hosts?: ReadonlyMap<PathBytes, readonly HostColumn[]> | undefined
  /** When the server was looked at. */
  readonly seenAt?: Date | undefined
}

/** The review of one look at a host: every difference, numbered from 1 in the order of the drift. */
export function reviewOf({ drift, into, preview, images, hosts, seenAt }: ReviewFacts): Review {
  return {
    environment: drift.environment,
    host: drift.host,
    base: drift.base,
    ...(into === undefined ? {} : { into }),
    items: drift.differences.map((difference, index) => {
      const image = images.get(difference.path)
      return {
        id: index + 1,
        difference,
        shown: printable(shownPath(difference.path)),
        ...(difference.from === undefined ? {} : { shownFrom: printable(shownPath(difference.from)) }),
        ...(image === undefined ? {} : { image }),
        ...mergeOf(difference.path, preview),
        // What the work branch has already is not proposed a second time.
        proposed: isProposed(difference) && preview?.same?.has(difference.path) !== true,
      }
    }),
    phantoms: drift.phantoms,
    pull: drift.pull,
    ...(seenAt === undefined ? {} : { seenAt: seenAt.getTime() }),
    ...(hosts === undefined ? {} : { hosts }),
  }
}

function mergeOf(path: PathBytes, preview: Foreseen | undefined): Pick<ReviewItem, 'merge' | 'conflict'> {
  if (preview === undefined) return {}
  const conflict = preview.conflicts.get(path)
  if (conflict !== undefined) return { merge: 'conflict', conflict: printable(conflict) }
  return { merge: preview.same?.has(path) === true ? 'same-here' : 'clean' }
}
