import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRefspec, sourceOf } from './audit.ts'

test('a tracking ref is led back to the ref of the remote', () => {
  const spec = readRefspec('+refs/heads/*:refs/remotes/origin/*')!
  expect(sourceOf('refs/remotes/origin/release/1', spec)).toBe('refs/heads/release/1')
  expect(sourceOf('refs/remotes/other/main', spec)).toBeUndefined()
  expect(sourceOf('refs/remotes/origin/', spec)).toBeUndefined()
  const one = readRefspec('refs/heads/main:refs/remotes/up/trunk')!
  expect(sourceOf('refs/remotes/up/trunk', one)).toBe('refs/heads/main')
  expect(sourceOf('refs/remotes/up/main', one)).toBeUndefined()
})

test('what tracks nothing is no refspec', () => {
  expect(['refs/heads/*', '^refs/heads/x', '+refs/heads/*:', ''].map(readRefspec)).toEqual(Array(4).fill(undefined))
})

test('whatever a branch is called, it is led back to its own name', () => {
  const name = fc.string({ minLength: 1 }).filter(text => !/[:*\s]/.test(text))
  const spec = readRefspec('+refs/heads/*:refs/remotes/origin/*')!
  fc.assert(
    fc.property(name, branch => {
      expect(sourceOf(`refs/remotes/origin/${branch}`, spec)).toBe(`refs/heads/${branch}`)
    }),
  )
})
