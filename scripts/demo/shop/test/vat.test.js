import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vatCents } from '../src/vat.js'

test('VAT is rounded to whole cents', () => {
  assert.equal(vatCents(333, 'DE'), 63)
  assert.equal(vatCents(5, 'SI'), 1)
})

test('an unknown country is an error, not a free ride', () => {
  assert.throws(() => vatCents(100, 'XX'), RangeError)
})
