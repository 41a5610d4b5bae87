import { beforeAll, describe, expect, test } from 'vitest'
import { parseScript } from '../../code/languages.ts'
import { dialectOf } from '../../lint.ts'
import doctrine from './index.ts'

const composer = { path: 'composer.json', text: '{"require":{"doctrine/doctrine-migrations-bundle":"^3.2"}}' }

describe('detect', () => {
  test('Symfony says where its migrations lie and which database it has', () => {
    const yaml =
      "doctrine_migrations:\n    migrations_paths:\n        # namespace\n        'App\\Migrations': '%kernel.project_dir%/src/Migrations'\n    enable_profiler: false\n"
    const evidence = [
      composer,
      { path: 'config/packages/doctrine_migrations.yaml', text: yaml },
      { path: '.env', text: '# DATABASE_URL="mysql://x"\nDATABASE_URL="postgresql://app:x@127.0.0.1:5432/app"\n' },
    ]
    expect(doctrine.detect(evidence, ['src/Migrations/Version1.php'])).toEqual([
      { tool: 'doctrine', root: '', globs: ['src/Migrations/**/*.php'], flavour: 'postgres' },
    ])
  })

  test('without Symfony, migrations.php or migrations.json say it', () => {
    const own = { path: 'api/composer.json', text: '{"require":{"doctrine/migrations":"^3"}}' }
    const code = "<?php return ['migrations_paths' => ['A\\B' => __DIR__ . '/db/migrations', 'C' => 'more']];"
    const paths = ['api/db/migrations/Version1.php']
    expect(doctrine.detect([own, { path: 'api/migrations.php', text: code }], paths)[0]?.globs).toEqual([
      'api/db/migrations/**/*.php',
      'api/more/**/*.php',
    ])
    const json = '{"migrations_paths": {"A": "./db"}}'
    expect(doctrine.detect([own, { path: 'api/migrations.json', text: json }], paths)[0]?.globs).toEqual([
      'api/db/**/*.php',
    ])
  })

  test('no project without a composer.json that asks for it', () => {
    expect(doctrine.detect([{ path: 'composer.json', text: '{"require":{}}' }], ['migrations/Version1.php'])).toEqual(
      [],
    )
  })
})

test('a version goes by the whole name of its class', () => {
  expect(doctrine.nameOf('m/Version1.php', '<?php\nnamespace A\\B;\nclass Version1 {}')).toBe('A\\B\\Version1')
  expect(doctrine.nameOf('m/Version1.php', '<?php\nclass Version1 {}')).toBe('Version1')
})

test('whether it runs in a transaction is said by the database and by isTransactional()', () => {
  const running = (dialect: 'postgres' | 'mysql', body: string) =>
    doctrine.running({ path: 'x.php', text: `<?php class V { ${body} }` }, new Set(), dialect).transaction
  expect(running('postgres', '')).toBe('file')
  expect(running('postgres', 'public function isTransactional(): bool { return false; }')).toBe('none')
  expect(running('mysql', '')).toBe('none')
})

describe('read', () => {
  beforeAll(() => dialectOf('postgres').load?.())

  test.each<[code: string, found: string[]]>([
    ["$this->addSql('DROP TABLE a');", ['drop-table']],
    ["$this->connection->executeStatement('DROP TABLE a');", ['drop-table']],
    ["$schema->dropTable('a');", ['drop-table']],
    ["$schema->getTable('a')->dropColumn('b')->dropColumn('c');", ['drop-column', 'drop-column']],
    ["$t = $schema->getTable('a'); $t->changeColumn('b', ['notnull' => true]);", ['change-column']],
    ["if ($schema->hasTable('a')) { $schema->dropTable('a'); }", ['drop-table in a condition']],
    ['$this->addSql($sql);', ['unreadable']],
    ["$this->connection->createSchemaManager()->dropTable('a');", ['unreadable']],
    ["$this->connection->delete('a', ['id' => 1]);", ['data']],
    ["$this->addSql('UPDATE a SET b = ? WHERE c = :c', [1]);", ['data']],
    ["$this->skipIf($a, 'no'); $this->write('hello');", []],
    ["if ($this->connection->getDatabasePlatform() instanceof MySQLPlatform) { $this->addSql('x'); }", []],
  ])('%s', async (code, found) => {
    const text = `<?php class V extends AbstractMigration { public function up(Schema $schema): void { ${code} } }`
    const { statements } = doctrine.read!((await parseScript('x.php', text))!, 'postgres')
    expect(statements.map(one => (one.inside === undefined ? one.kind : `${one.kind} in ${one.inside}`))).toEqual(found)
  })
})
