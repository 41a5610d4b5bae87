import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tools } from './hook-managers.ts'
import { installed, phpProject } from './php-tools.ts'
import { exec, type TempRepo } from './temp-repo.ts'
import { toolFixtures } from './tool-fixtures.ts'

/** What the guides are tried on: by the kind that a guide names, what makes a project of it in a repository. */
export const guideProjects: Readonly<Record<string, (repo: TempRepo) => Promise<void>>> = {
  laravel,
  django,
  rails,
  'node-monorepo': nodeMonorepo,
  lefthook,
}

function filesOf(id: string): Readonly<Record<string, string>> {
  return toolFixtures.find(fixture => fixture.id === id)!.project
}

async function laravel(repo: TempRepo): Promise<void> {
  const project = filesOf('laravel')
  const files = {
    ...project,
    // `artisan test` comes with a package that prints nicely; here it starts PHPUnit in the same way.
    artisan: project.artisan!.replace(
      '<?php',
      "<?php\nif (($argv[1] ?? '') === 'test') { passthru('phpunit', $code); exit($code); }",
    ),
    'database/migrations/2023_04_01_000000_create_customers_table.php': laravelCustomers,
    'phpunit.xml':
      '<phpunit><testsuites><testsuite name="unit"><directory>tests</directory></testsuite></testsuites></phpunit>\n',
    'tests/PriceTest.php':
      '<?php\nuse PHPUnit\\Framework\\TestCase;\nfinal class PriceTest extends TestCase { public function testAdds(): void { $this->assertSame(3, 1 + 2); } }\n',
    '.gitignore': '/vendor/\n/storage/\n/bootstrap/cache/\n.env\n.phpunit.result.cache\n',
  }
  await phpProject(repo.dir, files, installed.laravel)
  await repo.commit({}, 'a shop')
}

const laravelCustomers = `<?php

use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
use Illuminate\\Support\\Facades\\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::create('customers', function (Blueprint $table) {
            $table->id();
            $table->string('phone')->nullable();
        });
    }
};
`

async function django(repo: TempRepo): Promise<void> {
  await repo.commit(
    {
      ...filesOf('django'),
      'shop/tests.py':
        'from django.test import SimpleTestCase\n\n\nclass PriceTest(SimpleTestCase):\n    def test_adds(self):\n        self.assertEqual(1 + 2, 3)\n',
      '.gitignore': '__pycache__/\n*.sqlite3\n',
    },
    'a shop',
  )
}

async function rails(repo: TempRepo): Promise<void> {
  await mkdir(join(repo.dir, 'bin'), { recursive: true })
  await writeFile(join(repo.dir, 'bin/rails'), filesOf('rails')['bin/rails']!)
  await chmod(join(repo.dir, 'bin/rails'), 0o755)
  await repo.commit(
    {
      ...filesOf('rails'),
      'db/migrate/20240110100000_create_customers.rb':
        'class CreateCustomers < ActiveRecord::Migration[6.1]\n  def change\n    create_table :customers do |t|\n      t.string :phone\n    end\n  end\nend\n',
    },
    'a shop',
  )
}

async function nodeMonorepo(repo: TempRepo): Promise<void> {
  const manifest = (name: string, more: object) =>
    `${JSON.stringify({ name, version: '1.0.0', private: true, ...more }, undefined, 2)}\n`
  const tested = { scripts: { test: 'node --test' } }
  await repo.commit(
    {
      'package.json': manifest('shop', { workspaces: ['packages/*'] }),
      'packages/prices/package.json': manifest('prices', tested),
      'packages/prices/index.js': 'exports.tax = net => Math.round(net * 19) / 100\n',
      'packages/prices/index.test.js':
        "const { test } = require('node:test')\ntest('tax', () => require('node:assert').equal(require('.').tax(100), 19))\n",
      'packages/cart/package.json': manifest('cart', { ...tested, dependencies: { prices: '1.0.0' } }),
      'packages/cart/index.test.js':
        "const { test } = require('node:test')\ntest('sum', () => require('node:assert').equal(100 + require('prices').tax(100), 119))\n",
      '.gitignore': 'node_modules/\n',
    },
    'a shop',
  )
  const made = await exec('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: repo.dir,
  })
  if (made.code !== 0) throw new Error(made.stderr)
  await repo.commit({}, 'lock')
}

async function lefthook(repo: TempRepo): Promise<void> {
  await repo.commit(
    {
      'package.json': '{ "name": "shop", "private": true }\n',
      'lefthook.yml': 'pre-commit:\n  jobs:\n    - run: "true"\npre-push:\n  jobs:\n    - run: "true"\n',
      '.gitignore': 'node_modules/\n',
    },
    'a shop',
  )
  await mkdir(join(repo.dir, 'node_modules/.bin'), { recursive: true })
  await symlink(tools.lefthook, join(repo.dir, 'node_modules/.bin/lefthook'))
  await exec(tools.lefthook, ['install'], { cwd: repo.dir })
}
