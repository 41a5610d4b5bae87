import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentText, inlineDiff, sideBySide } from './text-diff.ts'

test('shows the changed lines with three around them, numbered on both sides', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\n'
  const { hunks, added, removed } = inlineDiff(before, before.replace('e\n', 'E\nnew\n'))
  expect({ added, removed }).toEqual({ added: 2, removed: 1 })
  expect(hunks).toHaveLength(1)
  expect(hunks[0]!.lines.map(line => `${line.before ?? ''}/${line.after ?? ''} ${line.kind[0]} ${line.text}`)).toEqual([
    '2/2 s b',
    '3/3 s c',
    '4/4 s d',
    '5/ r e',
    '/5 a E',
    '/6 a new',
    '6/7 s f',
    '7/8 s g',
    '8/9 s h',
  ])
})

test('changes that lie close together are one hunk, far ones are two', () => {
  const lines = Array.from({ length: 40 }, (_, n) => `line ${n}`)
  const changed = (...at: number[]) => lines.map((line, n) => (at.includes(n) ? `${line}!` : line)).join('\n')
  expect(inlineDiff(lines.join('\n'), changed(10, 16)).hunks).toHaveLength(1)
  expect(inlineDiff(lines.join('\n'), changed(10, 30)).hunks).toHaveLength(2)
})

test('line ends alone make no line different, and are told', () => {
  const diff = inlineDiff('a\nb\n', 'a\r\nb\r\n')
  expect(diff.hunks).toEqual([])
  expect(diff.notes).toEqual(['The line ends were LF and are CRLF.'])
})

test('a newline at the end that came or went is told', () => {
  expect(inlineDiff('a\n', 'a').notes).toEqual(['It does not end with a newline any more.'])
  expect(inlineDiff('a', 'a\n').notes).toEqual(['It ends with a newline now.'])
})

test('side by side, a changed line stands beside what it was, with the changed words marked', () => {
  const { hunks } = inlineDiff('port = 80\nhost = a\n', 'port = 443\nhost = a\n')
  const [row, same] = sideBySide(hunks[0]!)
  expect(row!.before!.stretches.filter(part => part.changed).map(part => part.text)).toEqual(['80'])
  expect(row!.after!.stretches.filter(part => part.changed).map(part => part.text)).toEqual(['443'])
  expect(same).toMatchObject({ before: { line: 2, kind: 'same' }, after: { line: 2, kind: 'same' } })
})

test('files with nothing in common are shown whole after a moment, not compared for minutes', () => {
  const lines = (word: string) => Array.from({ length: 50_000 }, (_, n) => `${word}${n}`).join('\n')
  const began = performance.now()
  const diff = inlineDiff(lines('a'), lines('b'))
  expect(performance.now() - began).toBeLessThan(15_000)
  expect(diff.notes).toContain('Too different to be compared line by line.')
  expect(diff.removed).toBe(50_000)
})

test('one line of megabytes is no reason to wait', () => {
  const began = performance.now()
  const { hunks } = inlineDiff('x'.repeat(2_000_000), 'y'.repeat(2_000_000))
  sideBySide(hunks[0]!)
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('whatever the two sides are, each can be put together again from the rows', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd d', '')).map(lines => lines.join('\n'))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const { hunks } = inlineDiff(before, after, { context: 1_000 })
      const rows = hunks.flatMap(sideBySide)
      const joined = (side: 'before' | 'after') =>
        rows.flatMap(row => (row[side] === undefined ? [] : [row[side].stretches.map(part => part.text).join('')]))
      const lines = (whole: string) => (whole === '' ? [] : whole.replace(/\n$/, '').split('\n'))
      const isSame = hunks.length === 0
      expect(isSame ? lines(after) : joined('before')).toEqual(lines(before))
      expect(isSame ? lines(before) : joined('after')).toEqual(lines(after))
    }),
  )
})

test('bytes become text whatever they are', () => {
  expect(contentText(Buffer.from('grün'))).toBe('grün')
  expect(contentText(Buffer.from('\ufeffgrün', 'utf16le'))).toBe('grün')
  expect(contentText(Uint8Array.from([0x67, 0xfc]))).toBe('gü')
  fc.assert(fc.property(fc.uint8Array(), bytes => typeof contentText(bytes) === 'string'))
})

test('two texts that were made to be slow to compare are shown one after the other', () => {
  const started = performance.now()
  const { notes } = inlineDiff('a\nb\n'.repeat(120_000), 'b\nb\na\n'.repeat(90_000))
  expect(notes).toContain('Too different to be compared line by line.')
  expect(performance.now() - started).toBeLessThan(5_000)
})
