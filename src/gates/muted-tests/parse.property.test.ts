import fc from 'fast-check'
import { expect, test } from 'vitest'
import { missing, newlyMuted } from './compare.ts'
import { withoutJsx } from './jsx.ts'
import { readTests } from './parse.ts'

const paths = ['a.test.js', 'a.test.ts', 'a.test.tsx', 'test_a.py', 'a_spec.rb', 'ATest.php', 'a_test.go']

const piece = fc.oneof(
  fc.constantFrom(
    ...[
      "it('a', () => {",
      "describe.skip('b', ",
      'test.only(',
      'it.each([1])(',
      '})',
      '(',
      '{',
      '}',
      "'",
      '`${',
      '"',
      '\n',
    ],
    ...[
      '// ',
      '/*',
      '*/',
      '#',
      '<a b={',
      '</a>',
      '<',
      '>',
      '/x/',
      'return ',
      '= ',
      'this.skip()',
      't.Run("x", func(t *testing.T) {',
    ],
    ...[
      'def test_a():\n    ',
      '@pytest.mark.skip\n',
      'class A(B):\n',
      'pytestmark = ',
      'func TestA(t *testing.T) {',
      't.Skip()',
    ],
    ...[
      '<?php ',
      'class A extends B {',
      'public function testA() {',
      '$this->markTestSkipped();',
      "it('a')->skip()",
      '->only()',
    ],
    ...["it 'a' do\n", 'end\n', 'skip', 'focus', "fit 'x', :focus do\n", 'ship-guard:allow skipped-test x'],
  ),
  fc.string({ maxLength: 4 }),
)
const texts = fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join(''))

test('any text is read, and against itself nothing is told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), texts, async (path, text) => {
      const file = await readTests(path, text)
      if (file === undefined) return
      for (const { offset, endOffset, mutes } of file.declared) {
        expect(offset <= endOffset && endOffset <= text.length).toBe(true)
        expect(mutes.every(mute => mute.offset >= 0 && mute.offset <= text.length)).toBe(true)
      }
      const pair = { path, before: file, now: file }
      expect(newlyMuted([pair])).toEqual([])
      expect(missing([pair])).toEqual([])
      const moved = [
        { path, before: file },
        { path: `b/${path}`, now: file },
      ]
      expect(newlyMuted(moved)).toEqual([])
      expect(missing(moved)).toEqual([])
    }),
    { numRuns: 400 },
  )
})

test('what stands in a comment or a string says nothing', async () => {
  const words = fc.constantFrom("it.only('x', () => {})", 'fit', 't.Skip()', 'describe.skip(', 'xit', '\n', ' ', 'a')
  const inside = fc.array(words, { maxLength: 12 }).map(all => all.join(' '))
  await fc.assert(
    fc.asyncProperty(inside, async text => {
      const line = text.replaceAll('\n', ' ')
      const javascript = `/* ${text} */\n// ${line}\nconst a = ${JSON.stringify(text)} + \`${text}\`\n`
      const go = `/* ${text} */\nfunc TestA(t *testing.T) {\n// ${line}\n a := ${JSON.stringify(text)} + \`${text}\`\n}\n`
      const mutes = async (path: string, source: string) =>
        (await readTests(path, source))!.declared.flatMap(one => one.mutes)
      expect(await mutes('a.test.js', javascript)).toEqual([])
      expect(await mutes('a.test.tsx', javascript)).toEqual([])
      expect(await mutes('a_test.go', go)).toEqual([])
    }),
    { numRuns: 100 },
  )
})

test('taking the elements out keeps every offset and line', () => {
  fc.assert(
    fc.property(texts, text => {
      const plain = withoutJsx(text)
      expect(plain.length).toBe(text.length)
      expect([...plain.matchAll(/\n/g)].map(({ index }) => index)).toEqual(
        [...text.matchAll(/\n/g)].map(({ index }) => index),
      )
    }),
    { numRuns: 500 },
  )
})

test('long hostile texts are read in time', async () => {
  const long: readonly (readonly [string, string])[] = [
    ['a.test.tsx', '=<a '.repeat(5_000)],
    ['a.test.js', "it('a', () => {".repeat(2_000)],
    ['a.test.js', `a${'.b()'.repeat(5_000)}`],
    ['a_test.go', 'func TestA('.repeat(5_000)],
    ['a_test.go', 'func TestA(){t.Run("a",func(){'.repeat(2_000)],
    ['test_a.py', '@a\n'.repeat(5_000)],
    ['a_spec.rb', "it 'a' do\n".repeat(2_000)],
    ['ATest.php', `<?php ${"it('a')".repeat(2_000)}`],
  ]
  for (const [path, text] of long) {
    const started = performance.now()
    await readTests(path, text)
    expect(performance.now() - started, `${path} ${text.slice(0, 20)}`).toBeLessThan(8_000)
  }
}, 60_000)
