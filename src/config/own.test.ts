import { describe, expect, test } from 'vitest'
import { CannotTell } from '../core/errors.ts'
import type { Gate, GateContext } from '../core/gate.ts'
import { ownGate } from './own.ts'

const finding = { rule: 'no-friday', severity: 'error', what: 'It is Friday.', why: 'So.', instead: 'Wait.' }

async function answer(check: () => unknown): Promise<unknown> {
  const gate: Gate = ownGate.parse({ id: 'no-friday', title: 'No Friday', why: 'So.', check })
  return gate.check({} as GateContext<unknown>)
}

describe('what a gate of the user answers', () => {
  test.each([
    ['nothing', undefined, []],
    ['an empty list', [], []],
    ['findings', [finding], [finding]],
    [
      'a finding with its place',
      [{ ...finding, at: { file: 'a.txt', line: 3 } }],
      [{ ...finding, at: { file: 'a.txt', line: 3 } }],
    ],
  ])('is taken when it is %s', async (_, given, taken) => {
    expect(await answer(async () => given)).toEqual(taken)
    expect(await answer(() => given)).toEqual(taken)
  })

  test.each([
    ['a severity that there is not', [{ ...finding, severity: 'Error' }], 'severity'],
    ['a finding that says nothing', [{ ...finding, what: '' }], 'what'],
    ['a text', 'It is Friday.', 'no list of findings'],
    ['false', false, 'no list of findings'],
    ['one finding without a list', finding, 'no list of findings'],
  ])('cannot tell when it is %s, and never passes', async (_, given, says) => {
    const error = await answer(() => given).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(CannotTell)
    expect((error as CannotTell).message).toContain(says)
    expect((error as CannotTell).message).toContain('no-friday')
  })
})

test('a gate may say what its findings are called', () => {
  const finds = [{ id: 'no-friday', title: 'Friday', why: 'So.', instead: 'Wait.' }]
  expect(ownGate.parse({ id: 'no-friday', title: 'T', why: 'W', check: () => [], finds }).finds).toEqual(finds)
})
