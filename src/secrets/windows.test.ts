import { expect, test } from 'vitest'
import { exampleText } from './example-text.ts'
import { fileKind } from './file-kind.ts'
import { scanText, scanWindows } from './scan.ts'
import { windowsOfStream } from './windows.ts'

const token = exampleText('ghp_{word:36}', 3)
const pem = exampleText('-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE{base64:56}\n{base64:64}\n', 3)

/** Cuts at odd places, also in the middle of a character. */
async function* cut(bytes: Buffer, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

test.each([
  ['utf-8', 'utf8'],
  ['utf-16le', 'utf16le'],
] as const)('a %s text that comes in pieces has the secrets, at the places, of the whole', async (encoding, name) => {
  const filler = 'größe = 1; 🔑 '.repeat(220_000)
  const edges = [0, 1_015_700, 1_015_808, 1_048_540, 2_030_000]
  let text = ''
  let from = 0
  for (const at of edges) {
    text += `${filler.slice(from, at)} ${token}${at}\n${pem}\n`
    from = at
  }
  text += filler.slice(from)
  const whole = await scanText(text, fileKind('a.txt'))
  expect(whole.length).toBeGreaterThan(edges.length)
  for (const size of [65_537, 1_000_001, 5_000_000]) {
    const windows = windowsOfStream(cut(Buffer.from(`\ufeff${text}`, name), size), encoding)
    expect(await scanWindows(windows, fileKind('a.txt'))).toEqual(whole)
  }
})

test('a stream that ends at once has no secrets', async () => {
  expect(await scanWindows(windowsOfStream(cut(Buffer.alloc(0), 10), 'utf-8'), fileKind('a.txt'))).toEqual([])
})

test('reading stops between windows when it is not wanted any more', async () => {
  const stop = new AbortController()
  async function* endless(): AsyncIterable<Uint8Array> {
    for (let piece = 0; ; piece++) {
      if (piece === 5) stop.abort(new Error('enough'))
      yield Buffer.alloc(1_000_000, 'a ')
    }
  }
  const scan = scanWindows(windowsOfStream(endless(), 'utf-8'), fileKind('a.txt'), stop.signal)
  await expect(scan).rejects.toThrow('enough')
})
