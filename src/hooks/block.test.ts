import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockFor, insertBlock, isShellScript, withoutBlock } from './block.ts'
import { hookEvents } from './shim.ts'

const protections = [{ refs: ['develop', 'main', 'release/*'] }]
const block = blockFor('pre-push', protections)
const bytes = (text: string) => Buffer.from(text, 'latin1')
const text = (file: Uint8Array | undefined) => (file === undefined ? undefined : Buffer.from(file).toString('latin1'))

test('the block stands first, behind a shebang and the line with which old husky hooks begin', () => {
  expect(text(insertBlock(bytes('npm test\n'), block))).toBe(`${block}npm test\n`)
  expect(text(insertBlock(bytes('#!/bin/sh\nnpm test\n'), block))).toBe(`#!/bin/sh\n${block}npm test\n`)
  const old = '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n'
  expect(text(insertBlock(bytes(`${old}\nnpm test\n`), block))).toBe(`${old}${block}\nnpm test\n`)
})

test('a new block replaces an old one, and a second insertion changes nothing', () => {
  const once = insertBlock(bytes('#!/bin/sh\nnpm test\n'), blockFor('pre-push', [{ refs: ['old'] }]))
  const twice = insertBlock(once, block)
  expect(text(twice)).toBe(`#!/bin/sh\n${block}npm test\n`)
  expect(text(insertBlock(twice, block))).toBe(text(twice))
})

test('taking the block out gives back every byte, whatever the file holds', () => {
  const line = fc.constantFrom(
    '#!/bin/sh',
    '#!/usr/bin/env bash',
    'npm test',
    '',
    '\r',
    '\u00ff\u0080',
    'cat',
    '# >>> other >>>',
    '. "$(dirname -- "$0")/_/husky.sh"',
  )
  const file = fc
    .tuple(fc.array(line, { maxLength: 6 }), fc.boolean())
    .map(([lines, end]) => lines.join('\n') + (end ? '\n' : ''))
  fc.assert(
    fc.property(
      fc.oneof(
        file,
        fc.string({ unit: 'binary' }).map(odd => text(Buffer.from(odd))!),
      ),
      fc.constantFrom(...hookEvents),
      (before, event) => {
        const after = insertBlock(bytes(before), blockFor(event, protections))
        expect(text(withoutBlock(after))).toBe(before)
        expect(text(insertBlock(after, blockFor(event, protections)))).toBe(text(after))
      },
    ),
    { numRuns: 500 },
  )
})

test('a file without the block, or with half of it, is left alone', () => {
  expect(withoutBlock(bytes('npm test\n'))).toBeUndefined()
  expect(withoutBlock(bytes('# >>> ship-guard >>>\nnpm test\n'))).toBeUndefined()
})

test('the block says nothing of this machine and stops when there is nothing that could judge', () => {
  expect(block).not.toContain(process.cwd())
  expect(block).toContain("*\\ 'refs/heads/main'\\ * | *\\ 'refs/heads/release/'*\\ *")
})

test.each([
  ['#!/bin/sh\n', true],
  ['#!/usr/bin/env bash\n', true],
  ['#!/usr/bin/env -S zsh -f\n', true],
  ['npm test\n', true],
  ['#!/usr/bin/env node\n', false],
  ['#!/usr/bin/python3\n', false],
  ['\u007fELF\u0000\u0001', false],
])('%j is a shell script: %s', (head, shell) => {
  expect(isShellScript(bytes(head))).toBe(shell)
})
