import { describe, expect, test } from 'vitest'
import { shown, shownStep as step } from '../../../../test/support/shown-steps.ts'
import type { Script } from '../script.ts'
import python from './python.ts'

const parse = (text: string): Promise<Script> => python.parse('m.py', text)

async function steps(body: string): Promise<string[]> {
  const script = await parse(`def upgrade():\n${body.replace(/^/gm, '    ')}\n`)
  expect(script.broken).toEqual([])
  return script.routines.find(one => one.name === 'upgrade')!.steps.map(step)
}

describe('python', () => {
  test('reads calls with positional and keyword arguments', async () => {
    expect(await steps("op.drop_column('users', 'email', schema=None)")).toEqual([
      "op.drop_column('users', 'email', schema=none)",
    ])
  })

  test('follows variables, alias imports and methods in variables', async () => {
    const script = await parse(
      "from alembic import op as o\nTABLE = 'users'\ndef upgrade():\n  drop = o.drop_column\n  drop(TABLE, 'a')\n  getattr(o, 'drop_table')(TABLE)\n",
    )
    expect(script.routines[0]!.steps.map(step)).toEqual(["op.drop_column('users', 'a')", "op.drop_table('users')"])
  })

  test('makes a with target the call that it stands for', async () => {
    expect(await steps("with op.batch_alter_table('users') as b:\n    b.drop_column('x')")).toEqual([
      "op.batch_alter_table('users')",
      "op.batch_alter_table('users').drop_column('x')",
    ])
  })

  test('unrolls loops and comprehensions over literal lists', async () => {
    expect(await steps("for t, c in [('a', 'b'), ('c', 'd')]:\n    op.drop_column(t, c)")).toEqual([
      "op.drop_column('a', 'b')",
      "op.drop_column('c', 'd')",
    ])
    expect(await steps("[op.drop_table(f'{t}_x') for t in ('a', 'b')]")).toEqual([
      "op.drop_table('a_x')",
      "op.drop_table('b_x')",
    ])
    expect(await steps("for k, v in {'a': 1}.items():\n    f(k, v)")).toEqual(["f('a', 1)"])
  })

  test('says what runs perhaps and what again and again', async () => {
    expect(await steps('if x:\n    a()\nelse:\n    b()\nc()')).toEqual(['?a()', '?b()', 'c()'])
    expect(await steps('if x:\n    return\nc()')).toEqual(['?c()'])
    expect(await steps('for x in rows():\n    c(x)\nd()')).toEqual(['rows()', '*?c(x)', 'd()'])
    expect(await steps('try:\n    a()\nexcept E:\n    b()\nfinally:\n    c()')).toEqual(['?a()', '?b()', 'c()'])
  })

  test('puts texts together, and guesses only what stands where a name does', async () => {
    expect(await steps("t = 'users'\nex('DROP ' + 'TABLE ' f'{t}')")).toEqual(["ex('DROP TABLE users')"])
    expect(await steps("ex('DROP TABLE %s; -- 100%%' % 'users')")).toEqual(["ex('DROP TABLE users; -- 100%')"])
    expect(await steps("ex('DROP TABLE {} {a}'.format('users', a='CASCADE'))")).toEqual([
      "ex('DROP TABLE users CASCADE')",
    ])
    expect(await steps("ex(f'DROP TABLE {table()}')")).toEqual(['table()', "ex('DROP TABLE some_name'?)"])
    expect(await steps("ex(f'ALTER TABLE t {table()}')")).toEqual(['table()', 'ex(?)'])
    expect(await steps("s = 'a'\nif x:\n    s = 'b'\nex(s)")).toEqual(["ex(('b' | 'a'))"])
  })

  test('knows where a plain text stands in the file', async () => {
    const text = 'def upgrade():\n    op.execute("""\n      DROP TABLE x""")\n'
    const script = await parse(text)
    const [sql] = script.routines[0]!.steps[0]!.call.args
    expect(sql).toMatchObject({ is: 'text', at: text.indexOf('"""') + 3 })
  })

  test('reads classes with their attributes and methods', async () => {
    const script = await parse(
      'class Migration(migrations.Migration):\n    atomic = False\n    operations = [a.B(x=1)]\n    operations += [*C, D()]\n    operations.append(E())\n    def up(self):\n        f(self.atomic)\n',
    )
    const [shape] = script.classes
    expect(shape).toMatchObject({ name: 'Migration', extends: 'migrations.Migration' })
    expect(shown(shape!.members.get('operations'))).toBe('[a.B(x=1) ? D() E()]')
    expect(shape!.routines[0]!.steps.map(step)).toEqual(['f(false)'])
  })

  test('tells the module-level values and what could not be read', async () => {
    const script = await parse("revision: str = 'a1'\ndown_revision = ('a', 'b')\n# why\nx = = 2\n")
    expect(shown(script.values.get('revision'))).toBe("'a1'")
    expect(shown(script.values.get('down_revision'))).toBe("['a' 'b']")
    expect(script.broken.length).toBeGreaterThan(0)
    expect(script.comments).toHaveLength(1)
  })
})
