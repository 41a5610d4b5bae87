import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkConfig } from '../../src/config/check.ts'
import type { Config } from '../../src/config/schema.ts'
import { findConfig } from '../../src/io/config-file.ts'
import { type TempRepo, tempRepo } from '../support/temp-repo.ts'

async function configOf(repo: TempRepo): Promise<Config> {
  const checked = checkConfig(await findConfig(repo.dir))
  if ('problems' in checked) throw new Error(JSON.stringify(checked.problems))
  return checked.config
}

describe('init --yes writes what the repository shows', () => {
  test('of a Node application', async () => {
    await using repo = await tempRepo({
      'package.json': '{"name": "app", "scripts": {"test": "node --test"}}',
      'package-lock.json': '{}',
      'migrations/001_users.sql': 'CREATE TABLE users (id bigserial PRIMARY KEY, at timestamptz);\n',
      'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n',
    })
    const ended = await repo.shipGuard(['init', '--yes'])
    expect(ended.code, ended.stderr).toBe(0)
    expect(ended.stdout).toBe('')
    expect(ended.stderr).toContain('tests: npm test (scripts.test in package.json)')
    expect(ended.stderr).toContain('db: SQL files (migrations)')
    expect(ended.stderr).toContain('changelog: CHANGELOG.md (Keep a Changelog)')
    expect(ended.stderr).toContain('npx ship-guard install')
    expect(await repo.read('.shiprc')).toBe(
      [
        '# yaml-language-server: $schema=./node_modules/ship-guard/schema.json',
        '# What a push to a protected branch must pass. Every key: node_modules/ship-guard/.shiprc.example',
        '',
        '# By their names on the remote; globs such as release/* work too.',
        'protect: [develop, main]',
        '',
        'gates:',
        '  tests:',
        '    run: npm test',
        '  # Migrations: SQL files in migrations',
        '  db:',
        '    dialect: postgres',
        '  # CHANGELOG.md needs an entry with every push; `changelog: false` asks for none.',
        '',
        'checkout:',
        '  # Run in the folder that holds the pushed commit when its lock files differ from yours.',
        '  prepare: npm ci',
        '',
      ].join('\n'),
    )
    expect((await configOf(repo)).gates.tests).toMatchObject({ run: 'npm test' })
  })

  test('of a Laravel application', async () => {
    await using repo = await tempRepo({
      artisan: '#!/usr/bin/env php\n',
      'composer.json': '{"require-dev": {"phpunit/phpunit": "^11"}}',
      'composer.lock': '{}',
      'phpunit.xml': '<phpunit/>',
      'package.json': '{"private": true, "scripts": {"build": "vite build"}}',
      'database/migrations/2024_01_01_000000_create_users_table.php': '<?php\n',
      '.env.example': 'DB_CONNECTION=mysql\n',
    })
    const ended = await repo.shipGuard(['init', '--yes'])
    expect(ended.code, ended.stderr).toBe(0)
    expect(ended.stderr).toContain('tests: php artisan test (artisan, phpunit.xml)')
    expect(ended.stderr).toContain('db: Laravel (database/migrations)')
    const config = await configOf(repo)
    expect(config.gates.tests).toMatchObject({ run: 'php artisan test' })
    expect(config.checkout.prepare).toBe('composer install --no-interaction')
  })

  test('of a Python application', async () => {
    await using repo = await tempRepo({
      'pyproject.toml': '[tool.pytest.ini_options]\n',
      'uv.lock': '',
      'manage.py': '',
      'shop/migrations/0001_initial.py': '',
    })
    const ended = await repo.shipGuard(['init', '--yes'])
    expect(ended.stderr).toContain('tests: uv run pytest (pytest in pyproject.toml)')
    expect(ended.stderr).toContain('db: Django (shop/migrations)')
    expect((await configOf(repo)).checkout.prepare).toBe('uv sync --frozen')
  })

  test('of a folder of SQL, on a branch master that is not pushed yet', async () => {
    await using repo = await tempRepo({
      'sql/001_users.sql': 'CREATE TABLE users (id INT AUTO_INCREMENT) ENGINE=InnoDB;\n',
    })
    await repo.ok('branch', '-m', 'main', 'master')
    await repo.ok('push', '-q', '--no-verify', 'origin', 'master')
    await repo.write('sql/002_new.sql', 'SELECT 1;\n')
    expect((await repo.shipGuard(['init', '--yes'])).code).toBe(0)
    const config = await configOf(repo)
    expect(config.protect).toEqual([{ refs: ['develop', 'main', 'master'] }])
    expect(config.gates.db).toMatchObject({ migrations: ['sql/*.sql'], dialect: 'mysql' })
  })

  test('of a PHP application whose tests run with the phpunit of the machine', async () => {
    await using repo = await tempRepo({ 'composer.json': '{}', 'phpunit.xml': '<phpunit/>', '.gitignore': 'vendor\n' })
    await repo.write('../bin/phpunit', '#!/bin/sh\n', 0o755)
    const env = { PATH: `${join(repo.home, 'bin')}:${process.env.PATH}` }
    expect((await repo.shipGuard(['init', '--dry-run'], { env })).stdout).toContain('run: phpunit\n')
    await repo.write('vendor/bin/phpunit', '#!/bin/sh\n', 0o755)
    expect((await repo.shipGuard(['init', '--dry-run'], { env })).stdout).toContain('run: vendor/bin/phpunit\n')
  })

  test('of a Python application with the tests of the standard library', async () => {
    await using repo = await tempRepo({ 'tests/test_total.py': 'import unittest\n' })
    const { stdout } = await repo.shipGuard(['init', '--dry-run'])
    expect(stdout).toMatch(/run: python3? -m unittest discover tests\n/)
  })

  test('of an empty repository', async () => {
    await using repo = await tempRepo()
    const ended = await repo.shipGuard(['init', '-y'])
    expect(ended.code, ended.stderr).toBe(0)
    expect(ended.stderr).toContain('tests: no command found')
    expect(await configOf(repo)).toMatchObject({ gates: {}, protect: [{ refs: ['develop', 'main'] }] })
  })
})

test('from a folder inside, the file is written at the top', async () => {
  await using repo = await tempRepo({ 'sub/a.txt': '' })
  expect((await repo.shipGuard(['init', '--yes'], { cwd: join(repo.dir, 'sub') })).code).toBe(0)
  expect(await repo.read('.shiprc')).toContain('protect: [develop, main]')
})

test('--dry-run prints the file and writes nothing', async () => {
  await using repo = await tempRepo({ Makefile: 'test:\n\ttrue\n' })
  const ended = await repo.shipGuard(['init', '--dry-run'])
  expect(ended.code).toBe(0)
  expect(ended.stdout).toContain('    run: make test\n')
  expect(await readdir(repo.dir)).not.toContain('.shiprc')
})

test('--json tells a program what was found', async () => {
  await using repo = await tempRepo({ Makefile: 'test:\n\ttrue\n' })
  const ended = await repo.shipGuard(['init', '--yes', '--json'])
  expect(ended.code).toBe(0)
  expect(JSON.parse(ended.stdout)).toMatchObject({
    format: 1,
    file: '.shiprc',
    written: true,
    found: { tests: [{ value: 'make test', because: 'target `test` in Makefile' }] },
    text: await repo.read('.shiprc'),
  })
})

test('without a terminal and without --yes it only shows, and says what to add', async () => {
  await using repo = await tempRepo()
  const ended = await repo.shipGuard(['init'])
  expect(ended.code).toBe(2)
  expect(ended.stdout).toContain('protect: [develop, main]')
  expect(ended.stderr).toContain('ship-guard init --yes')
  expect(await readdir(repo.dir)).not.toContain('.shiprc')
})

describe('a config that is there', () => {
  test.each([
    ['.shiprc', 'protect: [trunk]\n'],
    ['ship.config.mjs', 'throw new Error("not run")\n'],
    ['package.json', '{"ship": {}}'],
    ['.shiprc.yml', 'not even: [right'],
  ])('%s is left as it is', async (name, text) => {
    await using repo = await tempRepo({ [name]: text })
    const ended = await repo.shipGuard(['init', '--yes'])
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain(`There is a config already: ${name}`)
    expect(await repo.read(name)).toBe(text)
  })

  test('is replaced with --force, and the old one is kept', async () => {
    await using repo = await tempRepo({ '.shiprc': 'protect: [trunk]\n' })
    const ended = await repo.shipGuard(['init', '--yes', '--force'])
    expect(ended.code, ended.stderr).toBe(0)
    expect(await repo.read('.shiprc.old')).toBe('protect: [trunk]\n')
    expect((await configOf(repo)).protect).toEqual([{ refs: ['develop', 'main'] }])
  })
})

test('a wrong config ends any command that needs it with 2, file, line and key', async () => {
  await using repo = await tempRepo({ '.shiprc': 'gates:\n  tests:\n    rum: npm test\n  secret: false\n' })
  const ended = await repo.shipGuard(['check'])
  expect(ended.code).toBe(2)
  expect(ended.stderr).toContain('.shiprc:3:5: gates.tests.rum: expected one of `run`')
  expect(ended.stderr).toContain('.shiprc:4:3: gates.secret: ')
  expect(ended.stderr).toContain('Did you mean `secrets`?')
})
