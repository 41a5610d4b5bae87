import { expect, test } from 'vitest'
import { printable } from './printable.ts'

test('shows what would move the cursor, turn the text around or not be seen', () => {
  expect(printable('a\u001b[2Jb\u009b1m\u202ec\u061cd')).toBe('a\\x1b[2Jb\\x9b1m\\x202ec\\x61cd')
  expect(printable('index\u200b.php\ufeff\u2060\u2064')).toBe('index\\x200b.php\\xfeff\\x2060\\x2064')
  expect(printable('a\nb\tc')).toBe('a\\x0ab c')
  expect(printable('a\nb', { lines: true })).toBe('a\nb')
})

test('leaves what people write', () => {
  for (const text of ['Größe 文件.txt', 'می\u200cخواهم', '👩\u200d👧 e\u0301']) expect(printable(text)).toBe(text)
})
