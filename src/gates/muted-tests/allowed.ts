import type { Declared, Mute, TestFile } from './declared.ts'

/** What a comment says about one place: `ship-guard:allow skipped-test <reason>`. */
export type Allowed = 'with a reason' | 'without a reason' | undefined

/** Comments answer for what stands on their own line or directly below them: the test, or the place that mutes it. */
export function allowedAt(rule: string, declared: Declared, mute: Mute, file: TestFile): Allowed {
  if (!file.text.includes('ship-guard:allow')) return undefined
  const { text, comments } = file
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length
  const places = new Set([lineOf(mute.offset), ...(declared.name === '' ? [] : [lineOf(declared.offset)])])
  const commented = new Set(
    comments.flatMap(({ offset, endOffset }) => linesBetween(lineOf(offset), lineOf(endOffset - 1))),
  )
  let best: Allowed
  for (const { offset, endOffset } of comments) {
    const said = /^(?:\/\/|#|\/\*+)?[\s*]*ship-guard:allow\s+(\S+)([\s\S]*)$/.exec(text.slice(offset, endOffset))
    if (said === null || !said[1]!.split(',').includes(rule)) continue
    const isTrailing = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() !== ''
    let line = isTrailing ? lineOf(offset) : lineOf(endOffset - 1) + 1
    while (!isTrailing && commented.has(line)) line++
    if (!places.has(line)) continue
    if (said[2]!.replace(/\*\/$/, '').trim() !== '') return 'with a reason'
    best = 'without a reason'
  }
  return best
}

function linesBetween(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
