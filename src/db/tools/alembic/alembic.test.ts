import { describe, expect, test } from 'vitest'
import { readEffects } from '../../../../test/support/read-effects.ts'
import alembic from './index.ts'

const read = (upgrade: string, before = '', dialect: 'postgres' | 'mysql' | 'sqlite' = 'postgres') =>
  readEffects(
    alembic,
    'alembic/versions/a1_x.py',
    `from alembic import op\nimport sqlalchemy as sa\n${before}\ndef upgrade():\n${upgrade.replace(/^/gm, '    ')}\n\ndef downgrade():\n    op.drop_table('never')\n`,
    dialect,
  )

describe('alembic', () => {
  test.each([
    ["op.drop_table('a', schema='s')", ['drop-table s.a']],
    ["op.drop_column('a', 'b')", ['drop-column a b']],
    ["op.rename_table('a', 'b')", ['rename-table a b']],
    [
      "op.add_column('a', sa.Column('b', sa.String(9), nullable=False, server_default='x'))",
      ["add-column a b varchar(9) not null default 'x'"],
    ],
    [
      "op.add_column('a', sa.Column('b', sa.DateTime(timezone=True), server_default=sa.func.now()))",
      ['add-column a b timestamptz default now()'],
    ],
    ["op.alter_column('a', 'b', nullable=False)", ['change-column a b not-null']],
    [
      "op.alter_column('a', 'b', type_=sa.Integer(), new_column_name='c')",
      ['change-column a b type', 'rename-column a b c'],
    ],
    [
      "op.create_index('ix', 'a', ['b', sa.text('lower(c)')], unique=True, postgresql_concurrently=True)",
      ['create-index a ix b,(lower(c)) unique concurrently'],
    ],
    ["op.drop_index('ix', table_name='a')", ['drop-index ix']],
    ["op.create_foreign_key('fk', 'a', 'b', ['x'], ['y'])", ['add-constraint a foreign-key fk x']],
    ["op.create_unique_constraint('uq', 'a', ['x'])", ['add-constraint a unique uq x']],
    ["op.drop_constraint('uq', 'a', type_='unique')", ['drop-constraint a unique uq']],
    ["op.bulk_insert(users, [{'a': 1}])", ['data']],
    ["op.execute('DROP TABLE a')", ['drop-table a']],
    ['op.execute(build())', ['unreadable']],
    ['op.execute(users.delete().where(users.c.id == 1))', ['data']],
    ['op.execute(DropTable(users))', ['unreadable']],
    ['Base.metadata.drop_all(op.get_bind())', ['unreadable']],
    ["op.drop_everything('a')", ['unreadable', 'unread']],
    ['op.create_entity(view)', ['unread']],
    ['tidy(op.get_bind())', ['unread']],
    ['session = Session(bind=op.get_bind())', []],
    ["users = sa.Table('users', sa.MetaData(bind=op.get_bind()), autoload_with=op.get_bind())", []],
    ["if x():\n    op.drop_table('a')", ['drop-table a (a condition)']],
    [
      "with op.get_context().autocommit_block():\n    op.execute('DROP INDEX CONCURRENTLY ix')",
      ['drop-index ix concurrently'],
    ],
  ])('%s', async (upgrade, effects) => {
    expect(await read(upgrade)).toEqual(effects)
  })

  test('a batch says its table once', async () => {
    expect(
      await read(
        "with op.batch_alter_table('a', schema='s') as batch:\n    batch.drop_column('b')\n    batch.create_foreign_key('fk', 'c', ['x'], ['y'])\n    batch.drop_constraint('ck', type_='check')\n    batch.create_index('ix', ['x'])\n    batch.alter_column('x', new_column_name='z')",
      ),
    ).toEqual([
      'drop-column s.a b',
      'add-constraint s.a foreign-key fk x',
      'drop-constraint s.a check ck',
      'create-index s.a ix x',
      'rename-column s.a x z',
    ])
  })

  test("MySQL's change of a column says all of it", async () => {
    const change = "op.alter_column('a', 'b', existing_type=sa.String(9), nullable=False)"
    expect(await read(change, '', 'mysql')).toEqual(['change-column a b definition'])
  })

  test('bindings are read as values', async () => {
    expect(await read('op.execute(sa.text("UPDATE a SET b = :b WHERE c = \'x:y\' AND d::int = 1"))')).toEqual([
      'data update a',
    ])
  })

  test.each([
    ['def downgrade():\n    pass\n', 'empty'],
    ["def downgrade() -> None:\n    op.drop_table('a')\n", 'present'],
    ['def downgrade():\n    raise NotImplementedError\n', 'irreversible'],
    ['', 'missing'],
  ])('the way back of %j is %s', (text, down) => {
    expect(alembic.running({ path: 'a.py', text }, new Set(), 'postgres').down).toBe(down)
  })

  test('follows down_revision, also of merges, and names several heads', () => {
    const file = (revision: string, down: string) =>
      `revision = '${revision}'\ndown_revision = ${down}\nbranch_labels = None\n`
    const texts = new Map([
      ['versions/1.py', file('m1', "('z1', 'y1')")],
      ['versions/2.py', file('z1', "'base'")],
      ['versions/3.py', file('y1', "'base'")],
      ['versions/4.py', file('base', 'None')],
    ])
    const names = (paths: readonly string[]) => paths.map(path => alembic.nameOf(path, texts.get(path)))
    expect(names(alembic.migrations([...texts.keys()], texts))).toEqual(['base', 'z1', 'y1', 'm1'])
    const project = { tool: 'alembic', root: '' }
    expect(alembic.verify!(project, texts)).toEqual([])
    texts.delete('versions/1.py')
    expect(alembic.verify!(project, texts)).toMatchObject([{ what: 'z1 and y1 both come last.' }])
  })

  test.each([
    [
      'alembic.ini',
      '[alembic]\nscript_location = db/alembic\nsqlalchemy.url = postgresql+psycopg2://u@h/d\n',
      '',
      'db/alembic/**/*.py',
      'postgres',
    ],
    ['api/alembic.ini', '[alembic]\nscript_location = %(here)s/alembic\n', 'api', 'api/alembic/**/*.py', undefined],
    ['migrations/alembic.ini', '[alembic]\n', '', 'migrations/**/*.py', undefined],
  ])('%s is a project', (path, text, root, glob, flavour) => {
    const [project] = alembic.detect([{ path, text }], ['migrations/versions/a.py'])
    expect(project).toMatchObject({ root, globs: [glob] })
    expect(project?.flavour).toBe(flavour)
  })
})
