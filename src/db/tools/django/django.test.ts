import { describe, expect, test } from 'vitest'
import { readEffects } from '../../../../test/support/read-effects.ts'
import django from './index.ts'

const read = (operations: string, before = '', dialect: 'postgres' | 'mysql' | 'sqlite' = 'postgres') =>
  readEffects(
    django,
    'shop/migrations/0002_x.py',
    `from django.db import migrations, models\n${before}\nclass Migration(migrations.Migration):\n    operations = [\n${operations}\n    ]\n`,
    dialect,
  )

describe('django', () => {
  test('what stands in state_operations drops nothing', async () => {
    expect(
      await read(
        "migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('order', 'note'), migrations.DeleteModel('Cart')]),",
      ),
    ).toEqual([])
  })

  test.each([
    ["migrations.DeleteModel(name='Order'),", ['drop-table shop_order']],
    ["migrations.RemoveField('Order', 'note'),", ['drop-column shop_order note']],
    ["migrations.RenameField('order', 'a', 'b'),", ['rename-column shop_order a b']],
    ["migrations.RenameModel('Order', 'Cart'),", ['rename-table shop_order shop_cart']],
    ["migrations.AlterModelTable('order', 'orders'),", ['rename-table shop_order orders']],
    ["migrations.RemoveIndexConcurrently('order', 'ix'),", ['drop-index ix concurrently']],
    ["migrations.RemoveConstraint('order', 'ck'),", ['drop-constraint shop_order ck']],
    ["migrations.AlterOrderWithRespectTo('order', None),", ['drop-column shop_order _order']],
    ['migrations.AlterModelOptions(name="order", options={}),', []],
    ['migrations.RunSQL(migrations.RunSQL.noop),', []],
    ["migrations.RunSQL(sql=['DROP TABLE a', ('DROP TABLE b', None)]),", ['drop-table a', 'drop-table b']],
    ["migrations.RunSQL('SELECT 1', 'DROP TABLE a'),", ['other']],
    ['migrations.RunSQL(open("x.sql").read()),', ['unreadable']],
    ['TrigramExtension(),', ['create-extension pg_trgm']],
    ["DropEverything('order'),", ['unreadable', 'unread']],
    ["Frobnicate('order'),", ['unread']],
    ['*others,', ['unreadable']],
  ])('%s', async (operations, effects) => {
    const found = await read(operations)
    expect(found.map(one => (one === 'data' ? 'other' : one))).toEqual(effects)
  })

  test('a many-to-many field is a table, a relation a column with _id', async () => {
    expect(
      await read(
        "migrations.AddField('order', 'tags', models.ManyToManyField('shop.Tag')),\nmigrations.AddField('order', 'buyer', models.ForeignKey('shop.Buyer', null=True, db_index=False)),\nmigrations.RemoveField('order', 'tags'),\nmigrations.RemoveField('order', 'buyer'),",
      ),
    ).toEqual([
      'create-table shop_order_tags',
      'add-column shop_order buyer_id',
      'drop-table shop_order_tags',
      'drop-column shop_order buyer_id',
    ])
  })

  test('a required field fills the rows that are there, and the database forgets the default again', async () => {
    const add = "migrations.AddField('order', 'state', models.CharField(max_length=9, default='new')),"
    expect(await read(add)).toEqual([
      "add-column shop_order state varchar(9) not null default 'new'",
      'change-column shop_order state default',
    ])
    expect(await read(add, '', 'sqlite')).toEqual(["add-column shop_order state varchar(9) not null default 'new'"])
  })

  test('a field that no longer takes NULL is filled with its default first', async () => {
    const alter = (field: string) => read(`migrations.AlterField('order', 'note', models.TextField(${field})),`)
    expect(await alter("default=''")).toEqual(['data update shop_order', 'change-column shop_order note definition'])
    expect(await alter('default=None')).toEqual(['change-column shop_order note definition'])
    expect(await alter('')).toEqual(['change-column shop_order note definition'])
  })

  test('a class of the name Migration is one, whatever it is made from', async () => {
    const base = 'class Checked(migrations.Migration):\n    pass\n'
    const text = `${base}class Migration(Checked):\n    operations = [migrations.DeleteModel('Order')]\n`
    expect(await read('', text)).toEqual(['drop-table shop_order'])
  })

  test('a proxy and a model that is not managed have no table to make', async () => {
    const model = (options: string) => `migrations.CreateModel('A', fields=[], options={${options}}),`
    expect(await read(model("'proxy': True"))).toEqual([])
    expect(await read(model("'managed': False"))).toEqual([])
    expect(await read(`${model("'db_table': 'a', 'managed': True")}\nmigrations.DeleteModel('A'),`)).toEqual([
      'create-table a',
      'drop-table a',
    ])
  })

  test('changes of rows are data, SQL in a function is read, and what is not here is told', async () => {
    const run = (body: string) =>
      read('migrations.RunPython(forwards),', `def forwards(apps, schema_editor):\n${body.replace(/^/gm, '    ')}\n`)
    expect(await run("Order = apps.get_model('shop', 'Order')\nOrder.objects.filter(a=1).update(b=2)")).toEqual([
      'data',
    ])
    expect(await run("schema_editor.execute('DROP TABLE a')")).toEqual(['drop-table a'])
    expect(
      await run(
        "Order = apps.get_model('shop', 'Order')\nschema_editor.remove_field(Order, Order._meta.get_field('note'))",
      ),
    ).toEqual(['drop-column shop_order note'])
    expect(await run('tidy(schema_editor)')).toEqual(['unread'])
    expect(await run("Order = apps.get_model('shop', 'Order')\nOrder.objects.bulk_create([Order(a=1)])")).toEqual([
      'data',
    ])
    const short = "def there(apps, se):\n    se.delete_model(apps.get_model('shop', 'Order'))\n"
    expect(await read('migrations.RunPython(there),', short)).toEqual(['drop-table shop_order'])
    expect(await read('migrations.RunPython(elsewhere.forwards),')).toEqual(['unread'])
    expect(await read('migrations.RunPython(migrations.RunPython.noop),')).toEqual([])
  })

  test.each([
    ["migrations.RunSQL('a')", 'irreversible'],
    ["migrations.RunSQL('a', 'b')", 'present'],
    ["migrations.RunSQL(sql='a', reverse_sql='b', elidable=True)", 'present'],
    ["migrations.RunSQL('''a, b''', elidable=True)", 'irreversible'],
    ['migrations.RunPython(forwards, migrations.RunPython.noop)', 'present'],
    ['migrations.RunPython(forwards)', 'irreversible'],
    ["migrations.RemoveField('a', 'b')", 'present'],
  ])('the way back of %s is %s', (operation, down) => {
    const text = `class Migration(migrations.Migration):\n    operations = [${operation}]\n`
    expect(django.running({ path: 'a/migrations/1.py', text }, new Set(), 'postgres').down).toBe(down)
  })

  test('runs in a transaction unless it says otherwise or the server has none', () => {
    const running = (text: string, dialect: 'postgres' | 'mysql') =>
      django.running({ path: 'a/migrations/1.py', text }, new Set(), dialect).transaction
    expect(running('class Migration:\n    pass\n', 'postgres')).toBe('file')
    expect(running('class Migration:\n    atomic = False\n', 'postgres')).toBe('none')
    expect(running('class Migration:\n    pass\n', 'mysql')).toBe('none')
  })

  test('orders by dependencies across apps, and names two ends of one app', () => {
    const file = (...needs: string[]) =>
      `class Migration(migrations.Migration):\n    dependencies = [\n${needs.map(need => `        ('${need.split('.')[0]}', '${need.split('.')[1]}'),\n`).join('')}    ]\n`
    const texts = new Map([
      ['a/migrations/0001_x.py', file('b.0002_y')],
      ['b/migrations/0001_x.py', file()],
      ['b/migrations/0002_y.py', file('b.0001_x')],
    ])
    expect(django.migrations([...texts.keys()], texts)).toEqual([
      'b/migrations/0001_x.py',
      'b/migrations/0002_y.py',
      'a/migrations/0001_x.py',
    ])
    const project = { tool: 'django', root: '' }
    expect(django.verify!(project, texts)).toEqual([])
    texts.set('b/migrations/0002_z.py', file('b.0001_x'))
    expect(django.verify!(project, texts)).toMatchObject([{ what: 'b.0002_y and b.0002_z both come last.' }])
  })

  test('a chain of 20,000 migrations is put in order in time', () => {
    const name = (n: number) => `${String(n).padStart(5, '0')}_x`
    const texts = new Map(
      [...Array(20_000).keys()].map(n => [
        `a/migrations/${name(n)}.py`,
        `class Migration(migrations.Migration):\n    dependencies = [('a', '${name(n - 1)}')]\n`,
      ]),
    )
    const started = performance.now()
    expect(django.migrations([...texts.keys()].reverse(), texts)).toEqual([...texts.keys()])
    expect(performance.now() - started).toBeLessThan(3000)
  })
})
