import { describe, expect, test } from 'vitest'
import { readEffects } from '../../../../test/support/read-effects.ts'
import rails from './index.ts'

const read = (change: string, dialect: 'postgres' | 'mysql' | 'sqlite' = 'postgres') =>
  readEffects(
    rails,
    'db/migrate/1_x.rb',
    `class X < ActiveRecord::Migration[7.0]\n  def change\n${change}\n  end\n\n  def down\n    drop_table :never\n  end\nend\n`,
    dialect,
  )

describe('rails', () => {
  test.each([
    ['drop_table :a, if_exists: true', ['drop-table a']],
    ['drop_table :a, :b', ['drop-table a b']],
    ['drop_join_table :users, :groups', ['drop-table groups_users']],
    ['create_table :a, force: :cascade', ['drop-table a', 'create-table a']],
    ['remove_column :a, :b, :string', ['drop-column a b']],
    ['remove_columns :a, :b, :c, type: :string', ['drop-column a b c']],
    ['remove_timestamps :a', ['drop-column a created_at updated_at']],
    ['remove_reference :a, :user, polymorphic: true', ['drop-column a user_id user_type']],
    ['rename_column :a, :b, :c', ['rename-column a b c']],
    ['rename_table :a, :b', ['rename-table a b']],
    ['change_column :a, :b, :text, null: false', ['change-column a b type', 'change-column a b not-null']],
    ['change_column_null :a, :b, false, 0', ['data update a', 'change-column a b not-null']],
    ['change_column_null :a, :b, true', ['change-column a b nullable']],
    ['change_column_default :a, :b, from: 1, to: 2', ['change-column a b default']],
    [
      'add_column :a, :b, :string, limit: 9, null: false, default: "x"',
      ["add-column a b varchar(9) not null default 'x'"],
    ],
    [
      'add_column :a, :b, :uuid, default: -> { "gen_random_uuid()" }',
      ['add-column a b uuid default gen_random_uuid()'],
    ],
    [
      'add_index :a, [:b, :c], unique: true, algorithm: :concurrently',
      ['create-index a index_a_on_b_and_c b,c unique concurrently'],
    ],
    ['remove_index :a, :b', ['drop-index index_a_on_b']],
    [
      'add_reference :a, :user, foreign_key: true, index: { algorithm: :concurrently }',
      [
        'add-column a user_id',
        'create-index a index_a_on_user_id user_id concurrently',
        'add-constraint a foreign-key user_id',
      ],
    ],
    ['add_foreign_key :a, :users, validate: false', ['add-constraint a foreign-key user_id']],
    ['add_check_constraint :a, "b > 0", name: "ck"', ['add-constraint a check ck']],
    ['disable_extension "hstore"', ['drop-cascade hstore']],
    ['User.delete_all', ['data delete users']],
    ['LineItem.unscoped.update_all(a: 1)', ['data update line_items']],
    ['User.where(a: 1).delete_all', ['data']],
    ['safety_assured { remove_column :a, :b }', ['drop-column a b']],
    ['ActiveRecord::Base.connection.execute("DROP TABLE a")', ['drop-table a']],
    ['connection.drop_table(:a)', ['drop-table a']],
    ['User.find_each { |u| drop_table u.name }', ['drop-table ? (a block)']],
    ['execute File.read("x.sql")', ['unreadable']],
    ['remove_column :a, :b if column_exists?(:a, :b)', ['drop-column a b (a condition)']],
    ['reversible { |dir| dir.up { drop_table :a }; dir.down { drop_table :b } }', ['drop-table a']],
    ['up_only { drop_table :a }', ['drop-table a']],
    ['revert { create_table :a; add_column :b, :c, :string }', ['drop-column b c', 'drop-table a']],
    ['revert CreateUsers', ['unreadable']],
    ['drop_partitions_of :a', ['unreadable', 'unread']],
    ['create_hypertable :a', ['unread']],
    ['say "done"', []],
  ])('%s', async (change, effects) => {
    expect(await read(change)).toEqual(effects)
  })

  test('what stands in change_table is about that table', async () => {
    expect(
      await read(
        'change_table :a, bulk: true do |t|\n t.remove :b, :c\n t.rename :d, :e\n t.change :f, :text\n t.string :g, index: true\n t.remove_index :g\n t.remove_references :user\n t.frobnicate :x\nend',
      ),
    ).toEqual([
      'drop-column a b c',
      'rename-column a d e',
      'change-column a f type',
      'add-column a g',
      'create-index a index_a_on_g g',
      'drop-index index_a_on_g',
      'drop-column a user_id',
      'alter-other a',
      'unread',
    ])
  })

  test.each([
    ['def change\n  add_column :a, :b, :string\nend', 'present'],
    ['def change\n  remove_column :a, :b\nend', 'irreversible'],
    ['def change\n  remove_column :a, :b, :string\nend', 'present'],
    ['def change\n  drop_table :a\nend', 'irreversible'],
    ['def change\n  drop_table :a do |t|\n    t.string :b\n  end\nend', 'present'],
    ['def change\n  execute "x"\nend', 'irreversible'],
    ['def change\n  reversible do |dir|\n    dir.up { execute "x" }\n  end\nend', 'present'],
    ['def up\nend\n\ndef down\n  raise ActiveRecord::IrreversibleMigration\nend', 'irreversible'],
    ['def up\nend\n\ndef down\nend', 'empty'],
    ['def up\nend', 'missing'],
  ])('the way back of %j is %s', (body, down) => {
    const text = `class X < ActiveRecord::Migration[7.0]\n${body.replace(/^/gm, '  ')}\nend\n`
    expect(rails.running({ path: 'db/migrate/1_x.rb', text }, new Set(), 'postgres').down).toBe(down)
  })

  test('runs in the order of the numbers, and leaves out what has none', () => {
    const paths = ['db/migrate/10_b.rb', 'db/migrate/9_a.rb', 'db/migrate/concerns/helper.rb']
    expect(rails.migrations(paths)).toEqual(['db/migrate/9_a.rb', 'db/migrate/10_b.rb'])
    expect(rails.nameOf('db/migrate/0007_x.rb')).toBe('7')
  })

  test('an engine is a project of its own, with the database of its app', () => {
    const evidence = [{ path: 'config/database.yml', text: 'test:\n  adapter: mysql2\n' }]
    expect(rails.detect(evidence, ['engines/shop/db/migrate/1_a.rb', 'db/migrate/1_a.rb'])).toMatchObject([
      { root: 'engines/shop', flavour: 'mysql' },
      { root: '', flavour: 'mysql' },
    ])
  })
})
