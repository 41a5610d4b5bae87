import { beforeAll, describe, expect, test } from 'vitest'
import { parseScript } from '../../code/languages.ts'
import { dialectOf } from '../../lint.ts'
import { type DialectId, type Statement, shown } from '../../statement.ts'
import { readLaravel } from './read.ts'

beforeAll(async () => {
  for (const id of ['postgres', 'mysql', 'sqlite'] as const) await dialectOf(id).load?.()
})

async function read(up: string, dialect: DialectId = 'mysql', others = '') {
  const text = `<?php\nreturn new class extends Migration {\npublic function up(): void {\n${up}\n}\npublic function down(): void { Schema::drop('kept'); }\n${others}\n};\n`
  return readLaravel((await parseScript('x.php', text))!, dialect)
}

async function losses(up: string, others = ''): Promise<string[]> {
  const { statements, unread } = await read(up, 'mysql', others)
  return [...statements.flatMap(lost), ...unread.map(({ because }) => `? ${because}`)]
}

function lost(one: Statement): string[] {
  const inside = one.inside === undefined ? '' : ` in ${one.inside}`
  if (one.kind === 'drop-table') return one.tables.map(table => `table ${shown(table)}${inside}`)
  if (one.kind === 'drop-column') return one.columns.map(column => `${shown(one.table)}.${column}${inside}`)
  if (one.kind === 'drop-schema') return one.names.map(name => `${one.what} ${name}${inside}`)
  return one.kind === 'unreadable' ? [`unreadable${inside}`] : []
}

const onUsers = (code: string) => `Schema::table('users', function (Blueprint $table) { ${code} });`

describe('drops in every disguise', () => {
  test.each<[code: string, losses: string[]]>([
    [onUsers("$table->dropColumn('a');"), ['users.a']],
    [onUsers("$table->dropColumn('a', 'b');"), ['users.a', 'users.b']],
    [onUsers("$table->dropColumn(['a', 'b']);"), ['users.a', 'users.b']],
    [onUsers("$table->dropColumn(columns: ['a']);"), ['users.a']],
    [onUsers('$table->dropTimestamps();'), ['users.created_at', 'users.updated_at']],
    [onUsers("$table->dropSoftDeletes('gone_at');"), ['users.gone_at']],
    [onUsers('$table->dropRememberToken();'), ['users.remember_token']],
    [onUsers("$table->dropMorphs('owner');"), ['users.owner_type', 'users.owner_id']],
    [onUsers("$table->dropConstrainedForeignId('team_id');"), ['users.team_id']],
    [onUsers('$table->dropConstrainedForeignIdFor(TeamMember::class);'), ['users.team_member_id']],
    [onUsers('$table->drop();'), ['table users']],
    [onUsers("$table->after('a', function ($t) { $t->dropColumn('b'); });"), ['users.b']],
    [onUsers("collect(['a'])->each(fn ($c) => $table->dropColumn($c));"), ['users.$c in a condition']],
    [onUsers("if (Schema::hasColumn('users', 'a')) $table->dropColumn('a');"), ['users.a in a condition']],
    [onUsers("foreach (['a', 'b'] as $c) $table->dropColumn($c);"), ['users.a', 'users.b']],
    [
      onUsers('foreach (names() as $c) $table->dropColumn($c);'),
      ['users.$c in a loop', '? what names() does stands in another file'],
    ],
    ["Schema::table('users', fn ($t) => $t->dropColumn('a'));", ['users.a']],
    ["Schema::connection('old')->table('users', fn ($t) => $t->dropColumn('a'));", ['users.a']],
    ["Schema::dropIfExists('users');", ['table users']],
    ['Schema::drop($name);', ['table $name']],
    ["Schema::dropColumns('users', ['a', 'b']);", ['users.a', 'users.b']],
    ["Schema::whenTableHasColumn('users', 'a', fn ($t) => $t->dropColumn('a'));", ['users.a in a condition']],
    ["Schema::withoutForeignKeyConstraints(fn () => Schema::drop('users'));", ['table users']],
    ['Schema::dropAllTables();', ['table every table']],
    ["Schema::dropDatabaseIfExists('shop');", ['database shop']],
    ["$schema = DB::getSchemaBuilder(); $schema->drop('users');", ['table users']],
    ["app('db.schema')->drop('users');", ['table users']],
    ["$this->schema->dropIfExists('users');", ['table users']],
    ["call_user_func([Schema::class, 'drop'], 'users');", ['table users']],
    ["DB::statement('ALTER TABLE users DROP COLUMN a');", ['users.a']],
    ['DB::connection(\'x\')->statement("DROP TABLE {$name}");', ['table some_name']],
    ["DB::unprepared(file_get_contents(__DIR__.'/x.sql'));", ['unreadable']],
    ['DB::statement($sql);', ['unreadable']],
    ["DB::transaction(function () { DB::statement('DROP TABLE users'); });", ['table users']],
    ["DB::getPdo()->exec('DROP TABLE users');", ['table users']],
    [
      "Schema::table('users', $this->columns());",
      ['unreadable', '? what it does to the table stands where it cannot be seen'],
    ],
    ["Artisan::call('migrate:fresh');", ['unreadable', '? it runs the command `migrate:fresh`, which is not read']],
    ['$this->fromTrait();', ['? what fromTrait() does stands in another file']],
    ['$this->dropLegacyTables();', ['unreadable', '? what dropLegacyTables() does stands in another file']],
    [onUsers("$table->money('price');"), ['? what `money` of the Blueprint does is not known here']],
    [onUsers('$table->$method();'), ['unreadable', '? what it calls is told only while it runs']],
  ])('%s', async (code, found) => {
    expect(await losses(code)).toEqual(found)
  })

  test('also in a helper, and in a method that is handed over by name', async () => {
    const helper =
      'private function tidy($t, string $c) { $t->dropColumn($c); } public function cols($t) { $t->drop(); }'
    expect(await losses(onUsers("$this->tidy($table, 'a');"), helper)).toEqual(['users.a'])
    expect(await losses("Schema::table('users', [$this, 'cols']);", helper)).toEqual(['table users'])
  })

  test('what runs on another database only is not asked of this one', async () => {
    const code =
      "if (DB::getDriverName() === 'pgsql') { DB::statement('DROP TABLE a'); } else { DB::statement('DROP TABLE b'); }"
    expect((await read(code, 'mysql')).statements.flatMap(lost)).toEqual(['table b in a condition'])
    expect((await read(code, 'postgres')).statements.flatMap(lost)).toEqual(['table a in a condition'])
  })
})

test('ordinary code around migrations is no reason for a word', async () => {
  const { unread } = await read(`
    Schema::disableForeignKeyConstraints();
    $now = now(); Log::info('x'); $names = config('permission.table_names');
    Schema::create($names['roles'], fn ($t) => $t->id());
    DB::table('users')->insert(['id' => Str::uuid(), 'at' => Carbon::now()]);
    User::query()->whereNull('a')->chunkById(100, function ($users) { foreach ($users as $user) { $user->update(['a' => 1]); } });
    app(PermissionRegistrar::class)->forgetCachedPermissions();
    Schema::enableForeignKeyConstraints();
  `)
  expect(unread).toEqual([])
})

describe('columns', () => {
  const column = async (code: string, dialect: DialectId) => {
    const [first] = (await read(`Schema::table('t', fn ($table) => $table->${code});`, dialect)).statements
    return first?.kind === 'add-column' ? first.columns[0] : first
  }

  test.each<[code: string, dialect: DialectId, column: object]>([
    [
      'id()',
      'mysql',
      { name: 'id', type: { name: 'bigint', unsigned: true }, notNull: true, numbered: 'auto', primaryKey: true },
    ],
    ['id()', 'postgres', { name: 'id', type: { name: 'bigint' }, notNull: true, numbered: 'serial', primaryKey: true }],
    ["string('a', 20)->nullable()", 'postgres', { name: 'a', type: { name: 'varchar', args: ['20'] } }],
    ["string('a')", 'sqlite', { name: 'a', type: { name: 'varchar' }, notNull: true }],
    ["decimal('a', 12, 4)", 'postgres', { name: 'a', type: { name: 'numeric', args: ['12', '4'] }, notNull: true }],
    ["enum('a', ['x', 'y'])", 'mysql', { name: 'a', type: { name: 'enum', args: ['x', 'y'] }, notNull: true }],
    ["enum('a', State::values())", 'mysql', { name: 'a', type: { name: 'enum' }, notNull: true }],
    [
      "timestampTz('a')->useCurrent()",
      'postgres',
      {
        name: 'a',
        type: { name: 'timestamptz', args: ['0'] },
        notNull: true,
        default: { text: 'CURRENT_TIMESTAMP', is: 'stable' },
      },
    ],
    [
      "uuid('a')->default(DB::raw('gen_random_uuid()'))",
      'postgres',
      { name: 'a', type: { name: 'uuid' }, notNull: true, default: { text: 'gen_random_uuid()', is: 'volatile' } },
    ],
    [
      "integer('a')->storedAs('b * 2')",
      'mysql',
      { name: 'a', type: { name: 'int' }, stored: true, expression: 'b * 2' },
    ],
    [
      "boolean('a')->default(false)->after('b')",
      'mysql',
      {
        name: 'a',
        type: { name: 'tinyint', args: ['1'] },
        notNull: true,
        default: { text: "'0'", is: 'constant' },
        position: { after: 'b' },
      },
    ],
  ])('%s on %s', async (code, dialect, expected) => {
    expect(await column(code, dialect)).toEqual(expected)
  })

  test('keys and references come with their columns', async () => {
    const { statements } = await read(
      "Schema::table('posts', fn ($t) => $t->foreignId('user_id')->unique()->constrained());",
      'postgres',
    )
    expect(statements.map(one => one.kind)).toEqual(['add-column', 'add-constraint', 'add-constraint'])
    expect(statements[2]).toMatchObject({
      constraint: { name: 'posts_user_id_foreign', references: { table: { name: 'users' }, columns: ['id'] } },
    })
  })

  test('a table made under a name that is told only while it runs is new to nobody', async () => {
    const { statements } = await read('Schema::create($name, fn ($t) => $t->id());')
    expect(statements[0]).toMatchObject({ kind: 'create-table', surely: false })
  })
})

describe('rows', () => {
  test.each<[code: string, change: object | undefined]>([
    ["DB::table('a')->delete();", { verb: 'delete', table: { name: 'a' }, columns: [], mayBeNull: [] }],
    [
      "DB::table('a')->whereNull('b')->update(['b' => 1]);",
      {
        verb: 'update',
        table: { name: 'a' },
        columns: ['b'],
        mayBeNull: [],
        where: { text: 'whereNull', isNull: 'b' },
      },
    ],
    [
      "DB::table('a')->update(['b' => $x]);",
      { verb: 'update', table: { name: 'a' }, columns: ['b'], mayBeNull: ['b'] },
    ],
    [
      "UserCategory::where('x', 1)->delete();",
      { verb: 'delete', table: { name: 'user_categories' }, columns: [], mayBeNull: [], where: { text: 'where' } },
    ],
    ["DB::update('update a set b = ? where c = :c', [1]);", { verb: 'update', table: { name: 'a' }, columns: ['b'] }],
  ])('%s', async (code, change) => {
    expect((await read(code)).statements[0]).toMatchObject({ kind: 'data', change })
  })

  test('truncate empties the table', async () => {
    expect((await read('Order::truncate();')).statements[0]).toMatchObject({
      kind: 'truncate',
      tables: [{ name: 'orders' }],
    })
  })
})
