import { expect, test } from 'vitest'
import { exampleText } from './example-text.ts'
import { fileKind } from './file-kind.ts'
import { matchesOf } from './match.ts'
import { secretRules } from './rules/all.ts'
import { scanText } from './scan.ts'

const examples = secretRules.flatMap(rule =>
  rule.examples.map(example => ({ rule: rule.id, file: 'src/app.txt', ...example })),
)
const bad = examples.flatMap(({ rule, bad, file }) => (bad === undefined ? [] : [{ rule, text: bad, file }]))
const good = examples.flatMap(({ rule, good, file }) => (good === undefined ? [] : [{ rule, text: good, file }]))

test.each(bad)('$rule reports $text', async ({ rule, text, file }) => {
  for (let seed = 1; seed <= 20; seed++) {
    const hits = await scanText(exampleText(text, seed), fileKind(file))
    expect(
      hits.map(hit => hit.rule),
      `seed ${seed}`,
    ).toEqual([rule])
  }
})

test.each(good)('$rule is quiet about $text', async ({ text, file }) => {
  const hits = await scanText(exampleText(text), fileKind(file))
  expect(hits.map(hit => hit.rule)).toEqual([])
})

test('no rule finds anything in a text that holds none of its cues', () => {
  const faults: string[] = []
  for (const rule of secretRules) {
    for (const { text } of [...bad, ...good])
      for (let seed = 1; seed <= 5; seed++) {
        const filled = exampleText(text, seed)
        for (const file of ['app.php', '.env', 'app.yaml'])
          if (
            !rule.cues.some(cue => cue.test(filled)) &&
            rule.cues.length > 0 &&
            [...matchesOf(rule, filled, fileKind(file))].length > 0
          )
            faults.push(`${rule.id}: ${text}`)
      }
  }
  expect(faults).toEqual([])
})
