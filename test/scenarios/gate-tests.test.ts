import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { CannotTell } from '../../src/core/errors.ts'
import type { Finding } from '../../src/core/finding.ts'
import gate from '../../src/gates/tests/index.ts'
import { type FileSet, fakeTree, gateContext } from '../support/fake-tree.ts'
import { sourceRoot } from '../support/package-root.ts'
import { tempRepo } from '../support/temp-repo.ts'

async function check(files: FileSet, options: Record<string, unknown>): Promise<readonly Finding[]> {
  await using tree = fakeTree({ files, base: {} })
  return await gate.check(gateContext(gate, tree, options))
}

async function because(files: FileSet, options: Record<string, unknown>): Promise<CannotTell> {
  try {
    const findings = await check(files, options)
    throw new Error(`it could tell: ${JSON.stringify(findings)}`)
  } catch (error) {
    if (error instanceof CannotTell) return error
    throw error
  }
}

const sum = {
  'package.json': '{ "name": "app", "type": "module", "scripts": { "test": "node --test" } }\n',
  'sum.js': 'export const sum = (a, b) => a - b\n',
  'test/sum.test.js': [
    "import { test } from 'node:test'",
    "import assert from 'node:assert'",
    "import { sum } from '../sum.js'",
    "test('adds two numbers', () => {",
    '  assert.equal(sum(1, 2), 3)',
    '})',
    "test('adds nothing', () => {",
    '  assert.equal(sum(1, 0), 1)',
    '})',
    '',
  ].join('\n'),
}
const mended = { ...sum, 'sum.js': 'export const sum = (a, b) => a + b\n' }

test('names the failed test of node:test by its TAP, with file and line', async () => {
  const [first, second, ...rest] = await check(sum, { run: 'node --test --test-reporter=tap' })
  expect(first).toMatchObject({ rule: 'tests-failed', severity: 'error' })
  expect(first!.what.split('\n')[0]).toBe('`node --test --test-reporter=tap` failed (exit 1): 1 failed test.')
  expect(first!.what).toContain('# fail 1')
  expect(second).toMatchObject({ rule: 'failed-test', at: { file: 'test/sum.test.js', line: 5 } })
  expect(second!.what).toMatch(/^adds two numbers failed\./)
  expect(rest).toEqual([])
})

test('`npm test` passes when the tests do', async () => {
  expect(await check(mended, { run: 'npm test' })).toEqual([])
})

test('names the failed test of node:test by its JUnit report', async () => {
  const run = 'node --test --test-reporter=junit --test-reporter-destination=build/junit.xml'
  const [, second] = await check(sum, { run: `mkdir -p build && ${run}`, junit: 'build/*.xml' })
  expect(second).toMatchObject({ at: { file: 'test/sum.test.js', line: 5 } })
})

test('names the failed test of vitest, with and without a report', async () => {
  const files = {
    'package.json': '{ "type": "module" }\n',
    'vitest.config.mjs': 'export default {}\n',
    'src/sum.test.js': [
      "import { expect, test, describe } from 'vitest'",
      "describe('sum', () => {",
      "  test('adds', () => {",
      '    expect(1 + 1).toBe(3)',
      '  })',
      "  test('is there', () => {})",
      '})',
    ].join('\n'),
  }
  await using tree = fakeTree({ files })
  const { symlink } = await import('node:fs/promises')
  await symlink(join(sourceRoot, 'node_modules'), join(await tree.checkout(), 'node_modules'))
  const bin = 'node node_modules/vitest/vitest.mjs run'
  const plain = await gate.check(gateContext(gate, tree, { run: bin }))
  expect(plain[1]).toMatchObject({ rule: 'failed-test', at: { file: 'src/sum.test.js', line: 4 } })
  expect(plain[1]!.what).toContain('sum > adds')
  const run = `${bin} --reporter=junit --outputFile=junit.xml`
  const reported = await gate.check(gateContext(gate, tree, { run, junit: ['junit.xml'] }))
  expect(reported).toHaveLength(2)
  expect(reported[1]).toMatchObject({ at: { file: 'src/sum.test.js', line: 4, column: 19 } })
  expect(reported[1]!.what).toContain('expected 2 to be 3')
})

const php = {
  'phpunit.xml':
    '<phpunit><testsuites><testsuite name="unit"><directory>tests</directory></testsuite></testsuites></phpunit>',
  'tests/SumTest.php': [
    '<?php',
    'class SumTest extends PHPUnit\\Framework\\TestCase {',
    '  public function testAdds() {',
    '    $this->assertSame(3, 1 + 1);',
    '  }',
    '  public function testIsThere() { $this->assertTrue(true); }',
    '}',
  ].join('\n'),
}

test('names the failed test of PHPUnit, with and without a report', async () => {
  const [, plain] = await check(php, { run: 'phpunit' })
  expect(plain).toMatchObject({ at: { file: 'tests/SumTest.php', line: 4 } })
  expect(plain!.what).toContain('SumTest::testAdds')
  const [, reported, ...rest] = await check(php, { run: 'phpunit --log-junit r.xml', junit: 'r.xml' })
  expect(reported).toMatchObject({ at: { file: 'tests/SumTest.php', line: 4 } })
  expect(rest).toEqual([])
})

test('PHPUnit that finds no test has run none, although it ends with 0', async () => {
  const empty = { 'phpunit.xml': php['phpunit.xml'], 'tests/.gitkeep': '' }
  expect((await because(empty, { run: 'phpunit' })).message).toContain('ran no test')
})

test("names the failed test of Python's unittest", async () => {
  const files = {
    'test_sum.py': [
      'import unittest',
      'class SumTest(unittest.TestCase):',
      '    def test_adds(self):',
      '        self.assertEqual(1 + 1, 3)',
      '    def test_is_there(self):',
      '        pass',
      '',
    ].join('\n'),
  }
  const [first, second, ...rest] = await check(files, { run: 'python3 -m unittest' })
  expect(first!.what).toContain('1 failed test.')
  expect(second).toMatchObject({ at: { file: 'test_sum.py', line: 4 } })
  expect(second!.what).toContain('test_adds')
  expect(rest).toEqual([])
})

test('exit 0 with a failure in the report is refused', async () => {
  const xml = '<testsuite><testcase name="adds"><failure message="no">sum.test.js:3</failure></testcase></testsuite>'
  const [first, second] = await check({ 'r.in': xml, 'sum.test.js': '' }, { run: 'cp r.in r.xml', junit: 'r.xml' })
  expect(first!.what).toContain('`cp r.in r.xml` ended with 0, but its report names 1 failed test.')
  expect(second).toMatchObject({ severity: 'error', at: { file: 'sum.test.js', line: 3 } })
})

test('a report that lay there before does not count', async () => {
  const xml = '<testsuite><testcase name="adds"/></testsuite>'
  const error = await because({ 'r.xml': xml }, { run: 'true', junit: 'r.xml' })
  expect(error.message).toContain('no JUnit file that matches `r.xml`')
})

test('a report without a test that ran does not pass', async () => {
  const xml = '<testsuite><testcase name="adds"><skipped/></testcase></testsuite>'
  expect((await because({ 'r.in': xml }, { run: 'cp r.in r.xml', junit: 'r.xml' })).message).toContain('ran no test')
  expect((await because({}, { run: "printf 'TAP version 13\\n1..0\\n'" })).message).toContain('ran no test')
})

test('a broken report cannot tell, unless the exit code tells already', async () => {
  const files = { 'r.in': '<testsuite><testcase name="adds">' }
  const error = await because(files, { run: 'cp r.in r.xml', junit: 'r.xml' })
  expect(error.message).toContain('The JUnit report r.xml cannot be read')
  const [first] = await check(files, { run: 'cp r.in r.xml; exit 3', junit: 'r.xml' })
  expect(first!.what).toContain('failed (exit 3).')
})

test('a command that does not exist cannot tell, and says how to mend it', async () => {
  const error = await because({}, { run: 'ship-guard-no-such-runner --all' })
  expect(error.message).toContain('a program in it was not found (exit 127)')
  expect(error.message).toContain('ship-guard-no-such-runner')
  expect(error.instead).toContain('correct `run` in .shiprc')
})

test('a file that may not be executed cannot tell', async () => {
  expect((await because({ 'run-tests': 'echo hello' }, { run: './run-tests' })).message).toContain('exit 126')
})

test('a killed command cannot tell', async () => {
  expect((await because({}, { run: 'kill -SEGV $$' })).message).toContain('ended by SIGSEGV')
  expect((await because({}, { run: 'sh -c "kill -KILL \\$\\$"; exit $?' })).message).toContain('ended by SIGKILL')
})

test('a command that hangs is ended after its time limit, which the message names', async () => {
  const started = performance.now()
  const error = await because({}, { run: 'echo started; sleep 60', timeout: '500ms' })
  expect(performance.now() - started).toBeLessThan(20_000)
  expect(error.message).toContain('did not end within 0.5 s and was stopped.\nstarted')
  expect(error.instead).toContain('timeout: 1m')
})

test('an aborted signal ends the command at once', async () => {
  await using tree = fakeTree({ files: {} })
  const controller = new AbortController()
  const context = gateContext(gate, tree, { run: 'sleep 60' }, { signal: controller.signal })
  const checking = gate.check(context)
  setTimeout(() => controller.abort(), 100)
  await expect(checking).rejects.toThrow()
})

test('100 MB of binary output are no burden, and only their end is shown', async () => {
  const run = "head -c 100000000 /dev/urandom; printf '\\n\\033[31mthe end\\033[0m \\377\\n'; exit 1"
  const [first] = await check({}, { run })
  const lines = first!.what.split('\n')
  expect(lines.at(-1)).toBe('the end \ufffd')
  expect(lines.length).toBeLessThanOrEqual(21)
  expect(first!.what).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
})

test('several commands run one after the other until one fails', async () => {
  const [first] = await check({}, { run: ['echo one', 'echo two; exit 4', 'echo three'], tailLines: 50 })
  expect(first!.what).toBe('`echo two; exit 4` failed (exit 4).\ntwo')
})

test('the command sees CI=true, no repository of ours and what `env` says', async () => {
  const [first] = await check({}, { run: 'echo "$CI/$GIT_DIR/$COLOUR"; exit 1', env: { COLOUR: 'blue' } })
  expect(first!.what.split('\n')[1]).toBe('true//blue')
})

test('progress is the newest line of output', async () => {
  await using tree = fakeTree({ files: {} })
  const context = gateContext(gate, tree, { run: "printf 'test 1\\ntest 2\\r\\033[2Ktest 3\\n\\n'" })
  await gate.check(context)
  expect(context.progressed.at(-1)).toBe('test 3')
})

test('without a command it says what to write', async () => {
  expect((await because({}, {})).instead).toContain('run: npm test')
})

test('names at most forty failed tests, and how many more there are', async () => {
  const cases = Array.from({ length: 60 }, (_, i) => `<testcase name="t${i}"><error message="no"/></testcase>`)
  const xml = `<testsuites><testsuite>${cases.join('')}</testsuite></testsuites>`
  const findings = await check({ 'r.in': xml }, { run: 'cp r.in r.xml; exit 1', junit: 'r.xml' })
  expect(findings).toHaveLength(42)
  expect(findings[0]!.what).toContain('60 failed tests')
  expect(findings.at(-1)!.what).toBe('And 20 more failed tests.')
})

test('finds places when the temporary folder is reached through a link', async () => {
  const files = { 'a.test.js': '\n\n\nx' }
  await using tree = fakeTree({ files })
  const folder = await tree.checkout()
  const xml = `<testsuite><testcase name="x"><failure>at file:///private${folder}/a.test.js:4:1</failure></testcase></testsuite>`
  const context = gateContext(gate, tree, { run: `cat > r.xml <<'X'\n${xml}\nX`, junit: 'r.xml' })
  expect((await gate.check(context))[1]!.at).toEqual({ file: 'a.test.js', line: 4, column: 1 })
  expect(dirname(folder)).not.toBe(folder)
})

test('git push: a failing test is refused with its place, also behind a dirty work tree, and the mended one goes through', async () => {
  const config = 'gates: { db: false, secrets: false, changelog: false, tests: { run: npm test } }\n'
  await using repo = await tempRepo({ '.shiprc': config, ...mended })
  expect((await repo.shipGuard(['install'])).code).toBe(0)
  await repo.commit({ 'sum.js': sum['sum.js'] })
  await repo.write('sum.js', mended['sum.js'])
  const refused = await repo.git('push', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('`npm test` failed (exit 1): 1 failed test.')
  expect(refused.stderr).toContain('adds two numbers failed.')
  expect(refused.stderr).toContain('test/sum.test.js:5')

  await repo.ok('commit', '-q', '-a', '-m', 'Mend it')
  expect(await repo.git('push', 'origin', 'main')).toMatchObject({ code: 0 })
})
