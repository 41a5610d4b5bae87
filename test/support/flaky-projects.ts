import type { FileSet } from './fake-tree.ts'

/** A project of one runner with two tests: one whose outcome stands in a file, a letter a run (`F` fails), and one that always passes. */
export interface FlakyProject {
  readonly id: string
  readonly run: string
  readonly files: FileSet
  /** The flaky one, as `flakes` names it. */
  readonly name: string
  /** node_modules or vendor, relative to the repository. */
  readonly links?: Readonly<Record<string, string>>
}

/** Nothing of it may reach a shell or be taken for an expression. */
const hostile = `adds "$1" & 'it' (a+b) [x] $(touch pwned) \`id\` {2} ^y$ #z`

const script = `
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs')
exports.flaky = () => {
  appendFileSync(process.env.RAN, 'flaky\\n')
  const [first, ...rest] = readFileSync(process.env.OUTCOMES, 'utf8')
  writeFileSync(process.env.OUTCOMES, rest.join(''))
  if (first === 'F') throw new Error('by chance')
}
exports.steady = () => appendFileSync(process.env.RAN, 'steady\\n')
`

const php = `
function flaky() {
  file_put_contents(getenv('RAN'), "flaky\\n", FILE_APPEND);
  $left = file_get_contents(getenv('OUTCOMES'));
  file_put_contents(getenv('OUTCOMES'), substr($left, 1));
  return $left[0] ?? 'P';
}
function steady() { file_put_contents(getenv('RAN'), "steady\\n", FILE_APPEND); return 'P'; }
`

const phpunitXml =
  '<phpunit bootstrap="outcome.php"><testsuites><testsuite name="unit"><directory>tests</directory></testsuite></testsuites></phpunit>'

const ruby = `
def flaky
  File.write(ENV['RAN'], "flaky\\n", mode: 'a')
  left = File.read(ENV['OUTCOMES'])
  File.write(ENV['OUTCOMES'], left[1..] || '')
  left[0]
end
def steady
  File.write(ENV['RAN'], "steady\\n", mode: 'a')
  'P'
end
`

const text = JSON.stringify(hostile)
const rubyText = `'${hostile.replaceAll("'", "\\'")}'`
const commonJs = '{ "name": "app", "scripts": { "test": "jest" } }\n'
const runners = 'test/tools/runners/node_modules'

export const flakyProjects: readonly FlakyProject[] = [
  {
    id: 'vitest',
    run: 'NODE_ENV=test node_modules/.bin/vitest run --reporter=dot src',
    links: { node_modules: 'node_modules' },
    files: {
      'package.json': '{ "name": "app" }\n',
      'vitest.config.mjs': 'export default {}\n',
      'outcome.cjs': script,
      'src/sum.test.mjs': `import { describe, test } from 'vitest'\nimport { flaky, steady } from '../outcome.cjs'\ndescribe('sum > of', () => {\n  test(${text}, flaky)\n  test('steady', steady)\n})\n`,
    },
    name: `src/sum.test.mjs > sum > of > ${hostile}`,
  },
  {
    id: 'jest',
    run: 'npm test',
    links: { node_modules: runners },
    files: {
      'package.json': commonJs,
      'outcome.js': script,
      'src/sum.test.js': `const { flaky, steady } = require('../outcome')\ndescribe('sum', () => {\n  test(${text}, flaky)\n  test('steady', steady)\n})\n`,
    },
    name: `sum › ${hostile} (src/sum.test.js)`,
  },
  {
    id: 'mocha',
    run: 'node_modules/.bin/mocha --reporter dot "test/**/*.js"',
    links: { node_modules: runners },
    files: {
      'package.json': '{}\n',
      'outcome.js': script,
      'test/sum.js': `const { flaky, steady } = require('../outcome')\ndescribe('sum', () => {\n  it(${text}, flaky)\n  it('steady', steady)\n})\n`,
    },
    name: `sum › ${hostile}`,
  },
  {
    id: 'node-test',
    run: 'node --test test/',
    files: {
      'outcome.cjs': script,
      'test/sum.test.mjs': `import { describe, it } from 'node:test'\nimport { flaky, steady } from '../outcome.cjs'\ndescribe('sum', () => {\n  it(${text}, () => flaky())\n  it('steady', () => steady())\n})\n`,
    },
    name: `sum › ${hostile.replace('#', '#')} (test/sum.test.mjs)`,
  },
  {
    id: 'node-test, spec',
    run: 'node --test --test-reporter spec',
    files: {
      'outcome.cjs': script,
      'test/sum.test.mjs': `import { describe, it } from 'node:test'\nimport { flaky, steady } from '../outcome.cjs'\ndescribe('sum', () => {\n  it(${text}, () => flaky())\n  it('steady', () => steady())\n})\n`,
    },
    name: `${hostile} (test/sum.test.mjs)`,
  },
  {
    id: 'playwright',
    run: 'node_modules/.bin/playwright test --reporter=dot',
    links: { node_modules: runners },
    files: {
      'package.json': '{}\n',
      'outcome.js': script,
      'playwright.config.js': "module.exports = { testDir: 'e2e', projects: [{ name: 'one' }] }\n",
      'e2e/sum.spec.js': `const { test } = require('@playwright/test')\nconst { flaky, steady } = require('../outcome')\ntest.describe('sum', () => {\n  test(${text}, { tag: '@slow' }, () => flaky())\n  test('steady', () => steady())\n})\n`,
    },
    name: `one: sum › ${hostile} @slow (e2e/sum.spec.js)`,
  },
  {
    id: 'phpunit',
    run: 'phpunit',
    files: {
      'phpunit.xml': phpunitXml,
      'outcome.php': `<?php${php}`,
      'tests/SumTest.php': `<?php\nnamespace App\\Tests;\nclass SumTest extends \\PHPUnit\\Framework\\TestCase {\n  /** @dataProvider cases */\n  public function testAdds($which) { $this->assertSame('P', $which()); }\n  public function cases() { return [${JSON.stringify(hostile.replace('$1', '1').replace('$(', '(').replace('$ ', ' '))} => ['flaky'], 'steady' => ['steady']]; }\n}\n`,
    },
    name: `App\\Tests\\SumTest::testAdds with data set "${hostile.replace('$1', '1').replace('$(', '(').replace('$ ', ' ')}"`,
  },
  {
    id: 'pest',
    run: 'php vendor/bin/pest',
    links: { vendor: 'test/tools/php/pest/vendor' },
    files: {
      'phpunit.xml': phpunitXml,
      'outcome.php': `<?php${php}`,
      'tests/SumTest.php': `<?php\nit('adds $1 & (a+b) [x]', fn () => expect(flaky())->toBe('P'));\nit('is steady', fn () => expect(steady())->toBe('P'));\n`,
    },
    name: 'tests\\SumTest > it adds $1 & (a+b) [x] (tests/SumTest.php)',
  },
  {
    id: 'pytest',
    run: '/usr/bin/python3 -m pytest -p no:cacheprovider tests',
    files: {
      'conftest.py': '',
      'outcome.py': [
        'import os',
        'def flaky():',
        "    open(os.environ['RAN'], 'a').write('flaky\\n')",
        "    left = open(os.environ['OUTCOMES']).read()",
        "    open(os.environ['OUTCOMES'], 'w').write(left[1:])",
        '    return left[:1]',
        'def steady():',
        "    open(os.environ['RAN'], 'a').write('steady\\n')",
        "    return 'P'",
        '',
      ].join('\n'),
      'tests/test_sum.py': `import pytest, outcome\nclass TestSum:\n    @pytest.mark.parametrize('which', [outcome.flaky, outcome.steady], ids=[${text}, 'steady'])\n    def test_adds(self, which):\n        assert which() != 'F'\n`,
    },
    name: `tests/test_sum.py::TestSum::test_adds[${hostile}]`,
  },
  {
    id: 'rspec',
    run: '/usr/bin/ruby /usr/bin/rspec --format documentation',
    files: {
      'outcome.rb': ruby,
      'spec/sum_spec.rb': `require_relative '../outcome'\nRSpec.describe 'Sum' do\n  it(${rubyText}) { expect(flaky).not_to eq 'F' }\n  it('is steady') { steady }\nend\n`,
    },
    name: `Sum ${hostile} (spec/sum_spec.rb)`,
  },
  {
    id: 'minitest',
    run: '/usr/bin/ruby -Itest test/sum_test.rb',
    files: {
      'outcome.rb': ruby,
      'test/sum_test.rb': `require 'minitest/autorun'\nrequire_relative '../outcome'\nclass SumTest < Minitest::Test\n  define_method("test_" + ${rubyText}) { refute_equal 'F', flaky }\n  def test_steady; assert steady; end\nend\n`,
    },
    name: `SumTest#test_${hostile} (test/sum_test.rb)`,
  },
  {
    id: 'go-test',
    run: 'go test -race=false ./...',
    files: {
      'go.mod': 'module example.test/app\n\ngo 1.19\n',
      'pkg/sum_test.go': [
        'package pkg',
        'import ("os"; "testing")',
        'func add(text string) {',
        '\tf, _ := os.OpenFile(os.Getenv("RAN"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)',
        '\tf.WriteString(text); f.Close()',
        '}',
        'func flaky() string {',
        '\tadd("flaky\\n")',
        '\tleft, _ := os.ReadFile(os.Getenv("OUTCOMES"))',
        '\tif len(left) == 0 { return "P" }',
        '\tos.WriteFile(os.Getenv("OUTCOMES"), left[1:], 0o600)',
        '\treturn string(left[:1])',
        '}',
        `func TestSum(t *testing.T) { t.Run(${text}, func(t *testing.T) { if flaky() == "F" { t.Error("by chance") } }); t.Run("steady", func(t *testing.T) { add("steady\\n") }) }`,
        '',
      ].join('\n'),
    },
    name: `example.test/app/pkg: TestSum/${hostile.replaceAll(' ', '_')}`,
  },
]
