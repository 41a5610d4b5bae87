import { expect, test } from 'vitest'
import { exampleText } from '../example-text.ts'
import { fileKind } from '../file-kind.ts'
import { matchesOf } from '../match.ts'
import { secretRules } from './all.ts'

// A count without an upper end is tried again at every place of a long line: the time grows with its square.
test.each(secretRules.map(rule => ({ id: rule.id, rule })))('every expression of $id is bounded', ({ rule }) => {
  for (const { source } of [rule.pattern, ...rule.cues]) {
    const bare = source.replace(/\\./g, '·').replace(/\[[^\]]*\]/g, '·')
    expect(bare, source).not.toMatch(/[*+]|\{\d+,\}/)
  }
})

test.each(secretRules.map(rule => ({ id: rule.id, rule })))(
  '$id reads texts made of its own beginnings in time',
  ({ rule }) => {
    const kinds = ['config/app.php', '.env', 'app.yaml', 'a.xml'].map(fileKind)
    const beginnings = rule.examples.flatMap(({ bad, good }) =>
      [bad, good].flatMap(text =>
        text === undefined ? [] : [0.3, 0.6, 0.95].map(part => cut(exampleText(text), part)),
      ),
    )
    for (const piece of new Set(beginnings)) {
      const text = piece.repeat(Math.ceil(60_000 / piece.length))
      const started = performance.now()
      for (const kind of kinds) for (const _ of matchesOf(rule, text, kind));
      // A thousand times what it takes; what grows with the square of the text takes minutes.
      expect(performance.now() - started, JSON.stringify(piece)).toBeLessThan(20_000)
    }
  },
)

function cut(text: string, part: number): string {
  return text.slice(0, Math.max(1, Math.ceil(text.length * part)))
}
