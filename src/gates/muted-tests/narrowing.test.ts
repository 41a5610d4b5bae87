import { expect, test } from 'vitest'
import { narrowings } from './narrowing.ts'

const tests = ['test/sum.test.js', 'tests/Unit/SumTest.php', 'tests/test_sum.py', 'e2e/login.spec.ts']
const told = async (path: string, before: string, now: string) =>
  (await narrowings(path, before, now, tests)).map(({ what }) => what)

test.each([
  [
    'vitest.config.ts',
    "export default { test: { exclude: ['node_modules'] } }",
    "export default { test: { exclude: ['node_modules', '**/sum.test.js'] } }",
    ['exclude **/sum.test.js'],
  ],
  [
    'vitest.config.ts',
    "export default { test: { include: ['test/**', 'e2e/**'] } }",
    "export default { test: { include: ['test/**'] } }",
    ['include no longer has e2e/**'],
  ],
  ['vite.config.ts', 'export default { build: {} }', "export default { build: { exclude: ['test/**'] } }", []],
  [
    'jest.config.js',
    'module.exports = {}',
    "module.exports = { testPathIgnorePatterns: ['<rootDir>/test/'] }",
    ['testPathIgnorePatterns <rootDir>/test/'],
  ],
  ['jest.config.js', 'module.exports = {}', "module.exports = { testPathIgnorePatterns: ['/dist/'] }", []],
  ['playwright.config.ts', 'export default {}', 'export default { grep: /@fast/ }', ['grep @fast']],
  [
    'package.json',
    '{"scripts":{"test":"vitest run"}}',
    '{"scripts":{"test":"vitest run -t adds"}}',
    ['script test: -t adds'],
  ],
  [
    'package.json',
    '{"scripts":{"test":"vitest run"}}',
    '{"scripts":{"test":"vitest run || true"}}',
    ['script test: || true'],
  ],
  ['package.json', '{"scripts":{"test":"vitest run"}}', '{"scripts":{"test":"echo ok"}}', ['script test: echo ok']],
  [
    'package.json',
    '{"scripts":{"test":"vitest run"}}',
    '{"scripts":{"test":"vitest run --coverage"},"files":["test"]}',
    [],
  ],
  ['pytest.ini', '[pytest]\naddopts = -q\n', '[pytest]\naddopts = -q -m "not slow"\n', ['option -m "not slow"']],
  [
    'pyproject.toml',
    '[tool.pytest.ini_options]\naddopts = "-q"\n',
    '[tool.pytest.ini_options]\naddopts = "-q --deselect tests/test_sum.py"\n',
    ['option --deselect tests/test_sum.py'],
  ],
  ['pyproject.toml', '[tool.x]\n', '[tool.x]\naddopts = "-k sum"\n', []],
  ['.rspec', '--color\n', '--color\n--tag ~slow\n', ['option --tag ~slow']],
  [
    'phpunit.xml',
    '<phpunit><testsuites><testsuite name="a"><directory>tests</directory></testsuite></testsuites></phpunit>',
    '<phpunit><testsuites><testsuite name="a"><directory>tests</directory><exclude>tests/Unit</exclude></testsuite></testsuites></phpunit>',
    ['exclude tests/Unit'],
  ],
])('%s: %j -> %j', async (path, before, now, expected) => {
  expect(await told(path, before, now)).toEqual(expected)
})

test('a config that cannot be read says nothing', async () => {
  expect(await told('package.json', '{', '}}{')).toEqual([])
  expect(await told('phpunit.xml', '<a', '<testsuites><exclude>')).toEqual([])
})
