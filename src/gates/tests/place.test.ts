import { expect, test } from 'vitest'
import { placeFinder } from './place.ts'

const place = placeFinder('/tmp/app', [
  'src/sum.js',
  'test/sum.test.js',
  'pkg/a/a_test.go',
  'pkg/b/a_test.go',
  'pkg/b/b_test.go',
  'bin/test',
])
const at = (trace: string, file?: string, line?: number) =>
  place({
    name: 'x',
    message: '',
    trace,
    ...(file === undefined ? {} : { told: { file, ...(line === undefined ? {} : { line }) } }),
  })

test('the first line of the stack that lies in the commit', () => {
  const stack =
    'at ok (node:assert:1:2)\nat f (/tmp/app/node_modules/x/index.js:1:1)\nat t (/tmp/app/test/sum.test.js:5:10)\nat g (/tmp/app/src/sum.js:1:1)'
  expect(at(stack)).toEqual({ file: 'test/sum.test.js', line: 5, column: 10 })
})

test('the line of the failure rather than that of the declaration, in the file that is told', () => {
  expect(at('src/sum.js:1\ntest/sum.test.js:7', '/tmp/app/test/sum.test.js', 3)).toEqual({
    file: 'test/sum.test.js',
    line: 7,
  })
  expect(at('nothing', 'test/sum.test.js', 3)).toEqual({ file: 'test/sum.test.js', line: 3 })
})

test('URLs, Windows paths, Python frames', () => {
  expect(at('(file:///tmp/app/src/sum.js:2:3)')).toEqual({ file: 'src/sum.js', line: 2, column: 3 })
  expect(at('.\\src\\sum.js:2')).toEqual({ file: 'src/sum.js', line: 2 })
  expect(at('File "/tmp/app/src/sum.js", line 9, in f')).toEqual({ file: 'src/sum.js', line: 9 })
})

test('a file without its folder only when no other could be meant', () => {
  expect(at('b_test.go:9: got 2')).toEqual({ file: 'pkg/b/b_test.go', line: 9 })
  expect(at('a_test.go:9: got 2')).toBeUndefined()
})

test('what lies outside the commit, and a class that is called like a file, is no place', () => {
  expect(at('/etc/passwd.txt:1\n../src/other.js:2')).toBeUndefined()
  expect(at('', 'test')).toBeUndefined()
})

test('a long line without spaces is read in time', () => {
  const started = performance.now()
  at('a.'.repeat(100_000))
  at('File "'.repeat(50_000))
  at('(a.b:'.repeat(50_000))
  expect(performance.now() - started).toBeLessThan(2_000)
})
