import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseUpdates } from './parse.ts'
import { isProtected, protectionsFor, sameRepository } from './protect.ts'

const a = 'a'.repeat(40)
const zero = '0'.repeat(40)

test('reads a line from the right, because the local ref may hold spaces', () => {
  expect(parseUpdates(`HEAD@{0 seconds ago} ${a} refs/heads/main ${zero}\n`)).toEqual([
    { localRef: 'HEAD@{0 seconds ago}', localOid: a, remoteRef: 'refs/heads/main' },
  ])
})

test('a deletion has no local oid, and zeros of SHA-256 are zeros too', () => {
  const b = 'b'.repeat(64)
  expect(parseUpdates(`(delete) ${'0'.repeat(64)} refs/heads/main ${b}\n`)).toEqual([
    { localRef: '(delete)', remoteRef: 'refs/heads/main', remoteOid: b },
  ])
})

test('empty stdin means nothing to push', () => {
  expect(parseUpdates('')).toEqual([])
})

test('a line of another form is never taken for an unprotected one', () => {
  expect(() => parseUpdates('something else\n')).toThrow('does not know')
})

test('any local ref without a newline gives back the same remote ref', () => {
  fc.assert(
    fc.property(
      fc.string().filter(s => !s.includes('\n')),
      localRef => {
        expect(parseUpdates(`${localRef} ${a} refs/heads/main ${zero}\n`)[0]).toMatchObject({
          localRef,
          remoteRef: 'refs/heads/main',
        })
      },
    ),
  )
})

const origin = { name: 'origin', url: 'git@example.test:team/app.git' }

test.each([
  ['refs/heads/main', true],
  ['refs/heads/develop', true],
  ['refs/heads/main-hotfix', false],
  ['refs/heads/MAIN', false],
  ['refs/heads/feature/main', false],
  ['refs/heads/release/1.2', true],
  ['refs/heads/release/1.2/fix', false],
  ['refs/tags/main', false],
  ['refs/for/main', false],
])('%s is protected: %s', (ref, expected) => {
  expect(isProtected([{ refs: ['main', 'develop', 'release/*'] }], origin, ref)).toBe(expected)
})

test('a protection may be for one remote only, and a URL means the same remote as its name', () => {
  const protections = [{ remotes: ['https://example.test/team/app'], refs: ['main'] }]
  expect(isProtected(protections, origin, 'refs/heads/main')).toBe(true)
  expect(isProtected(protections, { name: 'fork', url: 'https://example.test/me/app' }, 'refs/heads/main')).toBe(false)
})

test.each([
  ['git@example.test:team/app.git', 'ssh://git@example.test:22/team/app', true],
  ['https://me:pw@Example.test/team/app/', 'git@example.test:team/app', true],
  ['git@example.test:team/app', 'git@example.test:team/App', false],
  ['/srv/git/app.git', '/srv/git/app', true],
  ['/srv/git/app', '/srv/git/app2', false],
  ['/srv/app/.git', '/srv/app', true],
])('%s and %s are the same repository: %s', (one, other, expected) => {
  expect(sameRepository(one, other)).toBe(expected)
})

test.each([
  ['its name', { name: 'origin', url: '/srv/git/app.git' }, true],
  ['another name', { name: 'backup', url: 'file:///srv/git/app' }, true],
  ['its URL', { name: '/srv/git/app.git/', url: '/srv/git/app.git/' }, true],
  ['a path from here', { name: '../git/app.git', url: '../git/app.git' }, true],
  ['a fork', { name: 'fork', url: 'git@example.test:me/app.git' }, false],
  ['a path to elsewhere', { name: '../app.git', url: '../app.git' }, false],
])('a protection of origin, pushed to by %s: %s', (_, remote, expected) => {
  const known = [{ name: 'origin', url: '/srv/git/app.git' }]
  const protections = [{ remotes: ['origin'], refs: ['main'] }]
  expect(protectionsFor(protections, remote, known, '/srv/work')).toEqual(expected ? [{ refs: ['main'] }] : [])
})
