import { dirname } from 'node:path/posix'
import { type Facts, javascriptTest, pythonTest, type Seen } from './facts.ts'
import { npmClient, virtualEnvironment } from './package-manager.ts'

/** The commands that run the tests, as far as the repository shows them. A repository may have one for each of its languages. */
export function testRunners(facts: Facts): Seen[] {
  const found = [php(facts), node(facts), python(facts), ruby(facts), go(facts), rust(facts), jvm(facts)]
  const runners = found.filter(runner => runner !== undefined)
  if (runners.length > 0) return runners
  const target = /^test\s*:(?!=)/m.test(facts.texts.Makefile ?? '')
  return target ? [{ value: 'make test', because: 'target `test` in Makefile' }] : []
}

function has(facts: Facts, path: string | RegExp): string | undefined {
  return typeof path === 'string' ? facts.files.find(file => file === path) : facts.files.find(file => path.test(file))
}

function php(facts: Facts): Seen | undefined {
  const config = has(facts, /^phpunit\.(xml|dist\.xml|xml\.dist)$/)
  const pest = has(facts, 'tests/Pest.php')
  const because = [has(facts, 'artisan'), pest, config].filter(file => file !== undefined).join(', ')
  if (config === undefined && pest === undefined) return composerScript(facts)
  if (has(facts, 'artisan') !== undefined) return { value: 'php artisan test', because }
  return { value: pest === undefined ? phpunit(facts) : 'vendor/bin/pest', because }
}

function composerScript({ texts }: Facts): Seen | undefined {
  const hasTest = manifestOf(texts['composer.json']).scripts?.test !== undefined
  return hasTest ? { value: 'composer test', because: 'scripts.test in composer.json' } : undefined
}

/** The one that composer installs, unless nothing asks composer for it and the machine has one of its own. */
function phpunit({ files, texts, programs = [] }: Facts): string {
  // Symfony's own, which fetches PHPUnit by itself.
  if (files.includes('bin/phpunit') && !/"phpunit\/phpunit"/.test(texts['composer.json'] ?? ''))
    return 'php bin/phpunit'
  const byComposer = programs.includes('vendor/bin/phpunit') || /phpunit/.test(texts['composer.json'] ?? '')
  return byComposer || !programs.includes('phpunit') ? 'vendor/bin/phpunit' : 'phpunit'
}

function node(facts: Facts): Seen | undefined {
  const { scripts } = manifestOf(facts.texts['package.json'])
  const script = scripts?.test
  // What `npm init` writes where there is no test yet.
  if (typeof script !== 'string' || script.trim() === '' || /no test specified/.test(script)) return nodeRunner(facts)
  const client = npmClient(facts)
  return { value: client === 'bun' ? 'bun run test' : `${client} test`, because: nodeScript }
}

/** Whether the script of the whole repository only runs those of its packages. */
export function runsPackages(facts: Facts, { because }: Seen): boolean {
  if (because === 'Cargo.toml') return !/^\s*\[package\]/m.test(facts.texts['Cargo.toml'] ?? '')
  const script = manifestOf(facts.texts['package.json']).scripts?.test
  return because === nodeScript && typeof script === 'string' && everyPackage.test(script)
}

const nodeScript = 'scripts.test in package.json'
const everyPackage =
  /\b(turbo|nx|lerna|wsrun|ultra) |--workspaces\b|\s-ws\b|\bworkspaces (run|foreach)\b|\bpnpm\b.*\s(-r|--recursive|--filter|-F)\b|\bbun\b.*\s--filter\b/

/** A runner whose config or dependency is there, though no script names it. */
function nodeRunner(facts: Facts): Seen | undefined {
  const manifest = manifestOf(facts.texts['package.json'])
  const needs = { ...manifest.dependencies, ...manifest.devDependencies }
  const run = { npm: 'npx', pnpm: 'pnpm exec', yarn: 'yarn', bun: 'bunx' }[npmClient(facts)]
  for (const { command, needed, config } of nodeRunners) {
    const told = has(facts, config)
    if (told !== undefined) return { value: `${run} ${command}`, because: told }
    if (Object.hasOwn(needs, needed)) return { value: `${run} ${command}`, because: `${needed} in package.json` }
  }
  const [first, text = ''] = Object.entries(facts.texts).find(([path]) => javascriptTest.test(path)) ?? []
  if (first === undefined) return undefined
  if (/['"]node:test['"]/.test(text)) return { value: 'node --test', because: `node:test in ${first}` }
  return /['"]bun:test['"]/.test(text) ? { value: 'bun test', because: `bun:test in ${first}` } : undefined
}

const nodeRunners = [
  { command: 'vitest run', needed: 'vitest', config: /^vitest\.config\.[cm]?[jt]s$/ },
  { command: 'jest', needed: 'jest', config: /^jest\.config\.([cm]?[jt]s|json)$/ },
  { command: 'mocha', needed: 'mocha', config: /^\.mocharc\.([cm]?js|jsonc?|ya?ml)$/ },
  // Last: such tests often need a server, so whoever has another runner means that one.
  { command: 'playwright test', needed: '@playwright/test', config: /^playwright\.config\.[cm]?[jt]s$/ },
] as const

interface ScriptsAndNeeds {
  readonly scripts?: Record<string, unknown>
  readonly dependencies?: Record<string, unknown>
  readonly devDependencies?: Record<string, unknown>
}

function manifestOf(text: string | undefined): ScriptsAndNeeds {
  try {
    const read: unknown = JSON.parse(text ?? '{}')
    if (typeof read !== 'object' || read === null) return {}
    const maps = Object.entries(read).filter(([, value]) => typeof value === 'object' && value !== null)
    return Object.fromEntries(maps) as ScriptsAndNeeds
  } catch {
    return {}
  }
}

function python(facts: Facts): Seen | undefined {
  const inside = pythonPrefix(facts)
  const because = pytestSign(facts)
  const python = `${inside}${inside === '' ? (virtualEnvironment(facts) ?? interpreter(facts)) : 'python'}`
  if (because !== undefined) return { value: inside === '' ? `${python} -m pytest` : `${inside}pytest`, because }
  const tests = has(facts, /(^|\/)(tests|tests\/.*|test_\w+)\.py$/)
  if (has(facts, 'manage.py') === undefined || tests === undefined) return unittest(facts, python)
  return { value: `${python} manage.py test`, because: `manage.py and ${tests}` }
}

/** Debian and macOS have no `python`, only `python3`. */
function interpreter({ programs = [] }: Facts): string {
  return !programs.includes('python') && programs.includes('python3') ? 'python3' : 'python'
}

function unittest(facts: Facts, python: string): Seen | undefined {
  const tests = facts.files.filter(
    path => pythonTest.test(path) && /^\s*(import|from) unittest\b/m.test(facts.texts[path] ?? ''),
  )
  const [first] = tests
  if (first === undefined) return undefined
  const folder = dirname(first)
  // unittest goes into packages by itself, and into any other folder only when it is told to.
  const found = folder === '.' || has(facts, `${folder}/__init__.py`) !== undefined
  return { value: `${python} -m unittest${found ? '' : ` discover ${folder}`}`, because: first }
}

function pytestSign(facts: Facts): string | undefined {
  const { texts } = facts
  const config = has(facts, 'pytest.ini') ?? has(facts, /(^|\/)conftest\.py$/)
  if (config !== undefined) return config
  const said: readonly (readonly [string, RegExp])[] = [
    ['pyproject.toml', /\[tool\.pytest|["']pytest\b|^\s*pytest\s*=/m],
    ['setup.cfg', /\[tool:pytest\]/],
    ['tox.ini', /\[pytest\]|\bpytest\b/],
    ['Pipfile', /^pytest\s*=/m],
  ]
  const file = said.find(([name, sign]) => sign.test(texts[name] ?? ''))?.[0]
  if (file !== undefined) return `pytest in ${file}`
  const requirements = Object.keys(texts).find(
    name => /^requirements.*\.txt$/.test(name) && /^pytest\b/m.test(texts[name]!),
  )
  return requirements === undefined ? undefined : `pytest in ${requirements}`
}

/** What runs a program inside the project's own environment. */
function pythonPrefix(facts: Facts): string {
  const runners = { 'uv.lock': 'uv', 'poetry.lock': 'poetry', 'pdm.lock': 'pdm', 'Pipfile.lock': 'pipenv' }
  const lock = Object.entries(runners).find(([lock]) => facts.files.includes(lock))
  return lock === undefined ? '' : `${lock[1]} run `
}

function ruby(facts: Facts): Seen | undefined {
  const bundled = has(facts, 'Gemfile') === undefined ? '' : 'bundle exec '
  const spec = has(facts, '.rspec') ?? has(facts, 'spec/spec_helper.rb')
  if (spec !== undefined) return { value: `${bundled}rspec`, because: spec }
  const test = has(facts, /^test\/(.*\/)?(test_\w+|\w+_test)\.rb$/)
  if (test === undefined) return undefined
  if (has(facts, 'bin/rails') !== undefined) return { value: 'bin/rails test', because: 'bin/rails and test/' }
  const task = /\b(TestTask|Minitest::Task)\b/.test(facts.texts.Rakefile ?? '')
  if (task) return { value: `${bundled}rake test`, because: `Rakefile and ${test}` }
  const named = test.endsWith('_test.rb') ? '*_test.rb' : 'test_*.rb'
  const all = `ruby -Ilib -Itest -e "Dir['./test/**/${named}'].sort.each { |file| require file }"`
  return { value: `${bundled}${all}`, because: test }
}

function go(facts: Facts): Seen | undefined {
  const test = has(facts, /_test\.go$/)
  return has(facts, 'go.mod') === undefined || test === undefined
    ? undefined
    : { value: 'go test ./...', because: `go.mod and ${test}` }
}

function rust(facts: Facts): Seen | undefined {
  return has(facts, 'Cargo.toml') === undefined ? undefined : { value: 'cargo test', because: 'Cargo.toml' }
}

function jvm(facts: Facts): Seen | undefined {
  if (has(facts, /^src\/test\//) === undefined) return undefined
  if (has(facts, 'gradlew') !== undefined) return { value: './gradlew test', because: 'gradlew and src/test' }
  if (has(facts, 'pom.xml') === undefined) return undefined
  return { value: has(facts, 'mvnw') === undefined ? 'mvn -B test' : './mvnw -B test', because: 'pom.xml and src/test' }
}
