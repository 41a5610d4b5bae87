import { expect, test } from 'vitest'
import { isOtherRepository } from './remotes.ts'

const origin = { name: 'origin', url: 'git@example.test:team/app.git' }

test.each([
  ['another name and another URL', { name: 'fork', url: 'git@example.test:me/app.git' }, true],
  ['the very remote', origin, false],
  ['another name for the same repository', { name: 'two', url: 'ssh://git@example.test:22/team/app/' }, false],
  ['the same repository over https', { name: 'two', url: 'https://EXAMPLE.test/team/app' }, false],
  ['a URL with a password', { name: 'fork', url: 'https://me:hunter2@example.test/me/app.git' }, false],
  ['a URL with a token', { name: 'fork', url: 'https://ghp_0@example.test/me/app.git' }, false],
  ['a user name of ssh', { name: 'fork', url: 'ssh://me@example.test/me/app.git' }, true],
  ['a path that starts here', { name: 'fork', url: '../app.git' }, false],
  ['a folder', { name: 'fork', url: '/srv/git/app.git' }, true],
])('for an entry that names origin, %s is passed over: %s', (_, remote, other) => {
  expect(isOtherRepository(remote, ['origin'], [origin, remote])).toBe(other)
})

test('an entry that names a URL, or a remote that is not configured yet', () => {
  const fork = { name: 'fork', url: 'https://example.test/me/app' }
  expect(isOtherRepository(fork, ['https://example.test/team/app'], [fork])).toBe(true)
  expect(isOtherRepository(fork, ['git@example.test:me/app.git'], [fork])).toBe(false)
  expect(isOtherRepository(fork, ['production'], [fork])).toBe(false)
})

test('a path that starts here may be any folder', () => {
  const fork = { name: 'fork', url: '/srv/git/app.git' }
  expect(isOtherRepository(fork, ['origin'], [fork, { name: 'origin', url: '../git/app.git' }])).toBe(false)
})

test('a remote with two URLs is another one only when neither is wanted', () => {
  const two = { name: 'two', url: 'https://example.test/me/app' }
  const known = [origin, { name: 'mirror', url: 'https://mirror.test/app' }, { name: 'mirror', url: two.url }, two]
  expect(isOtherRepository(two, ['mirror'], known)).toBe(false)
  expect(isOtherRepository(origin, ['mirror'], known)).toBe(true)
})
