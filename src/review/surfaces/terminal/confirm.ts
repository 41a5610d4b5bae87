import type { Colours } from '../../../core/colour.ts'
import type { Oid } from '../../../core/push.ts'
import { cut, pad, wrap } from '../../../core/width.ts'
import { type ConfirmationLine, confirmation } from '../../confirmation.ts'
import type { Draft } from '../../decide.ts'
import type { Review } from '../../review.ts'
import { broken } from './details.ts'
import type { Size } from './screen.ts'

/** The last screen: exactly what will be committed, and the one key that does it. */
export function confirmLines(review: Review, draft: Draft, tree: Oid, size: Size, paint: Colours): string[] {
  const columns = Math.max(20, size.columns) - 1
  const lines = confirmation(review, draft, tree).flatMap(line => labelled(line, columns, paint))
  const head = ['', paint.bold(cut(`  This will be committed for ${review.environment}`, columns)), '']
  const ask = wrap('y: commit exactly this. Any other key: back to the list.', columns - 2)
  const foot = ['', ...ask.map(line => paint.bold(`  ${line}`))]
  const room = size.rows - head.length - foot.length
  if (lines.length <= room) return [...head, ...lines, ...foot]
  // Too small a window: the files and the tree stay, and it is said that something is missing.
  return [...lines.slice(0, Math.max(1, size.rows - foot.length - 3)), '  …', ...lines.slice(-2), ...foot].slice(
    -size.rows,
  )
}

function labelled({ label, text, grave }: ConfirmationLine, columns: number, paint: Colours): string[] {
  const narrow = columns < 60
  const indent = narrow ? 4 : 14
  const tint = grave === true ? paint.yellow : (plain: string) => plain
  if (narrow) {
    return broken(`${label}: ${text}`, columns - indent).map(
      (part, index) => ' '.repeat(index === 0 ? 2 : indent) + tint(part),
    )
  }
  return broken(text, columns - indent).map(
    (part, index) => (index === 0 ? pad(`  ${label}`, indent) : ' '.repeat(indent)) + tint(part),
  )
}
