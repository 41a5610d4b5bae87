import type { Colours } from '../../../core/colour.ts'
import type { Oid } from '../../../core/push.ts'
import { cut, pad, wrap } from '../../../core/width.ts'
import { confirmation } from '../../confirmation.ts'
import type { Draft } from '../../decide.ts'
import type { Review } from '../../review.ts'
import type { Size } from './screen.ts'

/** The last screen: exactly what will be committed, and the one key that does it. */
export function confirmLines(review: Review, draft: Draft, tree: Oid, size: Size, paint: Colours): string[] {
  const columns = Math.max(20, size.columns) - 1
  const lines = confirmation(review, draft, tree).flatMap(({ label, text, grave }) => {
    const narrow = columns < 60
    const indent = narrow ? 4 : 14
    // A tree id is longer than a narrow screen.
    const parts = wrap(text, columns - indent).flatMap(
      line => line.match(new RegExp(`.{1,${columns - indent}}`, 'gsu')) ?? [],
    )
    const tint = grave === true ? paint.yellow : (plain: string) => plain
    const first = narrow ? [paint.bold(`  ${label}`)] : []
    return [
      ...first,
      ...parts.map(
        (part, index) => (index === 0 && !narrow ? pad(`  ${label}`, indent) : ' '.repeat(indent)) + tint(part),
      ),
    ]
  })
  const head = [paint.bold(cut(`  This will be committed for ${review.environment}`, columns)), '']
  const foot = [
    '',
    ...wrap('y: commit exactly this.  Any other key: back to the list.', columns - 2).map(line =>
      paint.bold(`  ${line}`),
    ),
  ]
  const room = Math.max(1, size.rows - head.length - foot.length - 1)
  const fits = lines.length <= room ? lines : [...lines.slice(0, room - 2), '  …', ...lines.slice(-1)]
  return ['', ...head, ...fits, ...foot].slice(-size.rows)
}
