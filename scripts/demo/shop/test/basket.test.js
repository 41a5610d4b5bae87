import assert from 'node:assert/strict'
import { test } from 'node:test'
import { netCents, totalCents } from '../src/basket.js'

test('an empty basket costs nothing', () => {
  assert.equal(totalCents([], 'AT'), 0)
})

test('quantities multiply', () => {
  assert.equal(netCents([{ quantity: 3, unitCents: 1250 }]), 3750)
})

test('ten pieces of an article are cheaper', () => {
  assert.equal(netCents([{ quantity: 9, unitCents: 1000 }]), 9000)
  assert.equal(netCents([{ quantity: 10, unitCents: 1000 }]), 9500)
})

test('the total has the VAT of the country', () => {
  assert.equal(totalCents([{ quantity: 1, unitCents: 10000 }], 'AT'), 12000)
  assert.equal(totalCents([{ quantity: 1, unitCents: 10000 }], 'SI'), 12200)
})
