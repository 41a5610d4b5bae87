import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkConfig } from '../../config/check.ts'
import type { Config } from '../../config/schema.ts'
import { readConfigText } from '../../io/config-text.ts'
import type { Facts } from './facts.ts'
import { findHouse } from './house.ts'
import { describeProposal, type Proposal, propose } from './proposal.ts'
import { configText } from './text.ts'
import { findWorkspace } from './workspace.ts'

function facts(texts: Record<string, string>, rest: Partial<Facts> = {}): Facts {
  return { files: Object.keys(texts).sort(), texts, branches: [], configs: [], ...rest }
}

function proposal(texts: Record<string, string>): Proposal {
  return propose(facts(texts))
}

function read(text: string): Config {
  const found = readConfigText({ name: '.shiprc', bytes: Buffer.from(text), format: 'yaml' })!
  const checked = checkConfig({ path: '/.shiprc', ...found })
  if ('problems' in checked) throw new Error(`${JSON.stringify(checked.problems)}\n${text}`)
  return checked.config
}

/** As it is once somebody takes these signs away. */
function uncommented(found: Proposal, lines: RegExp): string {
  return configText(found).replace(lines, line => line.replace('# ', ''))
}

describe('the command that runs the tests', () => {
  test.each<[string, Record<string, string>]>([
    ['npm test', { 'package.json': '{"scripts":{"test":"vitest run"}}' }],
    ['pnpm test', { 'package.json': '{"scripts":{"test":"vitest run"}}', 'pnpm-lock.yaml': '' }],
    ['yarn test', { 'package.json': '{"scripts":{"test":"vitest run"}}', 'yarn.lock': '' }],
    ['bun run test', { 'package.json': '{"scripts":{"test":"vitest run"}}', 'bun.lock': '' }],
    ['vendor/bin/phpunit', { 'phpunit.xml.dist': '', 'composer.json': '{}' }],
    ['vendor/bin/pest', { 'phpunit.xml': '', 'tests/Pest.php': '' }],
    ['php artisan test', { 'phpunit.xml': '', artisan: '', 'tests/Pest.php': '' }],
    ['python -m pytest', { 'requirements-dev.txt': 'django\npytest==8\n' }],
    ['python -m pytest', { 'tests/conftest.py': '' }],
    ['uv run pytest', { 'pyproject.toml': '[tool.pytest.ini_options]\n', 'uv.lock': '' }],
    ['poetry run pytest', { 'pyproject.toml': 'pytest = "^8"\n', 'poetry.lock': '' }],
    ['python -m unittest', { 'tests/test_a.py': 'import unittest\n', 'tests/__init__.py': '' }],
    ['python -m unittest', { 'test_a.py': 'from unittest import TestCase\n' }],
    ['python -m unittest discover tests', { 'tests/test_a.py': 'import unittest\n' }],
    ['python manage.py test', { 'manage.py': '', 'shop/tests.py': '' }],
    ['php bin/phpunit', { 'phpunit.xml.dist': '', 'bin/phpunit': '', 'composer.json': '{}' }],
    ['composer test', { 'composer.json': '{"scripts":{"test":["@lint","phpspec run"]}}' }],
    ['npx vitest run', { 'package.json': '{"devDependencies":{"vitest":"^4","@playwright/test":"^1"}}' }],
    ['npx jest', { 'package.json': '{}', 'jest.config.ts': '' }],
    ['pnpm exec mocha', { 'package.json': '{}', '.mocharc.json': '{}', 'pnpm-lock.yaml': '' }],
    ['yarn playwright test', { 'package.json': '{}', 'playwright.config.ts': '', 'yarn.lock': '' }],
    ['bunx vitest run', { 'package.json': '{"devDependencies":{"vitest":"^4"}}', 'bun.lock': '' }],
    ['node --test', { 'package.json': '{}', 'test/sum.js': "import { test } from 'node:test'\n" }],
    ['bun test', { 'package.json': '{}', 'bun.lock': '', 'src/sum.test.ts': "import { test } from 'bun:test'\n" }],
    ['bundle exec rspec', { 'spec/spec_helper.rb': '', Gemfile: '' }],
    ['rspec', { '.rspec': '' }],
    ['bundle exec rake test', { Gemfile: '', Rakefile: 'Rake::TestTask.new\n', 'test/user_test.rb': '' }],
    ['rake test', { Rakefile: 'Minitest::TestTask.create\n', 'test/models/test_user.rb': '' }],
    [
      `ruby -Ilib -Itest -e "Dir['./test/**/*_test.rb'].sort.each { |file| require file }"`,
      { 'test/user_test.rb': '' },
    ],
    ['bin/rails test', { 'bin/rails': '', 'test/models/user_test.rb': '' }],
    ['go test ./...', { 'go.mod': '', 'app_test.go': '' }],
    ['cargo test', { 'Cargo.toml': '' }],
    ['./mvnw -B test', { 'pom.xml': '', mvnw: '', 'src/test/java/A.java': '' }],
    ['make test', { Makefile: 'build:\n\tcc\ntest: build\n\t./a.out\n' }],
  ])('is %s for %j', (run, texts) => {
    expect(proposal(texts).tests.map(seen => seen.value)).toEqual([run])
  })

  test.each<[Record<string, string>]>([
    [{ 'package.json': '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' }],
    [{ 'package.json': '{ broken' }],
    [{ 'package.json': '{"scripts":{"test":1}}' }],
    [{ Makefile: 'test := 1\n' }],
    [{ 'go.mod': '' }],
    [{ 'tests/test_a.py': 'def test_a(): pass\n' }],
    [{ 'package.json': '{"devDependencies":["vitest"]}', 'test/a.js': 'module.exports = 1' }],
    [{ 'package.json': 'null' }],
    [{ 'composer.json': '{"scripts":[]}' }],
    [{}],
  ])('is not invented for %j', texts => {
    expect(proposal(texts).tests).toEqual([])
  })

  test.each<[string, readonly string[], Record<string, string>]>([
    ['phpunit', ['phpunit'], { 'phpunit.xml': '', 'composer.json': '{}' }],
    ['phpunit', ['phpunit'], { 'phpunit.xml': '' }],
    ['vendor/bin/phpunit', [], { 'phpunit.xml': '', 'composer.json': '{}' }],
    ['vendor/bin/phpunit', ['phpunit', 'vendor/bin/phpunit'], { 'phpunit.xml': '', 'composer.json': '{}' }],
    [
      'vendor/bin/phpunit',
      ['phpunit'],
      { 'phpunit.xml': '', 'composer.json': '{"require-dev":{"phpunit/phpunit":"^11"}}' },
    ],
    ['python3 -m pytest', ['python3'], { 'pytest.ini': '' }],
    ['python -m pytest', ['python', 'python3'], { 'pytest.ini': '' }],
    ['uv run pytest', ['python3'], { 'pytest.ini': '', 'uv.lock': '' }],
    ['.venv/bin/python -m pytest', ['python3', '.venv/bin/python'], { 'pytest.ini': '' }],
    ['venv/bin/python manage.py test', ['venv/bin/python'], { 'manage.py': '', 'shop/tests.py': '' }],
  ])('is %s where %j can be run, for %j', (run, programs, texts) => {
    expect(propose(facts(texts, { programs })).tests.map(seen => seen.value)).toEqual([run])
  })

  test('is one for each language of the repository', () => {
    const both = { 'phpunit.xml': '', artisan: '', 'package.json': '{"scripts":{"test":"vitest run"}}' }
    expect(read(configText(proposal(both))).gates.tests).toMatchObject({ run: ['php artisan test', 'npm test'] })
  })
})

describe('the migrations', () => {
  test.each<[string, string, Record<string, string>]>([
    ['SQL files', 'migrations', { 'migrations/001_users.sql': '' }],
    ['SQL files', 'db/migrations', { 'db/migrations/001_users.sql': '' }],
    ['SQL files', 'database/migrations', { 'database/migrations/001_users.sql': '' }],
    ['SQL files', 'sql', { 'sql/001_users.sql': '' }],
    [
      'Prisma',
      'prisma/migrations/1_init',
      { 'prisma/migrations/1_init/migration.sql': '', 'prisma/schema.prisma': '' },
    ],
    ['Flyway', 'src/main/resources/db/migration', { 'src/main/resources/db/migration/V1__users.sql': '' }],
    ['dbmate', 'db/migrations', { 'db/migrations/1_users.sql': '-- migrate:up\n' }],
    ['goose', 'migrations', { 'migrations/1_users.sql': '-- +goose Up\n' }],
    ['golang-migrate', 'migrations', { 'migrations/1_users.up.sql': '', 'migrations/1_users.down.sql': '' }],
    ['Drizzle', 'drizzle', { 'drizzle/0000_users.sql': '', 'drizzle.config.ts': '' }],
    ['Laravel', 'database/migrations', { artisan: '', 'database/migrations/2024_01_01_000000_users.php': '' }],
    ['Django', 'shop/migrations', { 'shop/migrations/0001_initial.py': '' }],
    ['Rails', 'db/migrate', { 'db/migrate/20240101000000_users.rb': '' }],
    ['Alembic', 'alembic/versions', { 'alembic.ini': '', 'alembic/versions/ab12_users.py': '' }],
    ['Knex', 'migrations', { 'knexfile.js': '', 'migrations/20240101_users.js': '' }],
  ])('are those of %s in %s', (value, because, texts) => {
    expect(proposal(texts).migrations?.tool).toEqual({ value, because })
  })

  test('are written down only where the gate would not look', () => {
    const usual = configText(proposal({ 'migrations/001_users.sql': '' }))
    expect(usual).not.toContain('migrations: [')
    expect(read(configText(proposal({ 'sql/001_users.sql': '' }))).gates.db).toMatchObject({
      migrations: ['sql/*.sql'],
    })
  })

  test.each<[string, string, Record<string, string>]>([
    ['postgres', 'compose.yaml', { 'compose.yaml': 'image: postgres:16\n', 'migrations/1.sql': 'SELECT 1;' }],
    ['mysql', 'the SQL itself', { 'migrations/1.sql': 'CREATE TABLE a (id INT AUTO_INCREMENT) ENGINE=InnoDB;' }],
    ['postgres', 'the SQL itself', { 'migrations/1.sql': 'CREATE TABLE a (id BIGSERIAL, at TIMESTAMPTZ);' }],
    ['sqlite', 'the SQL itself', { 'migrations/1.sql': 'CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);' }],
  ])('are for %s because of %s', (value, because, texts) => {
    const found = proposal(texts)
    expect(found.migrations?.dialect).toEqual({ value, because })
    expect(read(configText(found)).gates.db).toMatchObject({ dialect: value })
  })

  test('are for a database that nobody named: the file leaves a line for it', () => {
    const found = proposal({ 'migrations/1.sql': 'CREATE TABLE a (id INT);' })
    expect(found.migrations).not.toHaveProperty('dialect')
    expect(configText(found)).toContain('#   dialect: postgres')
    expect(read(configText(found)).gates).not.toHaveProperty('db')
    expect(read(uncommented(found, /^ {2}# (db:| {2}dialect)/gm)).gates.db).toMatchObject({ dialect: 'postgres' })
  })
})

describe('the changelog', () => {
  test('in the usual place and form needs no key', () => {
    const text = configText(proposal({ 'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n' }))
    expect(text).toContain('# CHANGELOG.md needs an entry with every push')
    expect(read(text).gates).not.toHaveProperty('changelog')
  })

  test('of another form or name is written down', () => {
    expect(read(configText(proposal({ 'CHANGELOG.md': 'We changed things.\n' }))).gates.changelog).toMatchObject({
      format: 'any',
    })
    expect(read(configText(proposal({ 'docs/CHANGELOG.md': '## 1.0.0\n' }))).gates.changelog).toMatchObject({
      file: 'docs/CHANGELOG.md',
    })
  })
})

test.each<[readonly string[], Partial<Facts>]>([
  [['develop', 'main'], { branches: ['main', 'feature'] }],
  [['develop', 'main'], { branches: [] }],
  [['develop', 'master'], { branches: ['master'] }],
  [['develop', 'main', 'master'], { branches: ['master', 'main'] }],
  [['develop', 'main', 'staging', 'production'], { branches: ['develop', 'staging', 'production', 'main'] }],
  [['develop', 'staging', 'master'], { branches: ['staging', 'master'] }],
  [['develop', 'stable'], { branches: ['stable'], mainBranch: 'stable' }],
])('%j are protected for %j', (refs, rest) => {
  const found = propose(facts({}, rest))
  expect(found.protect).toEqual(refs)
  expect(read(configText(found)).protect).toEqual([{ refs }])
})

test('lock files say how dependencies are installed', () => {
  const texts = { 'package-lock.json': '', 'composer.lock': '', 'package.json': '{}' }
  expect(read(configText(proposal(texts))).checkout.prepare).toBe('npm ci && composer install --no-interaction')
  const berry = { 'yarn.lock': '', 'package.json': '{"packageManager": "yarn@4.1.0"}' }
  expect(proposal(berry).prepare[0]?.value).toBe('yarn install --immutable')
})

test('editors are led to the schema where there is a node_modules', () => {
  const line = '# yaml-language-server: $schema=./node_modules/ship-guard/schema.json\n'
  expect(configText(proposal({ 'package.json': '{}' })).startsWith(line)).toBe(true)
  expect(configText(proposal({}))).not.toContain('yaml-language-server')
})

test('everything that was found is told with its reason', () => {
  const texts = { 'phpunit.xml': '', 'CHANGELOG.md': '## [Unreleased]\n', 'migrations/1.sql': '', 'composer.lock': '' }
  expect(describeProposal(proposal(texts))).toEqual([
    'protect: develop, main (the default)',
    'tests: vendor/bin/phpunit (phpunit.xml)',
    'db: SQL files (migrations)',
    'changelog: CHANGELOG.md (Keep a Changelog)',
    'dependencies: composer install --no-interaction (composer.lock)',
  ])
})

test('requirements of pip are installed where an environment of the project is there to install into', () => {
  const texts = { 'requirements.txt': '', 'requirements-dev.txt': '' }
  expect(propose(facts(texts)).prepare).toEqual([])
  const found = propose(facts(texts, { programs: ['.venv/bin/python'] }))
  const pip = '.venv/bin/python -m pip install -r requirements.txt -r requirements-dev.txt'
  expect(found.prepare.map(seen => seen.value)).toEqual([`python3 -m venv .venv && ${pip}`])
})

describe('the packages of a workspace', () => {
  async function found(texts: Record<string, string>): Promise<Proposal> {
    const workspace = await findWorkspace(Object.keys(texts), async path => texts[path])
    return propose(facts(texts, workspace && { workspace }))
  }
  const tested = '{"name":"a","scripts":{"test":"vitest run"}}'

  test.each<[Record<string, string>]>([
    [{ 'package.json': '{"workspaces":["packages/*"]}', 'packages/a/package.json': tested }],
    [
      {
        'package.json': '{"workspaces":{"packages":["packages/*"]}}',
        'packages/a/package.json': tested,
        'yarn.lock': '',
      },
    ],
    [{ 'pnpm-workspace.yaml': 'packages:\n  - packages/*\n', 'package.json': '{}', 'packages/a/package.json': tested }],
    [
      {
        'package.json': '{"workspaces":["packages/*"],"scripts":{"test":"yarn workspaces foreach -A run test"}}',
        'packages/a/package.json': tested,
      },
    ],
    [
      {
        'package.json': '{"workspaces":["packages/*"],"scripts":{"test":"turbo run test"}}',
        'packages/a/package.json': tested,
      },
    ],
    [{ 'go.work': 'use ./packages/a\n', 'packages/a/go.mod': 'module a\n', 'packages/a/a_test.go': '' }],
    [
      {
        'Cargo.toml': '[workspace]\nmembers = ["packages/a"]\n',
        'packages/a/Cargo.toml': '[package]\nname = "a"\n',
      },
    ],
  ])('are asked one by one for %j', async texts => {
    const proposal = await found(texts)
    expect(proposal.packages).toEqual({ folders: ['packages/a'], auto: true })
    expect(describeProposal(proposal)).toContain('packages: packages/a (each has tests of its own)')
    const config = read(configText(proposal))
    expect(config.packages).toMatchObject({ entries: [{ path: 'auto' }], bare: true })
    expect(config.gates).not.toHaveProperty('tests')
  })

  test('are spoken of where a command of the whole repository runs them all', async () => {
    const proposal = await found({
      'package.json': '{"workspaces":["packages/*"],"scripts":{"test":"vitest run"}}',
      'packages/a/package.json': tested,
    })
    expect(read(configText(proposal)).gates.tests).toMatchObject({ run: 'npm test' })
    expect(read(configText(proposal)).packages.entries).toEqual([])
    expect(read(uncommented(proposal, /^# packages/gm)).packages.entries).toHaveLength(1)
  })

  test.each<[Record<string, string>]>([
    [{ 'package.json': '{"workspaces":["packages/*"]}', 'packages/a/package.json': '{"name":"a"}' }],
    [{ 'package.json': '{ broken', 'packages/a/package.json': tested }],
    [{ 'package.json': '{}' }],
  ])('are not invented for %j', async texts => {
    expect(await found(texts)).not.toHaveProperty('packages')
  })
})

test.each<[string, string, Record<string, string>]>([
  ['changesets', '.changeset/config.json', { '.changeset/config.json': '{}', 'CHANGELOG.md': '' }],
  ['fragments', 'towncrier.toml', { 'towncrier.toml': '[tool.towncrier]\ndirectory = "changes"\n' }],
  ['conventional', 'release-please-config.json', { 'release-please-config.json': '{}', 'CHANGELOG.md': '' }],
  ['gnu', 'ChangeLog', { ChangeLog: '2026-01-02  Ada  <ada@example.com>\n\n\t* a.c: New.\n' }],
])('a changelog kept as %s is told by %s and needs no key', async (format, because, texts) => {
  const house = await findHouse(Object.keys(texts), async path => texts[path])
  expect(house).toEqual({ format, because })
  const proposal = propose(facts(texts, house && { house }))
  expect(describeProposal(proposal).join()).toContain(`changelog: ${because} (`)
  expect(configText(proposal)).toContain(`as ${because} says`)
  expect(read(configText(proposal)).gates).not.toHaveProperty('changelog')
})

test('whatever was found, the file that is written is valid and says just that', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a: b', '- x', '#', 'true', '{', 'x #y', '"', "'"),
  )
  const seen = fc.record({ value: word.filter(text => text.length > 0), because: word })
  fc.assert(
    fc.property(
      fc.array(seen, { maxLength: 3 }),
      fc.option(
        fc.record({ tool: seen, isSql: fc.boolean(), globs: fc.array(word.filter(Boolean), { minLength: 1 }) }),
        {
          nil: undefined,
        },
      ),
      fc.array(seen, { maxLength: 2 }),
      (tests, migrations, prepare) => {
        const found: Proposal = {
          protect: ['main'],
          protectBecause: '',
          tests,
          prepare,
          hasNodeModules: true,
          ...(migrations && { migrations }),
        }
        const config = read(configText(found))
        const run = tests.length === 1 ? tests[0]!.value : tests.map(one => one.value)
        if (tests.length > 0) expect(config.gates.tests).toMatchObject({ run })
        if (migrations) expect(config.gates.db).toMatchObject({ migrations: migrations.globs })
        if (prepare.length > 0) expect(config.checkout.prepare).toBe(prepare.map(one => one.value).join(' && '))
      },
    ),
  )
})

describe('the server', () => {
  test.each<[string, string, Record<string, string>]>([
    ['laravel-deployer', 'artisan, deploy.php', { artisan: '', 'composer.json': '{}', 'deploy.php': '<?php' }],
    ['laravel-envoyer', '.env.example', { artisan: '', '.env.example': 'FORGE_API_TOKEN=\n' }],
    [
      'laravel-envoyer',
      '.github/workflows/deploy.yml',
      { artisan: '', '.github/workflows/deploy.yml': 'run: curl https://envoyer.io/deploy/abc\n' },
    ],
    ['laravel', 'artisan', { artisan: '', 'composer.json': '{}' }],
    ['wordpress', 'wp-content', { 'wp-content/themes/blog/style.css': '' }],
    ['bedrock', 'web/app, web/wp-config.php', { 'web/app/themes/a/style.css': '', 'web/wp-config.php': '' }],
    ['rails', 'config/deploy.rb, Capfile', { 'config/deploy.rb': '', Capfile: '', 'config/application.rb': '' }],
    ['symfony', 'symfony.lock, composer.json', { 'symfony.lock': '', 'composer.json': '{}' }],
    ['drupal', 'web/sites, composer.json', { 'web/sites/default/default.settings.php': '', 'composer.json': '{}' }],
    ['django', 'manage.py', { 'manage.py': '' }],
  ])('is %s because of %s', (value, because, texts) => {
    expect(proposal(texts).layout).toMatchObject({ value, because })
  })

  test('is suggested in a comment that is a right config once the signs are taken away', () => {
    const text = configText(proposal({ artisan: '', 'deploy.php': '' }))
    expect(read(text).environments).toEqual({})
    const taken = text.replace(/^# (environments:| {2}.*)$/gm, '$1')
    expect(read(taken).environments.production?.capture).toMatchObject({ preset: 'laravel-deployer' })
  })

  test('is not spoken of where nothing shows it', () => {
    expect(configText(proposal({ 'package.json': '{}' }))).not.toContain('capture')
  })
})
