// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is code to be read
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shown, shownStep } from '../../../../test/support/shown-steps.ts'
import javascript from '../languages/javascript.ts'
import typescript from '../languages/typescript.ts'
import { parseScript } from '../languages.ts'

/** The steps of `up` when it holds these lines. */
async function steps(body: string, before = ''): Promise<string[]> {
  const script = await javascript.parse('1.js', `${before}\nexports.up = async knex => {\n${body}\n}`)
  return script.routines.find(routine => routine.name === 'up')!.steps.map(shownStep)
}

describe('what is exported', () => {
  test.each([
    ['exports.up = knex => knex.a(1)'],
    ['exports.up = async function (knex) { await knex.a(1) }'],
    ['module.exports.up = async knex => { return knex.a(1) }'],
    ['module.exports = { up: knex => knex.a(1), down: () => {} }'],
    ['module.exports = { async up(knex) { await knex.a(1) } }'],
    ['const up = knex => knex.a(1); module.exports = { up }'],
    ['async function up(knex) { await knex.a(1) } module.exports = { up, down }'],
    ['function forward(knex) { return knex.a(1) } exports.up = forward'],
    ['const all = { up(knex) { knex.a(1) } }; module.exports = all'],
    ['exports.up = exports.down = knex => knex.a(1)'],
    ['export const up = knex => knex.a(1)'],
    ['export async function up(knex) { await knex.a(1) }'],
    ['const go = knex => knex.a(1); export { go as up }'],
    ['export default { up: knex => knex.a(1) }'],
    ['module.exports = define({ up: knex => knex.a(1) })'],
  ])('%s', async text => {
    const script = await javascript.parse('1.js', text)
    const up = script.routines.find(routine => routine.name === 'up')!
    expect(up.parameters).toEqual(['knex'])
    expect(up.steps.map(shownStep)).toEqual(['knex.a(1)'])
    expect(script.broken).toEqual([])
  })

  test('values beside it', async () => {
    const script = await javascript.parse('1.js', 'exports.config = { transaction: false }')
    expect(shown(script.values.get('config'))).toBe('{transaction: false}')
  })

  test('a function that another one wraps', async () => {
    const script = await javascript.parse('1.js', 'exports.up = wrapped(async knex => { await knex.a(1) })')
    expect(script.routines.map(({ name, steps }) => [name, steps.map(shownStep)])).toEqual([
      ['up', ['wrapped(fn(knex)[knex.a(1)])']],
    ])
  })

  test('a class with its fields and methods', async () => {
    const text = `export class Add1700000000000 implements MigrationInterface {
      name = 'Add1700000000000'
      transaction = false
      async up(queryRunner: QueryRunner): Promise<void> { await queryRunner.query(\`DROP TABLE \${this.name}\`) }
      down = async (queryRunner: QueryRunner) => {}
    }`
    const [one] = (await typescript.parse('1.ts', text)).classes
    expect(one!.extends).toBe('MigrationInterface')
    expect(shown(one!.members.get('transaction'))).toBe('false')
    expect(one!.routines.map(({ name, steps }) => [name, steps.map(shownStep)])).toEqual([
      ['up', ["queryRunner.query('DROP TABLE Add1700000000000')"]],
      ['down', []],
    ])
  })
})

describe('values', () => {
  test.each([
    ['knex.a(\'x\', `y`, "z")', ["knex.a('x', 'y', 'z')"]],
    ["const t = 'x'; knex.a(t, `${t}_y`, 'a' + t + 1)", ["knex.a('x', 'x_y', 'ax1')"]],
    ['knex.a(`ALTER TABLE ${table} ADD x int`)', ["knex.a('ALTER TABLE some_name ADD x int'?)"]],
    ['knex.a(`${verb} TABLE x`)', ['knex.a(?)']],
    ["knex.a(['DROP', 'TABLE x'].join(' '))", ["knex.a('DROP TABLE x')"]],
    ['const { schema: s } = knex; s.dropTable(1)', ['knex.schema.dropTable(1)']],
    ['const drop = knex.schema.dropTable; drop(1)', ['knex.schema.dropTable(1)']],
    ["const o = { t: 'x', ...more, n: [1, -2] }; knex.a(o.t, o['n'][1])", ["knex.a('x', -2)"]],
    ["let t = 'x'; if (old) t = 'y'; knex.a(t)", ["knex.a(('y' | 'x'))"]],
    ["knex.a(old ? 'x' : 'y', process.env.T || 'z')", ["knex.a(('x' | 'y'), (process.env.T | 'z'))"]],
    ["const s = 'DROP '; s += 'TABLE x'; knex.a(s)", ["knex.a('DROP TABLE x')"]],
    ['knex.a(sql`DROP TABLE x`)', ["knex.a(sql('DROP TABLE x'))"]],
    ['knex.a(Sequelize.STRING(20), new Table({ a: null }))', ['knex.a(Sequelize.STRING(20), new Table({a: none}))']],
    ["knex.a('a\\x41\\u{42}\\'\\\nz')", ["knex.a('aAB'z')"]],
  ])('%s', async (body, expected) => {
    expect(await steps(body)).toEqual(expected)
  })

  test('a text in one piece says where it stands', async () => {
    const text = 'exports.up = knex => knex.raw(`\n  DROP TABLE a`)'
    const [step] = (await javascript.parse('1.js', text)).routines[0]!.steps
    const value = step!.call.args[0]!
    expect(value).toMatchObject({ is: 'text', at: text.indexOf('`') + 1 })
  })
})

describe('what runs', () => {
  test.each([
    ["for (const t of ['a', 'b']) await knex.d(t)", ["knex.d('a')", "knex.d('b')"]],
    ["for (const [t, c] of [['a', 'b']]) await knex.d(t, c)", ["knex.d('a', 'b')"]],
    ['for (const t in { a: 1 }) await knex.d(t)', ["knex.d('a')"]],
    ["['a', 'b'].forEach(t => knex.d(t))", ["knex.d('a')", "knex.d('b')"]],
    ["await Promise.all(['a', 'b'].map(t => knex.d(t)))", ["knex.d('a')", "knex.d('b')"]],
    ["await Promise.all(['a'].map(async t => { await knex.d(t) }))", ["knex.d('a')"]],
    ["return ['a', 'b'].reduce((p, t) => p.then(() => knex.d(t)), Promise.resolve())", ["knex.d('a')", "knex.d('b')"]],
    ['await Promise.all([knex.d(1), knex.d(2)])', ['knex.d(1)', 'knex.d(2)']],
    ["for (const [t, c] of Object.entries({ a: 'x' })) await knex.d(t, c)", ["knex.d('a', 'x')"]],
    ['for (const t of tables) await knex.d(t)', ['*knex.d(t)']],
    ['for (let i = 0; i < 3; i++) await knex.d(`t${i}`)', ["*knex.d('tsome_name'?)"]],
    ['while (more) knex.d(1)', ['*knex.d(1)']],
    ['if (await knex.has(1)) { knex.d(1) } else knex.d(2)', ['knex.has(1)', '?knex.d(1)', '?knex.d(2)']],
    ['if (old) return; await knex.d(1)', ['?knex.d(1)']],
    ["if (old) throw new Error('x'); await knex.d(1)", ["?new Error('x')", 'knex.d(1)']],
    ['try { await knex.d(1) } catch (e) { await knex.r(); throw e }', ['knex.d(1)', '?knex.r()']],
    ['try { await knex.d(1) } catch {}', ['?knex.d(1)']],
    ['old && (await knex.d(1))', ['?knex.d(1)']],
    ['old ? knex.d(1) : knex.d(2)', ['?knex.d(1)', '?knex.d(2)']],
    ['switch (x) { case 1: knex.d(1); break; default: knex.d(2) }', ['?knex.d(1)', '?knex.d(2)']],
    ['return knex.d(1).then(() => knex.d(2)).catch(() => knex.d(3))', ['knex.d(1)', 'knex.d(2)', '?knex.d(3)']],
    ['await (async () => { await knex.d(1) })()', ['knex.d(1)']],
    ['await (knex.d(1))', ['knex.d(1)']],
    ['const f = async t => { await knex.d(t) }; await f(1)', ['knex.d(1)']],
    ['const f = ts => { for (const t of ts) knex.d(t) }; f([1, 2])', ['knex.d(1)', 'knex.d(2)']],
    ['if (old) await each(knex, [1, 2])', ['?knex.d(1)', '?knex.d(2)']],
    ['await again(knex, 1)', ['knex.d(1)', 'again(knex, 1)']],
    ['knex.t(1, table => { table.a(2).b(3) })', ['knex.t(1, fn(table)[table.a(2).b(3)])']],
    ["knex.schema['dropTable']('a')", ["knex.schema.dropTable('a')"]],
    ['knex?.d?.(1)', ['knex.d(1)']],
  ])('%s', async (body, expected) => {
    const helpers = `async function each(k, ts) { for (const t of ts) await k.d(t) }
      const again = (k, t) => { k.d(t); again(k, t) }`
    expect(await steps(body, helpers)).toEqual(expected)
  })

  test('a call in a chain stands at its own name', async () => {
    const text = 'exports.up = knex => knex.schema\n  .createTable(1)\n  .dropTable(2)'
    const [step] = (await javascript.parse('1.js', text)).routines[0]!.steps
    expect(text.slice(step!.call.offset)).toBe('dropTable(2)')
  })

  test('constants of the file, also those that stand below', async () => {
    expect(await steps('knex.d(table)', "const table = 'a'")).toEqual(["knex.d('a')"])
    const script = await javascript.parse('1.js', "exports.up = knex => knex.d(table)\nconst table = 'a'")
    expect(script.routines[0]!.steps.map(shownStep)).toEqual(["knex.d('a')"])
  })
})

test('what the parser cannot read is told', async () => {
  const script = await javascript.parse('1.js', 'exports.up = knex => { knex.d(1) ; ))) }')
  expect(script.broken.length).toBeGreaterThan(0)
})

describe('whatever stands in the file', () => {
  const words = [
    'exports.up = ',
    'async ',
    'knex',
    '.d(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '`',
    '${',
    "'",
    ';',
    '=>',
    'for (',
    ' of ',
    'if (',
    ', ',
    '...',
    'class A ',
    'new ',
    'await ',
    '\n',
    '//',
    '/*',
    '"',
    '\\',
    ':',
    '?',
    '+',
    '=',
    'é🦆',
    '\0',
  ]
  const texts = fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 60 })
    .map(parts => parts.join(''))

  test.each(['1.js', '1.ts'])('nothing is thrown (%s)', async path => {
    await fc.assert(
      fc.asyncProperty(texts, async text => {
        const script = (await parseScript(path, text))!
        for (const { offset, endOffset } of [...script.broken, ...script.comments, ...script.routines]) {
          expect(offset).toBeGreaterThanOrEqual(0)
          expect(endOffset).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['nesting', '('.repeat(50_000)],
    ['a long chain', `x${'.a()'.repeat(20_000)}`],
    ['a long sum', `exports.up = k => k.raw('a'${" + 'b'".repeat(20_000)})`],
    [
      'nested loops',
      `exports.up = k => {${'for (const a of [1,2,3,4,5,6,7,8]) {'.repeat(20)} k.d() ${'}'.repeat(20)}}`,
    ],
    ['a value that doubles', `exports.up = k => { let a = 'x'; ${'a = a + a;'.repeat(60)} k.d(a) }`],
  ])('%s ends soon', async (_, text) => {
    const start = performance.now()
    await parseScript('1.js', text)
    expect(performance.now() - start).toBeLessThan(3000)
  })
})
