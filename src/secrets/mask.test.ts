import { expect, test } from 'vitest'
import { fingerprintOf, identityOf, masked } from './mask.ts'

test('shows the public prefix and the length, nothing else', () => {
  expect(masked('sk_live_abc', /^sk_live_/, 11)).toBe('sk_live_…, 11 characters')
  expect(masked('hunter2', undefined, 7)).toBe('7 characters')
})

test('a fingerprint is the same for the same value, and not a plain hash of it', async () => {
  const print = await fingerprintOf(identityOf('hunter2'))
  expect(print).toBe(await fingerprintOf(identityOf('hunter2')))
  expect(print).toMatch(/^[0-9a-f]{16}$/)
  expect(print).not.toBe(await fingerprintOf(identityOf('hunter3')))
  expect(Buffer.from(identityOf('hunter2'), 'base64url').toString('hex')).not.toContain(print)
})
