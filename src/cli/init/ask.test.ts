import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { ask } from './ask.ts'
import { type Proposal, propose } from './proposal.ts'
import { configText } from './text.ts'

const down = '\u001b[B'
const enter = '\r'
const interrupt = '\u0003'

/** Answers each question with the keys that belong to it, as soon as it is asked. */
async function answered(texts: Record<string, string>, answers: Record<string, readonly string[]>) {
  const proposal = propose({ files: Object.keys(texts).sort(), texts, branches: [], configs: [] })
  const input = new PassThrough()
  const output = Object.assign(new PassThrough(), { columns: 80, rows: 40 })
  const open = new Map(Object.entries(answers))
  let shown = ''
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString()
    for (const [question, keys] of open) {
      if (!shown.includes(question)) continue
      open.delete(question)
      for (const [at, key] of keys.entries()) setTimeout(() => input.write(key), 20 * (at + 1))
    }
  })
  const chosen: Proposal | undefined = await ask(proposal, one => configText(one), { input, output })
  return { chosen, shown, unasked: [...open.keys()] }
}

test('asks for the test command and the database when nothing shows them', async () => {
  const { chosen, shown } = await answered(
    { 'migrations/1.sql': 'CREATE TABLE a (id INT);' },
    { 'Which command': ['m', 'a', 'k', 'e', enter], 'Which database': [down, enter], 'Write it?': ['y'] },
  )
  expect(chosen?.tests.map(seen => seen.value)).toEqual(['make'])
  expect(chosen?.migrations?.dialect?.value).toBe('mysql')
  expect(shown).toContain('run: make')
})

test('asks only whether to write when it has seen everything', async () => {
  const texts = { Makefile: 'test:\n', 'migrations/1.sql': 'CREATE TABLE a (id BIGSERIAL);' }
  const { chosen, unasked } = await answered(texts, { Which: [enter], 'Write it?': ['y'] })
  expect(chosen?.tests.map(seen => seen.value)).toEqual(['make test'])
  expect(unasked).toEqual(['Which'])
})

test('no test command is an answer too', async () => {
  const { chosen } = await answered({}, { 'Which command': [enter], 'Write it?': ['y'] })
  expect(chosen?.tests).toEqual([])
})

test.each([
  ['no', { 'Write it?': ['n'] }],
  ['Ctrl-C', { 'Write it?': [interrupt] }],
])('%s writes nothing', async (_, answers) => {
  expect((await answered({ Makefile: 'test:\n' }, answers)).chosen).toBeUndefined()
})
