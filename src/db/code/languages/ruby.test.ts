import { describe, expect, test } from 'vitest'
import { shown, shownStep as step } from '../../../../test/support/shown-steps.ts'
import type { Script } from '../script.ts'
import ruby from './ruby.ts'

const parse = (text: string): Promise<Script> => ruby.parse('m.rb', text)

async function steps(body: string): Promise<string[]> {
  const script = await parse(`class M < ActiveRecord::Migration[6.1]\n  def change\n${body}\n  end\nend\n`)
  expect(script.broken).toEqual([])
  return script.classes[0]!.routines[0]!.steps.map(step)
}

describe('ruby', () => {
  test('reads calls with symbols, keywords, hashes and blocks', async () => {
    expect(
      await steps('create_table :users, id: false, :force => true do |t|\n t.string :name, null: false\nend'),
    ).toEqual(["create_table('users', fn(t)[t.string('name', null=false)], id=false, force=true)"])
    expect(await steps('change_table(:x, bulk: true, &:timestamps)')).toEqual([
      "change_table('x', fn(it)[it.timestamps()], bulk=true)",
    ])
  })

  test('keeps a chain together as one step', async () => {
    expect(await steps('User.where(a: 1).update_all(b: [1, nil])')).toEqual(['User.where(a=1).update_all(b=[1 none])'])
    expect(await steps('ActiveRecord::Base.connection.execute("DROP TABLE x")')).toEqual([
      "ActiveRecord::Base.connection().execute('DROP TABLE x')",
    ])
  })

  test('unrolls blocks over literal arrays', async () => {
    expect(await steps('%i[a b].each { |c| remove_column :users, c }')).toEqual([
      "remove_column('users', 'a')",
      "remove_column('users', 'b')",
    ])
    expect(await steps("{ a: 'x', b: 'y' }.each do |t, c|\n remove_column t, c\nend")).toEqual([
      "remove_column('a', 'x')",
      "remove_column('b', 'y')",
    ])
    expect(await steps('[[:a, :b]].each { |(t, c)| f t, c }')).toEqual(["f('a', 'b')"])
    expect(await steps('for t in [:a]\n drop_table t\nend')).toEqual(["drop_table('a')"])
    expect(await steps('remove_columns(:t, *%w[a b].map { |c| "x_#{c}" })')).toEqual([
      "remove_columns('t', 'x_a', 'x_b')",
    ])
  })

  test('says what runs perhaps and what again and again', async () => {
    expect(await steps('a 1 if b?\nc')).toEqual(['b?()', '?a(1)', 'c()'])
    expect(await steps('if x?\n a\nelsif y?\n b\nelse\n c\nend\nd')).toEqual([
      'x?()',
      '?a()',
      '?y?()',
      '?b()',
      '?c()',
      'd()',
    ])
    expect(await steps('return if x?\nc')).toEqual(['x?()', '?c()'])
    expect(await steps('while x?\n c\nend')).toEqual(['x?()', '*?c()'])
    expect(await steps('begin\n a\nrescue E => e\n b\nensure\n c\nend')).toEqual(['a()', '?b()', 'c()'])
  })

  test('knows where a heredoc stands in the file, and strips nothing of it', async () => {
    const text = 'class M < X\n def up\n  execute <<~SQL.squish, 1\n    DROP TABLE x\n  SQL\n end\nend\n'
    const [execute] = (await parse(text)).classes[0]!.routines[0]!.steps
    expect(execute!.call.args[0]).toMatchObject({
      is: 'text',
      text: '\n    DROP TABLE x\n  ',
      at: text.indexOf('\n    DROP'),
    })
    expect(await steps('a <<~A, <<~B\n  one\nA\n  two\nB')).toEqual(["a('\n  one\n', '\n  two\n')"])
  })

  test('puts texts together, and guesses only what stands where a name does', async () => {
    expect(await steps('t = \'users\'\nexecute "DROP TABLE #{t}"')).toEqual(["execute('DROP TABLE users')"])
    expect(await steps('execute "DROP TABLE #{t}"')).toEqual(['t()', "execute('DROP TABLE some_name'?)"])
    expect(await steps('execute "ALTER TABLE x #{t}"')).toEqual(['t()', 'execute(?)'])
    expect(await steps("execute 'DROP ' + 'TABLE ' + \"x\"")).toEqual(["execute('DROP TABLE x')"])
    expect(await steps("execute format('DROP TABLE %s', 'x')\nexecute 'DROP TABLE %{t}' % { t: 'y' }")).toEqual([
      "execute('DROP TABLE x')",
      "execute('DROP TABLE y')",
    ])
    expect(await steps("s = +''\ns << 'DROP TABLE x'\nexecute s")).toEqual(["execute('DROP TABLE x')"])
  })

  test('reads send as the call that it makes', async () => {
    expect(await steps('send(:drop_table, :x)\nconnection.public_send("remove_column", :a, :b)')).toEqual([
      "drop_table('x')",
      "connection.remove_column('a', 'b')",
    ])
  })

  test('reads classes with constants, class methods and what their bodies call', async () => {
    const script = await parse(
      'module Y\n class M < ActiveRecord::Migration[6.1]\n  disable_ddl_transaction!\n  T = :users\n  class User < ActiveRecord::Base\n   self.table_name = "people"\n  end\n  def self.up\n   drop_table T\n  end\n  private\n  def z = drop_table(:x)\n end\nend\n',
    )
    const shape = script.classes.find(one => one.name === 'M')!
    expect(shape).toMatchObject({ extends: 'ActiveRecord::Migration[6.1]' })
    expect(shape.steps.map(step)).toEqual(['disable_ddl_transaction!()', 'private()'])
    expect(shape.routines.map(one => [one.name, one.isStatic ?? false, one.steps.map(step)])).toEqual([
      ['up', true, ["drop_table('users')"]],
      ['z', false, ["drop_table('x')"]],
    ])
    const user = script.classes.find(one => one.name === 'User')!
    expect(shown(user.members.get('self.table_name'))).toBe("'people'")
  })

  test('tells what a block gives back', async () => {
    const script = await parse("class M < X\n def up\n  add_column :a, :b, :c, default: -> { 'now()' }\n end\nend\n")
    const given = script.classes[0]!.routines[0]!.steps[0]!.call.named.get('default')
    expect(given).toMatchObject({ is: 'function', returns: { is: 'text', text: 'now()' } })
  })
})
