import { bytesOf, textOf } from '../core/path-bytes.ts'
import type { Review, ReviewItem } from '../review/review.ts'

/** A capture for programs: `--json`. No contents, and nothing of a secret but its masked form. */
export function captureShape(review: Review, outcome: object, version: string) {
  const { environment, host, base, into, items, phantoms, pull, hosts } = review
  return {
    format: 1,
    version,
    environment,
    host,
    base,
    ...(into === undefined ? {} : { into }),
    pull,
    phantoms,
    outcome,
    differences: items.map(shapeOf),
    ...(hosts === undefined
      ? {}
      : { hosts: Object.fromEntries([...hosts].map(([path, columns]) => [textOf(path) ?? path, columns])) }),
  }
}

function shapeOf({ id, difference, image, merge, conflict, proposed }: ReviewItem) {
  const { path, from, holds, ...rest } = difference
  return {
    id,
    // A name that is no UTF-8 has no text that would bring it back.
    ...(textOf(path) === undefined
      ? { pathBase64: Buffer.from(bytesOf(path)).toString('base64') }
      : { path: textOf(path) }),
    ...(from === undefined ? {} : { from: textOf(from) ?? from }),
    ...rest,
    holds: holds.map(hold => (hold.kind === 'collision' ? { ...hold, with: textOf(hold.with) ?? hold.with } : hold)),
    proposed,
    ...(image === undefined ? {} : { image }),
    ...(merge === undefined ? {} : { merge }),
    ...(conflict === undefined ? {} : { conflict }),
  }
}
