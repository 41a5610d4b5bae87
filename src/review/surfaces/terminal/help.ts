import { wrap } from '../../../core/width.ts'
import { selectors } from '../../selection.ts'

const keys: readonly [key: string, does: string][] = [
  ['up down j k', 'the row before and after; Page Up, Page Down, Home, End'],
  ['space x', 'tick or untick the file; on a class or folder all that is in it'],
  ['t  u', 'tick, untick everything that is shown'],
  ['/  g', 'show only what a glob matches: *.png, public/**, uploads/'],
  ['c', `show only a class: ${selectors.join(', ')}`],
  ['Esc', 'show everything again'],
  ['left right', 'fold and unfold a class or a folder; Tab does both'],
  ['d  v', 'read the difference, in your pager; secrets are masked'],
  ['i', 'everything about the file, and why it is held'],
  ['l', 'lift what holds it, with a reason that is kept in the commit; again: hold it again'],
  ['r', 'ticks as they were proposed'],
  ['Enter', 'go on: see exactly what will be committed, and confirm it'],
  ['q Ctrl-C', 'close; nothing is decided, nothing is committed'],
]

const marks: readonly [mark: string, means: string][] = [
  ['[x]', 'will be committed'],
  ['[ ]', 'will not; deletions, bare modes and line ends begin like this'],
  ['[-]', 'some of these will'],
  ['[!]', 'is held: something speaks against it'],
]

export function helpLines(columns: number): string[] {
  const rows = (pairs: typeof keys, first: number) =>
    pairs.flatMap(([left, right]) =>
      wrap(right, Math.max(12, columns - first - 3)).map(
        (line, index) => `  ${(index === 0 ? left : '').padEnd(first)}${line}`,
      ),
    )
  return ['Keys', ...rows(keys, 13), '', 'Marks', ...rows(marks, 13)]
}
