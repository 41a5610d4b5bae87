import { expect, test } from 'vitest'
import { inlined, ownRoutines } from './inline.ts'
import php from './languages/php.ts'
import { chainOf, type Step, textsOf } from './script.ts'

async function run(up: string, others = ''): Promise<string[]> {
  const script = await php.parse(
    'x.php',
    `<?php function outside($x) { drop($x); } class M { function up() { ${up} } ${others} }`,
  )
  const one = script.classes[0]!
  return inlined(one.routines[0]!.steps, ownRoutines(script, one)).flatMap(shown)
}

function shown({ call, maybe, repeated }: Step): string[] {
  const { root, calls } = chainOf(call)
  const inner = call.args.flatMap(arg => (arg.is === 'function' ? arg.steps.flatMap(shown) : []))
  const args = calls.flatMap(one => one.args.flatMap(arg => textsOf(arg) ?? (arg.is === 'name' ? [arg.name] : [])))
  const on = root?.is === 'name' ? `${root.name}.` : ''
  return [
    `${maybe ? 'maybe ' : ''}${repeated ? 'often ' : ''}${on}${calls.map(one => one.name).join('.')}(${args.join()})`,
    ...inner,
  ]
}

test('a call of an own method is what the method does, with the arguments in their places', async () => {
  const helper = 'function tidy($table, $column) { $table->drop($column); f("ALTER TABLE $column"); }'
  expect(await run("$this->tidy($users, 'email'); self::tidy(column: 'a', table: $b);", helper)).toEqual([
    '$users.drop(email)',
    'f(ALTER TABLE email)',
    '$b.drop(a)',
    'f(ALTER TABLE a)',
  ])
})

test('functions of the file, closures in variables and helpers inside closures are followed', async () => {
  expect(
    await run(
      "outside('a'); $g = function ($x) { drop($x); }; $g('b'); each(function () { $this->c(); });",
      'function c() { drop("c"); }',
    ),
  ).toEqual(['drop(a)', 'drop(b)', 'each()', 'drop(c)'])
})

test('what a helper does may not run where its call may not', async () => {
  expect(
    await run('if ($a) $this->c(); foreach ($l as $i) $this->c();', 'function c() { if ($b) drop("c"); drop("d"); }'),
  ).toEqual(['maybe drop(c)', 'maybe drop(d)', 'maybe often drop(c)', 'often drop(d)'])
})

test('a routine that calls itself, and one of another file, stay calls', async () => {
  expect(await run('$this->c(); $this->d();', 'function c() { $this->c(); }')).toEqual(['$this.c()', '$this.d()'])
})

test('routines that call each other many times end in time', async () => {
  const others = Array.from({ length: 30 }, (_, i) => `function m${i}() { ${`$this->m${i + 1}();`.repeat(10)} }`).join(
    ' ',
  )
  const began = performance.now()
  expect((await run('$this->m0();', others)).length).toBeLessThan(200_000)
  expect(performance.now() - began).toBeLessThan(10_000)
})
