import { beforeAll, describe, expect, test } from 'vitest'
import { dialectOf } from '../lint.ts'
import { tools } from '../tools/registry.generated.ts'
import { parseScript } from './languages.ts'
import { overlooked } from './overlooked.ts'

beforeAll(() => dialectOf('postgres').load?.())

/** Lines that say a drop which the tool did not see. */
async function linesOf(tool: string, path: string, text: string): Promise<number[]> {
  const script = (await parseScript(path, text))!
  const reading = tools.find(one => one.id === tool)!.read!(script, 'postgres')
  return overlooked(script, reading, 'postgres').map(({ line }) => line)
}

const laravel = (up: string, more = '') => `<?php
use Illuminate\\Database\\Migrations\\Migration;
return new class extends Migration {
    public function up(): void {
${up}
    }
    public function down(): void { Schema::drop('a'); DB::unprepared('DROP TABLE b'); }
    ${more}
};`

const rails = (body: string) => `class Tidy < ActiveRecord::Migration[7.0]
${body}
end`

const django = (above: string, operations: string) => `from django.db import migrations
${above}
class Migration(migrations.Migration):
    operations = [${operations}]
`

const knex = (up: string, above = '') => `${above}
exports.up = async knex => {
${up}
}
exports.down = async knex => { await knex.schema.dropTable('a') }`

describe('a drop that no tool follows is seen', () => {
  test.each([
    ['a callable in a list', "array_map([Schema::class, 'drop'], ['a']);"],
    ['a callable in a text', "array_map('Schema::drop', ['a']);"],
    ['a connection of its own', "(new PDO('x'))->query('DROP TABLE a');"],
    ['a shell', "`mysql -e 'drop table a'`;"],
    ['reflection', "(new ReflectionMethod('Schema', 'drop'))->invoke(null, 'a');"],
    ['another schema manager', "DB::getDoctrineSchemaManager()->dropTable('a');"],
  ])('Laravel: %s', async (_, up) => {
    expect(await linesOf('laravel', 'database/migrations/2024_01_01_000000_a.php', laravel(up))).toEqual([5])
  })

  test('Laravel: in what runs before up()', async () => {
    const text = laravel('', "public function __construct() { Schema::drop('a'); }")
    expect(await linesOf('laravel', 'database/migrations/2024_01_01_000000_a.php', text)).toEqual([8])
  })

  test.each([
    ['a Proc', '  def up\n    Proc.new { drop_table :a }.call\n  end', 3],
    ['a method object', '  def up\n    method(:drop_table).call(:a)\n  end', 3],
    ['a raw connection', "  def up\n    connection.raw_connection.exec('DROP TABLE a')\n  end", 3],
    ['a method that is made', '  define_method(:up) { drop_table :a }', 2],
    ['the body of the class', '  ActiveRecord::Base.connection.drop_table :a\n  def up; end', 2],
  ])('Rails: %s', async (_, body, line) => {
    expect(await linesOf('rails', 'db/migrate/20240101000000_a.rb', rails(body))).toEqual([line])
  })

  test.each([
    ['at the top of the file', "connection.cursor().execute('DROP TABLE a')", '', 2],
    ['in Python in a text', 'def f(a, s):\n    exec("s.execute(\'DROP TABLE a\')")', 'migrations.RunPython(f)', 3],
    ['set from outside', "setattr(M, 'operations', [migrations.RemoveField('a', 'b')])", '', 2],
  ])('Django: %s', async (_, above, operations, line) => {
    expect(await linesOf('django', 'app/migrations/0001_a.py', django(above, operations))).toEqual([line])
  })

  test.each([
    ['a transaction in a variable', "const t = await knex.transaction(); await t.raw('DROP TABLE a')"],
    ['the driver', "await knex.client.query({}, 'DROP TABLE a')"],
    ['code in a text', 'eval("knex.schema.dropTable(1)")'],
  ])('Knex: %s', async (_, up) => {
    expect(await linesOf('knex', 'migrations/20240101000000_a.js', knex(up))).toEqual([3])
  })
})

describe('nothing is said where', () => {
  test('the tool has read it, or it only runs on the way back', async () => {
    const text = laravel("Schema::table('a', function ($t) { $t->dropIndex('i'); $t->dropColumn('x'); });")
    expect(await linesOf('laravel', 'database/migrations/2024_01_01_000000_a.php', text)).toEqual([])
  })

  test('a method of the file is named for a drop, or a comment tells of one', async () => {
    const text = laravel('$this->dropIt(); // DROP TABLE a', "private function dropIt() { Schema::drop('a'); }")
    expect(await linesOf('laravel', 'database/migrations/2024_01_01_000000_a.php', text)).toEqual([])
  })

  test('Rails goes back in a block or in a method that only `down` calls', async () => {
    const text = rails(`  def change
    reversible { |dir| dir.down { execute 'DROP TABLE a' } }
  end
  def down
    tidy
  end
  def tidy
    drop_table :a
  end`)
    expect(await linesOf('rails', 'db/migrate/20240101000000_a.rb', text)).toEqual([])
  })

  test('Django goes back, or changes what it remembers only', async () => {
    const above = `from django.db.migrations import RemoveField
def there(apps, schema_editor):
    pass
def back(apps, schema_editor):
    exec("DROP TABLE a")`
    const operations = `migrations.RunPython(there, back),
        migrations.RunSQL('SELECT 1', 'DROP TABLE a'),
        migrations.RunSQL('SELECT 1', reverse_sql='DROP TABLE a'),
        migrations.SeparateDatabaseAndState(state_operations=[
            migrations.DeleteModel('a'),
        ])`
    expect(await linesOf('django', 'app/migrations/0001_a.py', django(above, operations))).toEqual([])
  })
})
