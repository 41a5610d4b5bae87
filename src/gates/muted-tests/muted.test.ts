import { expect, test } from 'vitest'
import { type FileSet, fakeTree } from '../../../test/support/fake-tree.ts'
import { mutedTests } from './muted.ts'
import { options } from './options.ts'

async function told(base: FileSet | undefined, files: FileSet, written: unknown = undefined) {
  const tree = fakeTree({ files, ...(base === undefined ? {} : { base }) })
  const found = await mutedTests({ tree, options: options.parse(written), signal: new AbortController().signal })
  return found.map(
    ({ rule, severity, what, at }) =>
      `${severity} ${rule} ${at?.file}${at?.line === undefined ? '' : `:${at.line}`} ${what}`,
  )
}

/** What is told of one file that is edited; only what comes before the name of the file is left out. */
async function edited(path: string, before: string, now: string) {
  return (await told({ [path]: before }, { [path]: now })).map(line => line.replace(` ${path}`, ''))
}

test.each([
  ['it.only', "it.only('adds', () => {})", 'error focused-test:1 “adds” is run alone (it.only).'],
  ['fit', "fit('adds', () => {})", 'error focused-test:1 “adds” is run alone (fit).'],
  ['an option', "it('adds', { only: true }, () => {})", 'error focused-test:1 “adds” is run alone (only: true).'],
  ['it.skip', "it.skip('adds', () => {})", 'warning skipped-test:1 “adds” is now skipped (it.skip).'],
  ['xit', "xit('adds', () => {})", 'warning skipped-test:1 “adds” is now skipped (xit).'],
  ['it.todo', "it.todo('adds')", 'warning skipped-test:1 “adds” is now skipped (it.todo).'],
  ['it.fails', "it.fails('adds', () => {})", 'warning skipped-test:1 “adds” is now skipped (it.fails).'],
  [
    'an option with a reason',
    "it('adds', { skip: 'slow' }, () => {})",
    'warning skipped-test:1 “adds” is now skipped (skip: …).',
  ],
  [
    'a condition',
    "it('adds', { skip: isWindows }, () => {})",
    'info skipped-test:1 “adds” is now skipped under a condition (skip: …).',
  ],
  [
    'it.skipIf',
    "it.skipIf(isWindows)('adds', () => {})",
    'info skipped-test:1 “adds” is now skipped under a condition (it.skipIf).',
  ],
  [
    'a chosen function',
    "(isWindows ? it.skip : it)('adds', () => {})",
    'info skipped-test:1 “adds” is now skipped under a condition (it.skip).',
  ],
  [
    'this.skip()',
    "it('adds', function () { this.skip() })",
    'warning skipped-test:1 “adds” is now skipped (this.skip()).',
  ],
  [
    't.skip() in a branch',
    "it('adds', t => { if (slow) t.skip() })",
    'info skipped-test:1 “adds” is now skipped under a condition (t.skip()).',
  ],
  ['a table', "it.only.each([1, 2])('adds', () => {})", 'error focused-test:1 “adds” is run alone (it.only.each).'],
  ['without a function', "it('adds')", 'warning skipped-test:1 “adds” is now skipped (it without a function).'],
])('JavaScript: %s', async (_, now, expected) => {
  const line = await edited('sum.test.js', "it('adds', () => {})", now)
  expect(line).toEqual([expected])
})

test.each([
  [
    'a group',
    "describe('sum', () => { it('adds', () => {}) })",
    "describe.skip('sum', () => { it('adds', () => {}) })",
    'warning skipped-test:1 The group “sum” is now skipped (describe.skip).',
  ],
  [
    'Playwright',
    "test('adds', async ({ page }) => {})",
    "test('adds', async ({ page }) => { test.fixme() })",
    'warning skipped-test:1 “adds” is now skipped (test.fixme()).',
  ],
  [
    'Playwright, under a condition',
    "test('adds', async ({ page }) => {})",
    "test('adds', async ({ page }) => { test.skip(isMobile, 'later') })",
    'info skipped-test:1 “adds” is now skipped under a condition (test.skip()).',
  ],
  [
    'Playwright, a group alone',
    "test.describe('sum', () => {})",
    "test.describe.only('sum', () => {})",
    'error focused-test:1 The group “sum” is run alone (test.describe.only).',
  ],
])('TypeScript: %s', async (_, before, now, expected) => {
  expect(await edited('sum.spec.ts', before, now)).toEqual([expected])
})

test.each([
  [
    'a decorator',
    '@pytest.mark.skip(reason="x")\ndef test_adds():\n    pass\n',
    'warning skipped-test:1 “test_adds” is now skipped (pytest.mark.skip).',
  ],
  [
    'xfail',
    '@pytest.mark.xfail\ndef test_adds():\n    pass\n',
    'warning skipped-test:1 “test_adds” is now skipped (pytest.mark.xfail).',
  ],
  [
    'skipif',
    '@pytest.mark.skipif(WIN, reason="x")\ndef test_adds():\n    pass\n',
    'info skipped-test:1 “test_adds” is now skipped under a condition (pytest.mark.skipif).',
  ],
  [
    'skipif that is always so',
    '@pytest.mark.skipif(True, reason="x")\ndef test_adds():\n    pass\n',
    'warning skipped-test:1 “test_adds” is now skipped (pytest.mark.skipif).',
  ],
  [
    'in the body',
    'def test_adds():\n    pytest.skip("x")\n',
    'warning skipped-test:2 “test_adds” is now skipped (pytest.skip()).',
  ],
  [
    'the whole file',
    'pytestmark = pytest.mark.skip\ndef test_adds():\n    pass\n',
    'warning skipped-test:1 The whole file is now skipped (pytest.mark.skip).',
  ],
])('pytest: %s', async (_, now, expected) => {
  expect(await edited('tests/test_sum.py', 'def test_adds():\n    pass\n', now)).toEqual([expected])
})

test('unittest: a decorated class, and a raised SkipTest', async () => {
  const before = 'class SumTest(TestCase):\n    def test_a(self):\n        pass\n'
  expect(await edited('test_sum.py', before, `@unittest.skip("x")\n${before}`)).toEqual([
    'warning skipped-test:1 The group “SumTest” is now skipped (unittest.skip).',
  ])
  expect(await edited('test_sum.py', before, before.replace('pass', 'raise SkipTest("x")'))).toEqual([
    'warning skipped-test:3 “SumTest › test_a” is now skipped (raise SkipTest).',
  ])
})

test.each([
  [
    'markTestSkipped',
    "public function testAdds(): void { $this->markTestSkipped('x'); }",
    'warning skipped-test:2 “SumTest › testAdds” is now skipped (markTestSkipped()).',
  ],
  [
    'markTestIncomplete',
    'public function testAdds(): void { self::markTestIncomplete(); }',
    'warning skipped-test:2 “SumTest › testAdds” is now skipped (markTestIncomplete()).',
  ],
  [
    'in a branch',
    "public function testAdds(): void { if (WIN) { $this->markTestSkipped('x'); } }",
    'info skipped-test:2 “SumTest › testAdds” is now skipped under a condition (markTestSkipped()).',
  ],
])('PHPUnit: %s', async (_, method, expected) => {
  const file = (body: string) => `<?php class SumTest extends TestCase {\n${body}\n}\n`
  const line = await edited('tests/SumTest.php', file('public function testAdds(): void {}'), file(method))
  expect(line).toEqual([expected])
})

test.each([
  ["it('adds', function () {})->skip('why')", 'warning skipped-test:2 “adds” is now skipped (->skip()).'],
  [
    "it('adds', function () {})->skip(fn () => WIN)",
    'info skipped-test:2 “adds” is now skipped under a condition (->skip()).',
  ],
  ["it('adds', function () {})->only()", 'error focused-test:2 “adds” is run alone (->only()).'],
  ["todo('adds')", 'warning skipped-test:2 “adds” is now skipped (todo()).'],
])('Pest: %s', async (now, expected) => {
  expect(await edited('tests/SumTest.php', "<?php\nit('adds', function () {});\n", `<?php\n${now};\n`)).toEqual([
    expected,
  ])
})

test.each([
  ["fit 'adds' do\n  end", 'error focused-test:2 “sum › adds” is run alone (fit).'],
  ["it 'adds', :focus do\n  end", 'error focused-test:2 “sum › adds” is run alone (:focus).'],
  ["xit 'adds' do\n  end", 'warning skipped-test:2 “sum › adds” is now skipped (xit).'],
  ["it 'adds', skip: 'why' do\n  end", 'warning skipped-test:2 “sum › adds” is now skipped (:skip).'],
  ["it 'adds' do\n    pending 'why'\n  end", 'warning skipped-test:3 “sum › adds” is now skipped (pending).'],
  [
    "it 'adds' do\n    skip if windows?\n  end",
    'info skipped-test:3 “sum › adds” is now skipped under a condition (skip).',
  ],
  ["it 'adds'", 'warning skipped-test:2 “sum › adds” is now skipped (it without a block).'],
])('RSpec: %j', async (now, expected) => {
  const file = (body: string) => `RSpec.describe 'sum' do\n  ${body}\nend\n`
  expect(await edited('spec/sum_spec.rb', file("it 'adds' do\n  end"), file(now))).toEqual([expected])
})

test('minitest: skip in a method, and focus above it', async () => {
  const file = (body: string, above = '') =>
    `class SumTest < Minitest::Test\n${above}  def test_a\n    ${body}\n  end\nend\n`
  expect(await edited('test/sum_test.rb', file('add'), file('skip'))).toEqual([
    'warning skipped-test:3 “SumTest › test_a” is now skipped (skip).',
  ])
  expect(await edited('test/sum_test.rb', file('add'), file('add', '  focus\n'))).toEqual([
    'error focused-test:2 The group “SumTest” is run alone (focus).',
  ])
})

test.each([
  ['t.Skip("x")', 'warning skipped-test:3 “TestSum” is now skipped (t.Skip()).'],
  ['t.SkipNow()', 'warning skipped-test:3 “TestSum” is now skipped (t.SkipNow()).'],
  [
    'if testing.Short() {\n t.Skip("x")\n }',
    'info skipped-test:4 “TestSum” is now skipped under a condition (t.Skip()).',
  ],
  [
    't.Run("adds", func(t *testing.T) { t.Skip("x") })',
    'warning skipped-test:3 “TestSum › adds” comes in skipped (t.Skip()).',
  ],
  ['// t.Skip("x")\n _ = "t.Skip()" + `t.SkipNow()`', undefined],
])('go test: %j', async (body, expected) => {
  const file = (inside: string) => `package sum\nfunc TestSum(t *testing.T) {\n ${inside}\n}\n`
  expect(await edited('sum_test.go', file('add()'), file(body))).toEqual(expected === undefined ? [] : [expected])
})

test('Ginkgo: FIt and PIt', async () => {
  const file = (word: string) =>
    `package sum\nimport . "github.com/onsi/ginkgo/v2"\nvar _ = Describe("sum", func() {\n${word}("adds", func() {})\n})\n`
  expect(await edited('sum_test.go', file('It'), file('FIt'))).toEqual([
    'error focused-test:4 “sum › adds” is run alone (FIt).',
  ])
  expect(await edited('sum_test.go', file('It'), file('PIt'))).toEqual([
    'warning skipped-test:4 “sum › adds” is now skipped (PIt).',
  ])
})

test('comments, strings, other objects and functions of one’s own say nothing', async () => {
  const now = `
// it.only('x', () => {})
/* describe.skip('y', () => {}) */
const text = "it.only('x', () => {})" + \`fit('x', () => {})\`
const pattern = /it.only\\('x'/
query.skip(10).only('id')
function test(input) { return input.skip('x') }
test.only('a', () => {})
it('adds', () => { repository.skip(); list.only() })
`
  expect(await edited('sum.test.js', "it('adds', () => {})", now)).toEqual([])
})

test('what was skipped before is silent: under its name, with another name, in another place', async () => {
  const skipped = "it.skip('adds', () => { expect(sum(1, 2)).toBe(3) })"
  expect(await edited('a.test.js', skipped, `${skipped}\nit('more', () => {})`)).toEqual([])
  expect(await edited('a.test.js', skipped, skipped.replace('adds', 'sums up'))).toEqual([])
  expect(await edited('a.test.js', skipped, `describe('all', () => { ${skipped} })`)).toEqual([])
  expect(await told({ 'a.test.js': skipped, x: '' }, { 'test/b.test.js': skipped, x: '' })).toEqual([])
  expect(
    await edited(
      'a.test.js',
      "describe.skip('s', () => { it('a', () => {}) })",
      "describe('s', () => { it.skip('a', () => {}) })",
    ),
  ).toEqual([])
  expect(
    await edited(
      'a.test.js',
      "describe('s', () => { it.skip('a', () => {}) })",
      "describe.skip('s', () => { it('a', () => {}) })",
    ),
  ).toEqual([])
})

test('a test that comes in skipped is told as new, and a note of one to be written only in passing', async () => {
  expect(
    await edited('a.test.js', "it('a', () => {})", "it('a', () => {})\nit.skip('b', () => {})\nit.todo('c')"),
  ).toEqual([
    'warning skipped-test:2 “b” comes in skipped (it.skip).',
    'info skipped-test:3 “c” is still to be written (it.todo).',
  ])
})

test('deleted tests are told, moved and renamed ones and tables are not', async () => {
  const two = "it('adds', () => { expect(sum(1, 2)).toBe(3) })\nit('subtracts', () => { expect(less(2, 1)).toBe(1) })"
  const [adds, subtracts] = two.split('\n') as [string, string]
  expect(await edited('a.test.js', two, adds)).toEqual([
    'warning deleted-test 1 test fewer than before. No longer there: “subtracts”.',
  ])
  expect(await edited('a.test.js', two, '')).toEqual([
    'warning deleted-test No test is left of 2. No longer there: “adds”, “subtracts”.',
  ])
  expect(await edited('a.test.js', two, two.replace('subtracts', 'takes away'))).toEqual([])
  expect(await edited('a.test.js', two, "it.each([1, 2])('computes', () => {})")).toEqual([])
  expect(await told({ 'a.test.js': two, x: '' }, { 'a.test.js': adds, 'b.test.js': subtracts, x: '' })).toEqual([])
})

test('a deleted test file is told, unless what it tested went with it', async () => {
  const tests = "it('adds', () => {})"
  expect(await told({ 'test/sum.test.js': tests, 'src/sum.js': 'x' }, { 'src/sum.js': 'x' })).toEqual([
    'warning deleted-test test/sum.test.js 1 test went with this file. No longer there: “adds”.',
  ])
  expect(await told({ 'test/sum.test.js': tests, 'src/sum.js': 'x', y: '' }, { y: '' })).toEqual([])
  expect(
    await told({ 'src/test/java/SumTest.java': 'class SumTest {}', 'src/Sum.java': '' }, { 'src/Sum.java': '' }),
  ).toEqual(['warning deleted-test src/test/java/SumTest.java This test file is deleted.'])
})

test('a comment with a reason allows it; one without does not', async () => {
  const before = "it('adds', () => {})"
  const allowed = "// ship-guard:allow skipped-test the service is down until May\nit.skip('adds', () => {})"
  expect(await edited('a.test.js', before, allowed)).toEqual([])
  expect(
    await edited('a.test.js', before, "it.skip('adds', () => {}) // ship-guard:allow skipped-test waits for #12"),
  ).toEqual([])
  expect(await edited('a.test.js', before, allowed.replace(/ the service.*$/m, ''))).toEqual([
    'warning skipped-test:2 “adds” is now skipped (it.skip). The comment above it gives no reason.',
  ])
  expect(await edited('a.test.js', before, allowed.replace('skipped', 'focused'))).toHaveLength(1)
  expect(
    await edited(
      'test_a.py',
      'def test_a():\n    pass\n',
      '# ship-guard:allow skipped-test waits for #12\n@skip("x")\ndef test_a():\n    pass\n',
    ),
  ).toEqual([])
})

test('levels and accepted files of the config', async () => {
  const [before, now] = [{ 'a.test.js': "it('a', () => {})" }, { 'a.test.js': "it.skip('a', () => {})" }]
  expect(await told(before, now, { skipped: 'off' })).toEqual([])
  expect(await told(before, now, { skipped: 'error' })).toMatchObject([expect.stringMatching(/^error/)])
  expect(await told(before, now, { allow: [{ path: '*.test.js', reason: 'rewritten' }] })).toEqual([])
})

test('without a base only a focus is told: nothing was there that could have been switched off', async () => {
  expect(await told(undefined, { 'a.test.js': "it.skip('a', () => {})\nit.only('b', () => {})" })).toEqual([
    'error focused-test a.test.js:2 “b” is run alone (it.only).',
  ])
})

test('fixtures and files that hold no tests are not looked at', async () => {
  const only = "it.only('a', () => {})"
  expect(
    await told(
      { x: '' },
      { x: '', 'test/fixtures/a.test.js': only, 'src/a.js': only, 'node_modules/b/b.test.js': only },
    ),
  ).toEqual([])
})

test('TypeScript with JSX', async () => {
  const file = (word: string) =>
    `it('a', () => { render<Props>(<App title="x" onOk={() => {}} />) })\n${word}('b', (): void => { const x = <div>{f(1 as number)}</div> })\n`
  expect(await edited('App.test.tsx', file('it'), file('it.only'))).toEqual([
    'error focused-test:2 “b” is run alone (it.only).',
  ])
})
