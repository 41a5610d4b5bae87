import fc from 'fast-check'
import { expect, test } from 'vitest'
import { namedCommit } from './revision.ts'

const sha = '3f786850e387550fdab836ed7e6dc881de23001b'

function of(text: string) {
  return namedCommit(Buffer.from(text))
}

test('reads REVISION as Capistrano and Deployer write it', () => {
  expect(of(`${sha}\n`)).toEqual({ commit: sha, known: 'revision-file' })
  expect(of(sha.toUpperCase())?.commit).toBe(sha)
  expect(of('\uFEFF3f78685\r\n')?.commit).toBe('3f78685')
  expect(of(`${sha}${sha.slice(0, 24)}`)?.commit).toHaveLength(64)
})

test('reads the last line of revisions.log', () => {
  const log = `Branch main (at aaaaaaa) deployed as release 20260101000000 by ada\nBranch main (at ${sha}) deployed as release 20260201000000 by ada\n`
  expect(of(log)).toEqual({ commit: sha, known: 'revision-file' })
})

test('reads a manifest, also one line a deploy', () => {
  expect(of(JSON.stringify({ commit: sha, digest: 'x' }, null, 2))).toEqual({ commit: sha, known: 'manifest' })
  expect(of(`{"revision":"${'a'.repeat(40)}"}\n{"revision":"${sha}"}\n`)).toEqual({ commit: sha, known: 'manifest' })
})

test('finds no commit where there is none', () => {
  for (const text of [
    '',
    '\n',
    'main',
    'v1.2.3',
    '{',
    '{"commit":5}',
    '{"commit":"--upload-pack=x"}',
    `${sha} ${sha}`,
    '-abcdef0',
  ])
    expect(of(text)).toBeUndefined()
  expect(namedCommit(new Uint8Array(2 * 1024 * 1024).fill(0x61))).toBeUndefined()
})

test('whatever a server sends, what is taken for a commit is hexadecimal', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.string().map(text => Buffer.from(text)),
        fc.json().map(text => Buffer.from(text)),
      ),
      bytes => {
        const named = namedCommit(bytes)
        if (named !== undefined) expect(named.commit).toMatch(/^[0-9a-f]{7,64}$/)
      },
    ),
  )
})
