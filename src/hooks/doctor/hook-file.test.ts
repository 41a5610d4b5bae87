import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shebangOf } from './hook-file.ts'
import { readAnswers } from './live.ts'

test.each([
  ['#!/bin/sh\n', '/bin/sh', false],
  ['#! /bin/sh -e\r\n', '/bin/sh', true],
  ['#!/usr/bin/env bash\n', 'bash', false],
  ['#!/usr/bin/env -S LC_ALL=C node --no-warnings\n', 'node', false],
  ['#!/usr/bin/env sh\r\n', 'sh', true],
])('%j is for %s', (text, program, crlf) => {
  expect(shebangOf(text)).toEqual({ program, crlf })
})

test('a binary and a text without a first line of that kind have no interpreter', () => {
  expect(['\u007fELF\u0002', 'echo hello\n', '', ' #!/bin/sh\n'].map(shebangOf)).toEqual(Array(4).fill(undefined))
})

test('any bytes are read', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void shebangOf(`#!${text}`)))
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void readAnswers(text)))
})

test('each start is one answer with all the lines that were read', () => {
  const refs = 'refs/heads/a 1 refs/heads/b 2\nrefs/heads/c 3 refs/heads/d 4\n'
  expect(readAnswers(`hook .git/hooks/pre-push\n${refs}hook other\n`)).toEqual([
    { hook: '.git/hooks/pre-push', input: refs },
    { hook: 'other', input: '' },
  ])
})
