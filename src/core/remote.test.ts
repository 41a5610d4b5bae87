import { expect, test } from 'vitest'
import { nameOf, withoutSecrets } from './remote.ts'

test.each([
  ['https://ada:s3cret@example.test/app.git', 'https://***@example.test/app.git'],
  ['https://ghp_token@example.test/app.git', 'https://***@example.test/app.git'],
  ['https://ada:with@at@example.test/app.git', 'https://***@example.test/app.git'],
  ['HTTP://x:y@example.test/', 'HTTP://***@example.test/'],
  ['https://example.test/app.git?private_token=s3cret', 'https://example.test/app.git'],
  ['ssh://git:s3cret@example.test:22/app.git', 'ssh://git:***@example.test:22/app.git'],
  ['ssh://git@example.test/app.git', 'ssh://git@example.test/app.git'],
  ['git@example.test:app.git', 'git@example.test:app.git'],
  ['https://example.test/a@b.git', 'https://example.test/a@b.git'],
  ['/srv/git/app.git', '/srv/git/app.git'],
  ['origin', 'origin'],
])('shows %s as %s', (url, shown) => {
  expect(withoutSecrets(url)).toBe(shown)
})

test('a named remote reads like git itself writes it, a URL does not', () => {
  const url = 'https://example.test/app.git'
  expect(nameOf({ remote: { name: 'origin', url }, ref: 'refs/heads/develop' })).toBe('origin/develop')
  expect(nameOf({ remote: { name: url, url }, ref: 'refs/heads/develop' })).toBe(`develop of ${url}`)
  expect(nameOf({ remote: { name: 'origin', url }, ref: 'refs/notes/x' })).toBe('origin/refs/notes/x')
})
