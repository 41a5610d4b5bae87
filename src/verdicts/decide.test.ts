import { expect, test } from 'vitest'
import { CannotTell, Skipped, UsageError } from '../core/errors.ts'
import type { Finding } from '../core/finding.ts'
import { defineGate, type GateContext, type GateUse } from '../core/gate.ts'
import { z } from '../core/schema.ts'
import type { Tree } from '../core/tree.ts'
import { decide, keep, type Question } from './decide.ts'
import type { VerdictStore } from './store.ts'

const finding = (severity: Finding['severity']): Finding => ({ rule: 'r', severity, what: 'w', why: 'y', instead: 'i' })

function use(
  id: string,
  check: (context: GateContext<unknown>) => Promise<readonly Finding[]>,
  timeoutMs?: number,
): GateUse {
  return {
    id,
    options: {},
    gate: defineGate({
      id,
      title: id,
      why: 'w',
      version: 1,
      fast: true,
      options: z.unknown(),
      reads: () => [],
      check,
      ...(timeoutMs === undefined ? {} : { timeoutMs: () => timeoutMs }),
    }),
  }
}

function memoryStore(): VerdictStore & { kept: string[] } {
  const kept: string[] = []
  return {
    kept,
    find: async () => undefined,
    keep: async verdict => void kept.push(verdict.gate),
    problem: () => undefined,
  }
}

function question(uses: readonly GateUse[], changes: Partial<Question> = {}): Question {
  return {
    push: { remote: { name: 'origin', url: 'u' }, ref: 'refs/heads/main', commit: 'c'.repeat(40) },
    tree: {} as Tree,
    git: {} as Question['git'],
    uses,
    world: { now: () => new Date(0) } as Question['world'],
    store: memoryStore(),
    live: { start() {}, progress() {}, done() {}, stop() {} },
    signal: new AbortController().signal,
    digest: async one => one.id,
    checkoutOf: async () => '/nowhere',
    ...changes,
  }
}

test('warnings pass, one error refuses and comes first', async () => {
  const verdicts = await decide(
    question([
      use('warns', async () => [finding('warning')]),
      use('stops', async () => [finding('info'), finding('error')]),
    ]),
  )
  expect(verdicts.map(v => v.outcome)).toEqual(['passed', 'refused'])
  expect('findings' in verdicts[1]! && verdicts[1].findings[0]?.severity).toBe('error')
})

test.each([
  ['cannot tell', new CannotTell('no engine', 'install it'), 'undecided'],
  ['wrong use', new UsageError('bad', 'mend it'), 'undecided'],
  ['a crash', new TypeError('x is not a function'), 'undecided'],
  ['a thrown string', 'oops', 'undecided'],
  ['a recorded skip', new Skipped('on purpose'), 'skipped'],
])('%s is never passed', async (_name, error, outcome) => {
  const [verdict] = await decide(question([use('g', async () => Promise.reject(error))]))
  expect(verdict?.outcome).toBe(outcome)
})

test('gates run at the same time, and one that breaks does not stop the others', async () => {
  let release = () => {}
  const other = new Promise<void>(resolve => {
    release = resolve
  })
  const verdicts = await decide(
    question([
      use('waits for the other', async () => {
        await other
        return []
      }),
      use('breaks', async () => {
        release()
        throw new Error('broken')
      }),
    ]),
  )
  expect(verdicts.map(v => v.outcome)).toEqual(['passed', 'undecided'])
})

test('an interrupted gate is undecided at once, even when it does not listen', async () => {
  const controller = new AbortController()
  const never = use('deaf', () => new Promise(() => {}))
  setTimeout(() => controller.abort(), 20)
  const [verdict] = await decide(question([never], { signal: controller.signal }))
  expect(verdict?.outcome).toBe('undecided')
})

test('a stored verdict is used and the gate is not asked', async () => {
  const store = {
    ...memoryStore(),
    find: async () => ({
      gate: 'g',
      title: 'g',
      commit: 'old',
      digest: 'g',
      tookMs: 1,
      stored: true,
      outcome: 'passed' as const,
      findings: [],
    }),
  }
  const [verdict] = await decide(question([use('g', async () => Promise.reject(new Error('was asked')))], { store }))
  expect(verdict).toMatchObject({ outcome: 'passed', stored: true, commit: 'c'.repeat(40) })
})

test('a verdict is kept only when its digest is the same after the run', async () => {
  const store = memoryStore()
  let asked = 0
  const asking = question([use('steady', async () => []), use('moving', async () => [])], {
    store,
    digest: async one => (one.id === 'moving' ? `${one.id}${asked++}` : one.id),
  })
  await keep(await decide(asking), asking)
  expect(store.kept).toEqual(['steady'])
})
