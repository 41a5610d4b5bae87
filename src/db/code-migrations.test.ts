import { describe, expect, test } from 'vitest'
import { codeFindings } from './code-migrations.ts'

function said(path: string, text: string, before?: string): string[] {
  return codeFindings([{ path, text, before }]).map(
    ({ severity, code, rule, what, at }) => `${severity} ${code ?? rule} ${at?.line}: ${what}`,
  )
}

function dropsIn(path: string, text: string): string[] {
  return said(path, text)
    .filter(line => line.startsWith('error'))
    .map(line => line.slice('error '.length))
}

const laravel = (up: string) => `<?php
return new class extends Migration {
    public function up(): void
    {
        ${up}
    }

    public function down(): void
    {
        Schema::table('users', function (Blueprint $table) { $table->dropColumn('nick'); });
        DB::statement('DROP TABLE users'); // a brace } in a comment and '}' in a string
    }
};
`

describe('Laravel', () => {
  const path = 'database/migrations/2024_01_01_000000_x.php'

  test('says that little was read', () => {
    expect(said(path, laravel("Schema::table('users', fn ($t) => $t->string('nick'));"))).toEqual([
      'warning migration-in-code undefined: A new migration is written in PHP.',
    ])
  })

  test.each([
    ["$table->dropColumn('email');", 'DS103 5: Runs `->dropColumn` on the way up.'],
    ['$table->dropSoftDeletes();', 'DS103 5: Runs `->dropSoftDeletes` on the way up.'],
    ["Schema::dropIfExists('users');", 'DS102 5: Runs `Schema::dropIfExists` on the way up.'],
    ["DB::statement('ALTER TABLE users DROP COLUMN email');", 'DS103 5: Runs `DROP COLUMN email` on the way up.'],
    ["DB::statement('drop table users');", 'DS102 5: Runs `drop table users` on the way up.'],
  ])('sees %s', (up, finding) => {
    expect(dropsIn(path, laravel(up))).toEqual([finding])
  })

  test.each(["// $table->dropColumn('email');", '$table->dropIndex(["email"]);', "$table->dropForeign('x');"])(
    'passes %s',
    up => {
      expect(dropsIn(path, laravel(up))).toEqual([])
    },
  )

  test('a comment above the call allows it with a reason', () => {
    const up = "// ship-guard:allow drop-column moved to accounts\n        $table->dropColumn('email');"
    expect(said(path, laravel(up))).toContain(
      'info DS103 6: Runs `->dropColumn` on the way up. Allowed: moved to accounts',
    )
  })

  test('a call that the branch already has is not told again', () => {
    const text = laravel("$table->dropColumn('email');")
    expect(said(path, `${text}\n// more`, text)).toEqual([expect.stringContaining('warning')])
  })
})

test('Django: RemoveField and DeleteModel, but not what only undoes', () => {
  const text = `from django.db import migrations
class Migration(migrations.Migration):
    operations = [
        migrations.RemoveField(model_name='user', name='email'),
        migrations.DeleteModel(name='Order'),
        # migrations.DeleteModel(name='Old'),
        migrations.RunSQL("CREATE INDEX i ON a (b)", reverse_sql="DROP TABLE a"),
    ]
`
  expect(dropsIn('shop/migrations/0002_x.py', text)).toEqual([
    'DS103 4: Runs `RemoveField` on the way up.',
    'DS102 5: Runs `DeleteModel` on the way up.',
  ])
})

test('Alembic: upgrade counts, downgrade does not', () => {
  const text = `from alembic import op
def upgrade():
    op.drop_column('users', 'email')
    with op.batch_alter_table('a') as batch_op:
        batch_op.drop_column('b')


def downgrade():
    op.drop_table('users')

    op.execute("DROP TABLE a")
`
  expect(dropsIn('alembic/versions/1_x.py', text)).toEqual([
    'DS103 3: Runs `.drop_column` on the way up.',
    'DS103 5: Runs `.drop_column` on the way up.',
  ])
})

test('Rails: change and up count, down does not', () => {
  const text = `class X < ActiveRecord::Migration[7.1]
  def up
    remove_column :users, :email
    create_table :a, force: :cascade
  end

  def down
    drop_table :users
  end
end
`
  expect(dropsIn('db/migrate/2024_x.rb', text)).toEqual([
    'DS103 3: Runs `remove_column` on the way up.',
    'DS102 4: Runs `force: :cascade` on the way up.',
  ])
})

test.each([
  ['knex', "exports.up = knex => knex.schema.dropTable('a')\nexports.down = knex => knex.schema.dropTable('b')\n"],
  [
    'knex, down first',
    "exports.down = knex => knex.schema.dropTable('b')\nexports.up = knex => knex.schema.dropTable('a')\n",
  ],
  [
    'TypeORM',
    "class X implements MigrationInterface {\n async up(q: QueryRunner): Promise<void> { await q.dropTable('a') }\n async down(q: QueryRunner): Promise<void> { await q.dropTable('b') }\n}\n",
  ],
  [
    'Sequelize',
    "module.exports = {\n async up(queryInterface) { await queryInterface.dropTable('a') },\n async down({ context }) { if (x) { await context.dropTable('b') } },\n}\n",
  ],
  [
    'Kysely',
    "export async function down(db: Kysely<any>) {\n await db.schema.dropTable('b').execute()\n}\nexport async function up(db: Kysely<any>) {\n await db.schema.dropTable('a').execute()\n}\n",
  ],
])('%s: only the drop on the way up counts', (_, text) => {
  const findings = codeFindings([{ path: 'migrations/1.ts', text, before: undefined }]).filter(
    f => f.severity === 'error',
  )
  expect(findings.map(finding => text.split('\n')[finding.at!.line! - 1])).toEqual([expect.stringContaining("'a'")])
})

test('a file in such a folder that is no migration is left alone', () => {
  expect(said('migrations/helper.ts', 'export const dropAll = (list: string[]) => list.slice()')).toEqual([])
})

test.each([
  ['database/migrations/1.php', "<?php Schema::drop('users');", '// ship-guard:allow drop-table <reason>'],
  [
    'db/migrate/1.rb',
    'class A < ActiveRecord::Migration\n  drop_table :users\nend',
    '# ship-guard:allow drop-table <reason>',
  ],
])('the line that allows a drop in %s can be copied as it stands', (path, text, line) => {
  const [, drop] = codeFindings([{ path, text, before: undefined }])
  expect(drop?.instead.split('\n').at(-1)).toBe(line)
  const allowed = text.replace(/^(.*[Dd]rop)/m, `${line.replace('<reason>', 'Nobody reads it since 2.0.')}\n$1`)
  expect(codeFindings([{ path, text: allowed, before: undefined }]).filter(one => one.severity === 'error')).toEqual([])
})
