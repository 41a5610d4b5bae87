import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fakeTree, gateContext } from '../../../test/support/fake-tree.ts'
import type { Gate } from '../../core/gate.ts'
import { globMatcher } from '../../core/glob.ts'
import { globWithin } from '../../core/package.ts'
import { z } from '../../core/schema.ts'
import type { Change, Tree } from '../../core/tree.ts'
import { contextIn, findingFrom, viewOf } from './view.ts'

const files = { 'a/x.js': '2', 'a/new.js': '', 'a/in/y.js': '2', 'ab/z.js': '2', 'top.js': '2' }
const base = { 'a/x.js': '1', 'a/old.js': '', 'a/in/y.js': '1', 'ab/z.js': '1', 'top.js': '1' }
const paths = (list: readonly { path: string }[]) => list.map(one => one.path).sort()

test('a package sees its own files alone, as if its folder were the repository', async () => {
  const view = viewOf(fakeTree({ files, base }), 'a', ['a/in'])
  expect(paths(await view.list())).toEqual(['new.js', 'x.js'])
  expect(paths(await view.list(['x.*']))).toEqual(['x.js'])
  expect(paths(await view.baseList())).toEqual(['old.js', 'x.js'])
  expect((await view.changes()).map(one => `${one.kind} ${one.path}`).sort()).toEqual([
    'added new.js',
    'deleted old.js',
    'modified x.js',
  ])
  expect(await view.text('x.js')).toBe('2')
  expect(await view.baseText('x.js')).toBe('1')
  for (const path of ['in/y.js', '../top.js', 'in/../../top.js', 'z.js', ''])
    expect(await view.text(path)).toBeUndefined()
  const blobs = []
  for await (const blob of view.addedBlobs()) blobs.push(blob.path)
  expect(blobs).toContain('x.js')
  expect(blobs).not.toContain('in/y.js')
})

test('the whole repository without its packages', async () => {
  const view = viewOf(fakeTree({ files, base }), '', ['a'])
  expect(paths(await view.list())).toEqual(['ab/z.js', 'top.js'])
})

test('what is renamed out of the package is deleted there, and what is renamed into it is added', async () => {
  const all: readonly Change[] = [
    { kind: 'renamed', path: 'a/1', from: 'b/1', oid: '1', baseOid: '0', mode: '100644' },
    { kind: 'renamed', path: 'b/2', from: 'a/2', oid: '1', baseOid: '0', mode: '100644' },
    { kind: 'renamed', path: 'a/3', from: 'a/4', oid: '1', baseOid: '0', mode: '100644' },
  ]
  const view = viewOf({ changes: async () => all } as unknown as Tree, 'a', [])
  expect(await view.changes()).toEqual([
    { kind: 'added', path: '1', oid: '1', mode: '100644' },
    { kind: 'deleted', path: '2', baseOid: '0' },
    { kind: 'renamed', path: '3', from: '4', oid: '1', baseOid: '0', mode: '100644' },
  ])
  expect(await view.changes(['4'])).toEqual([{ kind: 'deleted', path: '4', baseOid: '0' }])
})

test('a finding is told for the whole repository, and its commands where they are to be typed', () => {
  const finding = {
    rule: 'tests-failed',
    severity: 'error',
    what: 'It failed.',
    why: 'Because.',
    instead: 'Run it yourself:\nnpm test',
    at: { file: 'x.test.js', line: 3 },
  } as const
  expect(findingFrom(finding, 'packages/api', ['npm test'])).toMatchObject({
    instead: 'Run it yourself:\n(cd packages/api && npm test)',
    at: { file: 'packages/api/x.test.js', line: 3 },
  })
  expect(findingFrom(finding, "it's (new)", ['npm test']).instead).toContain("(cd 'it'\\''s (new)' && npm test)")
  expect(findingFrom(finding, '-x', ['npm test']).instead).toContain('(cd ./-x && npm test)')
})

test('another commit without the package is not compared with', async () => {
  const home = await mkdtemp(join(tmpdir(), 'ship-guard-view-'))
  try {
    await mkdir(join(home, 'a'))
    const gate = { options: z.unknown() } as unknown as Gate
    const context = gateContext(gate, fakeTree(), {}, { checkoutOf: async () => home })
    expect(await contextIn(context, 'a', []).checkoutOf('c'.repeat(40))).toBe(join(home, 'a'))
    await expect(contextIn(context, 'b', []).checkoutOf('c'.repeat(40))).rejects.toThrow('has no folder b')
  } finally {
    await rm(home, { recursive: true })
  }
})

test('a glob inside a folder matches exactly what it matches in the folder, whatever the folder is called', () => {
  // No backslash: a config refuses one in a folder, and in a manifest it means a slash. picomatch reads some pairs of them otherwise than escaped.
  const folder = fc.stringMatching(/^[a-z[\](){}*?!+@|^$#" ~,.-]{1,8}$/).filter(name => name !== '.' && name !== '..')
  const glob = fc.constantFrom('**', '*', '*.js', '**/*.js', '{a,b}/**', './x.js', 'x.js')
  fc.assert(
    fc.property(folder, glob, fc.constantFrom('x.js', 'a/x.js', 'x', '.hidden', 'c/d/e.js'), (name, pattern, path) => {
      const inside = globMatcher([pattern])(path)
      expect(globMatcher([globWithin(name, pattern)])(`${name}/${path}`)).toBe(inside)
      expect(globMatcher([globWithin(name, pattern)])(`${name}x/${path}`)).toBe(false)
      expect(globMatcher(['**', globWithin(name, `!${pattern}`)])(`${name}/${path}`)).toBe(!inside)
    }),
  )
})
