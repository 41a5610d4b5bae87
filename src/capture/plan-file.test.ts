import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Difference, Drift } from '../core/difference.ts'
import { pathBytes, pathOf } from '../core/path-bytes.ts'
import { reviewOf } from '../review/build.ts'
import { allowancesOf, approvedWithout, proposedOf } from './approve.ts'
import { planOf, readPlan, tickedBy } from './plan-file.ts'

const oid = (char: string) => char.repeat(40)

function changed(path: Difference['path'], content: string, more: Partial<Difference> = {}): Difference {
  return {
    path,
    change: 'changed',
    before: { oid: oid('0'), mode: '100644', size: 1 },
    after: { oid: oid(content), mode: '100644', size: 1 },
    content: 'text',
    upload: false,
    ignored: false,
    holds: [],
    ...more,
  }
}

const secret = { kind: 'secret' as const, found: [{ rule: 'token', title: 'Token', why: 'Because.' }] }

function review(differences: readonly Difference[], base = oid('d')) {
  const pull = { state: 'clean' as const, files: 1, bytes: 1, received: 1, tookMs: 1, notes: [] }
  const drift: Drift = {
    environment: 'production',
    host: 'app',
    base: { commit: base, tree: oid('e'), known: 'given' },
    differences,
    phantoms: 0,
    pull,
  }
  return reviewOf({ drift, images: new Map() })
}

const latin = pathBytes(Buffer.from([0x63, 0x61, 0x66, 0xe9]))

test('a plan ticks the same files when nothing moved, names that are no UTF-8 included', () => {
  const seen = review([
    changed(pathOf('a.txt'), 'a'),
    changed(latin, 'b'),
    changed(pathOf('é.txt'), 'c', { holds: [secret] }),
  ])
  const plan = readPlan(JSON.stringify(planOf(seen, new Set([1, 2]), [], oid('f'))), 'p.json')
  expect(tickedBy(plan, seen).ticked).toEqual(new Set([1, 2]))
  expect(plan.leave).toMatchObject([{ path: 'é.txt', because: ['secret'] }])
})

test('a plan is refused when a file of it, the deployed commit or the host is another one', () => {
  const seen = review([changed(pathOf('a.txt'), 'a')])
  const plan = planOf(seen, new Set([1]), [], oid('f'))
  expect(() => tickedBy(plan, review([changed(pathOf('a.txt'), 'b')]))).toThrow('a.txt')
  expect(() => tickedBy(plan, review([]))).toThrow('a.txt')
  expect(() => tickedBy(plan, review([changed(pathOf('a.txt'), 'a')], oid('9')))).toThrow('Another commit is deployed')
  expect(() => tickedBy({ ...plan, host: 'web2' }, seen)).toThrow('web2')
})

test('any text is a plan or a clear error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), text => {
      expect(() => readPlan(text, 'p.json')).toThrow('p.json is no plan of a capture.')
    }),
  )
})

test('what is approved without a person makes exactly the tree that was named, or nothing is approved', async () => {
  const seen = review([changed(pathOf('a.txt'), 'a')])
  const desk = { tree: async () => oid('f'), content: async () => undefined, masked: async () => undefined }
  expect(await approvedWithout(seen, desk, { tree: oid('f'), allowances: [] })).toMatchObject({ tree: oid('f') })
  await expect(approvedWithout(seen, desk, { tree: oid('1'), allowances: [] })).rejects.toThrow(
    'changed since it was seen',
  )
})

test('an allowance is bound to the path and the content, and needs a reason', () => {
  const seen = review([changed(pathOf('mail.php'), 'a', { holds: [secret] })])
  const asked = `mail.php@${oid('a')}`
  expect(() => allowancesOf([asked], undefined, seen)).toThrow('needs a reason')
  expect(() => allowancesOf([`mail.php@${oid('b')}`], 'known', seen)).toThrow('is not what you allow')
  expect(() => allowancesOf([`other.php@${oid('a')}`], 'known', seen)).toThrow('other.php')
  expect(() => allowancesOf(['mail.php@aaa'], 'known', seen)).toThrow('is not what you allow')
  const allowances = allowancesOf([asked], 'revoked', seen)
  expect(allowances).toEqual([{ path: 'mail.php', oid: oid('a'), kind: 'secret', reason: 'revoked' }])
  expect(proposedOf(seen, allowances).ticked).toEqual(new Set([1]))
  expect(proposedOf(seen, []).ticked).toEqual(new Set())
})
