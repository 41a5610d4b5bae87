import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Script, Step, Value } from '../script.ts'
import { spanIn } from '../values.ts'
import php from './php.ts'

/** A value in few words: `Schema.drop("users")`. */
function said(value: Value | undefined): string {
  switch (value?.is) {
    case undefined:
      return ''
    case 'text':
      return JSON.stringify(value.text)
    case 'number':
    case 'boolean':
      return String(value.value)
    case 'nothing':
      return 'null'
    case 'list':
      return `[${value.items.map(said).join(', ')}]`
    case 'map':
      return `{${value.entries.map(entry => `${entry.key}: ${said(entry.value)}`).join(', ')}}`
    case 'name':
      return value.name
    case 'call': {
      const named = [...value.named].map(([name, one]) => `${name}: ${said(one)}`)
      return `${value.on === undefined ? '' : `${said(value.on)}.`}${value.name}(${[...value.args.map(said), ...named].join(', ')})`
    }
    case 'function':
      return `fn(${value.parameters.join(', ')}) { ${value.steps.map(told).join('; ')} }`
    case 'either':
      return value.values.map(said).join(' | ')
    case 'unknown':
      return '?'
  }
}

function told({ call, maybe, repeated, when = [] }: Step): string {
  const conditions = when.map(({ value, among, not }) => `${said(value)} ${not ? 'not ' : ''}in ${among.join()}: `)
  return `${maybe ? 'maybe ' : ''}${repeated ? 'often ' : ''}${conditions.join('')}${said(call)}`
}

async function stepsOf(body: string, members = ''): Promise<string[]> {
  const script = await php.parse(
    'x.php',
    `<?php\nreturn new class extends Migration {\n${members}\nfunction up() {\n${body}\n}\n};`,
  )
  expect(script.broken).toEqual([])
  return script.classes[0]!.routines.find(routine => routine.name === 'up')!.steps.map(told)
}

describe('calls', () => {
  test.each<[title: string, body: string, steps: string[]]>([
    ['a static call', "Schema::drop('users');", ['Schema.drop("users")']],
    ['a whole name', "\\Illuminate\\Support\\Facades\\Schema::drop('users');", ['Schema.drop("users")']],
    ['a chain is one step', "$t->string('a', 20)->nullable();", ['$t.string("a", 20).nullable()']],
    ['named arguments', "$t->string(column: 'a', length: 3);", ['$t.string(column: "a", length: 3)']],
    [
      'a closure',
      'DB::transaction(function () { Schema::drop("a"); });',
      ['DB.transaction(fn() { Schema.drop("a") })'],
    ],
    ['an arrow function', 'f(fn ($t) => $t->drop());', ['f(fn($t) { $t.drop() })']],
    ['new', "(new Tidy('x'))->run();", ['new Tidy("x").run()']],
    ['in an assignment', "$done = Schema::drop('users');", ['Schema.drop("users")']],
    ['behind and', "$a && Schema::drop('users');", ['maybe Schema.drop("users")']],
    ['in a match', "match ($d) { 'a' => DB::statement('x'), default => null };", ['maybe $d in a: DB.statement("x")']],
    ['spread arguments', "f(...['a', 'b']);", ['f("a", "b")']],
    ['a method by a variable', "$m = 'drop'; Schema::$m('users');", ['Schema.drop("users")']],
  ])('%s', async (_, body, steps) => {
    expect(await stepsOf(body)).toEqual(steps)
  })

  test('an alias is the class that it stands for', async () => {
    const script = await php.parse('x.php', '<?php use Illuminate\\Support\\Facades\\Schema as S; S::drop("a");')
    expect(script.steps.map(told)).toEqual(['Schema.drop("a")'])
  })
})

describe('values', () => {
  test.each<[title: string, code: string, value: string]>([
    ['single quotes', "'it\\'s \\n'", '"it\'s \\\\n"'],
    ['double quotes', '"a\\tb\\x41\\u{e9}"', '"a\\tbAé"'],
    ['concatenation', "'DROP ' . 'TABLE ' . 'a'", '"DROP TABLE a"'],
    [
      'a part that is not known, where only a name can be',
      '"DROP TABLE {$t} CASCADE"',
      '"DROP TABLE some_name CASCADE"',
    ],
    ['a part that is not known, elsewhere', '"DROP TABLE a $rest"', '?'],
    ['sprintf', "sprintf('ALTER TABLE %s DROP %2$s', 'a', 'b')", '"ALTER TABLE a DROP b"'],
    ['implode', "implode(', ', ['a', 'b'])", '"a, b"'],
    ['a choice', "$x ? 'a' : 'b'", '"a" | "b"'],
    ['a class', 'App\\Models\\User::class', 'User'],
    ['a list with keys', "['a' => 1, 'b' => [true]]", '{a: 1, b: [true]}'],
    ['a constant of the class', 'self::TABLE', '"users"'],
    ['a property of the class', '$this->names', '["a"]'],
    ['a property that something is put into', '$this->other', '$this->other'],
    ['heredoc', '<<<SQL\n    a\n      b {$t}s\n    SQL', '"a\\n  b some_names"'],
    ['nowdoc', "<<<'SQL'\n  a $b\n  SQL", '"a $b"'],
  ])('%s', async (_, code, value) => {
    const members =
      "const TABLE = 'users'; private $names = ['a']; private $other = 'x'; function z() { $this->other = 1; }"
    expect(await stepsOf(`f(${code});`, members)).toEqual([`f(${value})`])
  })

  test('variables are followed, also where one of two values may be in them', async () => {
    expect(await stepsOf("$a = 'x'; if ($b) { $a = 'y'; } f($a);")).toEqual(['f("y" | "x")'])
    expect(await stepsOf("$a = 'DROP'; $a .= ' TABLE x'; f($a);")).toEqual(['f("DROP TABLE x")'])
    expect(await stepsOf("$l = []; $l[] = 'a'; $l[] = 'b'; f($l);")).toEqual(['f(["a", "b"])'])
    expect(await stepsOf("$a = 'x'; while (g()) { f($a); $a = 'y'; }")).toEqual(['often g()', 'often f($a)'])
  })

  test('places are those of the file, whatever stands between', async () => {
    const text = "<?php\n$t = 'users';\nf(<<<SQL\n    ALTER TABLE é\\t{$t}\n      DROP x\n    SQL);"
    const script = await php.parse('x.php', text)
    const [value] = script.steps[0]!.call.args
    if (value?.is !== 'text') throw new Error('no text')
    const from = value.text.indexOf('DROP x')
    const { offset, endOffset } = spanIn(value, from, from + 'DROP x'.length)
    expect(text.slice(offset, endOffset)).toBe('DROP x')
  })
})

describe('what may not run', () => {
  test.each<[title: string, body: string, steps: string[]]>([
    ['if and else', 'if ($a) { f(); } else { g(); }', ['maybe f()', 'maybe g()']],
    ['after an early return', 'if ($a) return; f();', ['maybe f()']],
    ['try', 'try { f(); } catch (E $e) { g(); } finally { h(); }', ['maybe f()', 'maybe g()', 'h()']],
    ['switch', "switch ($a) { case 'x': f(); break; default: g(); }", ['maybe $a in x: f()', 'maybe g()']],
    ['a loop over what is not known', 'foreach ($names as $n) { f($n); }', ['often f($n)']],
    ['a loop over a list is unrolled', "foreach (['a', 'b'] as $i => $n) f($n, $i);", ['f("a", 0)', 'f("b", 1)']],
    [
      'a driver',
      "if (DB::getDriverName() === 'pgsql') f();",
      ['DB.getDriverName()', 'maybe DB.getDriverName() in pgsql: f()'],
    ],
    ['another driver', "if (d() != 'x') return; f();", ['d()', 'maybe d() in x: f()']],
  ])('%s', async (_, body, steps) => {
    expect(await stepsOf(body)).toEqual(steps)
  })
})

test('classes have their members, and the methods of traits in the same file', async () => {
  const script = await php.parse(
    'x.php',
    '<?php namespace A; trait T { function tidy($t) { $t->x(); } } final class V extends \\B\\Base { use T; public $on = false; const N = 1; static function up() {} }',
  )
  const one = script.classes.find(each => each.name === 'V')!
  expect(one).toMatchObject({ extends: '\\B\\Base' })
  expect([...one.members].map(([name, value]) => `${name} ${said(value)}`)).toEqual(['on false', 'N 1'])
  expect(one.routines.map(routine => routine.name)).toEqual(['up', 'tidy'])
  expect(one.routines[0]).toMatchObject({ isStatic: true })
})

test('what cannot be read is told, and comments are', async () => {
  const script = await php.parse('x.php', '<?php /* a */ Schema::drop("a"); # b\n$x = ;;; }')
  expect(script.broken.length).toBeGreaterThan(0)
  expect(script.comments.map(({ offset, endOffset }) => script.text.slice(offset, endOffset))).toEqual([
    '/* a */',
    '# b',
  ])
})

describe('whatever the text', () => {
  const home = fileURLToPath(new URL('../../../../test/fixtures/tools', import.meta.url))
  const real = (readdirSync(home, { recursive: true }) as string[])
    .filter(path => path.endsWith('.php'))
    .map(path => readFileSync(join(home, path), 'utf8'))

  test('it is read without an error, and every place lies in it', async () => {
    const cut = fc
      .tuple(fc.constantFrom(...real), fc.nat(), fc.nat())
      .map(([text, from, to]) => text.slice(0, from % text.length) + text.slice(to % text.length))
    const words = fc
      .array(
        fc.constantFrom(
          '<?php ',
          'class A {',
          'function up() {',
          '}',
          "'",
          '"',
          '$t->x(',
          ')',
          ';',
          '<<<SQL\n',
          'SQL;\n',
          '{$a',
          'é🦆',
          'foreach (',
          '[',
          ' as $x)',
          'match',
          '=>',
          'fn',
          '\u0000',
        ),
        { maxLength: 40 },
      )
      .map(list => list.join(''))
    await fc.assert(
      fc.asyncProperty(fc.oneof(cut, words, fc.string()), async text => {
        const script = await php.parse('x.php', text)
        for (const { offset, endOffset } of spansOf(script)) {
          expect(offset).toBeGreaterThanOrEqual(0)
          expect(endOffset).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('what doubles with every line, and what is nested without end, is given up in time', async () => {
    const doubling = Array.from(
      { length: 60 },
      (_, i) => `$a${i + 1} = $a${i} . $a${i}; $l${i + 1} = [$l${i}, $l${i}];`,
    ).join('\n')
    const loops = "foreach (['a','b','c','d','e','f','g','h'] as $x) ".repeat(12)
    const deep = '('.repeat(3000)
    const began = performance.now()
    await php.parse('x.php', `<?php $a0 = 'x'; $l0 = []; ${doubling} f($a60, $l60); ${loops} f($x);`)
    const script = await php.parse('x.php', `<?php f(${deep}1${')'.repeat(3000)});`)
    expect(script.steps.length + script.broken.length).toBeGreaterThan(0)
    expect(performance.now() - began).toBeLessThan(15_000)
  })
})

function spansOf(script: Script) {
  const routines = [...script.routines, ...script.classes.flatMap(one => one.routines)]
  return [
    ...script.broken,
    ...script.comments,
    ...routines,
    ...routines.flatMap(one => one.steps.map(step => step.call)),
  ]
}
