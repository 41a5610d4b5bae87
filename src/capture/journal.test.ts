import { expect, test } from 'vitest'
import { openJournal } from './journal.ts'

const commit = 'a'.repeat(40)
const ref = 'refs/ship-guard/capture/production'

function memory(text?: string) {
  let kept = text
  return {
    text: async () => kept,
    write: async (_: string, content: string | Uint8Array) => {
      kept = String(content)
    },
    now: () => kept,
  }
}

test('what was done is read back in its order, each with its time', async () => {
  const journal = openJournal('/m', memory(), () => new Date('2026-11-22T04:00:00Z'))
  await journal.write({ did: 'approved', base: commit, tree: commit, files: 2 })
  await journal.write({ did: 'committed', commit, ref })
  expect(await journal.read()).toEqual([
    { at: '2026-11-22T04:00:00.000Z', did: 'approved', base: commit, tree: commit, files: 2 },
    { at: '2026-11-22T04:00:00.000Z', did: 'committed', commit, ref },
  ])
})

test('a line that was torn by a kill is passed over, and the next entry is written after it', async () => {
  const files = memory('{"at":"2026-11-22T04:00:00.000Z","did":"comm')
  const journal = openJournal('/m', files, () => new Date(0))
  await journal.write({ did: 'committed', commit, ref })
  expect(await journal.read()).toHaveLength(1)
})

test('it does not grow without end', async () => {
  const journal = openJournal('/m', memory(), () => new Date(0))
  for (let n = 0; n < 230; n++) await journal.write({ did: 'approved', base: commit, tree: commit, files: n })
  const entries = await journal.read()
  expect(entries).toHaveLength(200)
  expect(entries.at(-1)).toMatchObject({ files: 229 })
})
