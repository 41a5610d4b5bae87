import type { Difference } from '../core/difference.ts'

export type ContentKind = Exclude<Difference['content'], 'unknown'>

/** How much of a file is looked at; git looks at 8000 bytes for a NUL. */
export const headBytes = 8192

const images: readonly (readonly [at: number, bytes: string])[] = [
  [0, '\x89PNG\r\n\x1a\n'],
  [0, '\xff\xd8\xff'],
  [0, 'GIF87a'],
  [0, 'GIF89a'],
  [8, 'WEBP'],
  [4, 'ftypavif'],
  [4, 'ftypheic'],
  [0, '\0\0\x01\0'],
  [0, 'BM'],
  [0, 'II*\0'],
  [0, 'MM\0*'],
]

/** What a file is by its first bytes, not by its name. An SVG is text: it can hold programs, and is read as such. */
export function kindOf(head: Uint8Array): ContentKind {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, headBytes)).toString('latin1')
  const binary = text.includes('\0')
  for (const [at, bytes] of images)
    if (text.startsWith(bytes, at) && (binary || bytes.length > 2) && isWhole(text, bytes)) return 'image'
  return binary ? 'binary' : 'text'
}

function isWhole(text: string, bytes: string): boolean {
  return bytes !== 'WEBP' || text.startsWith('RIFF')
}

/** Whether two texts differ in nothing but how their lines end: LF, CRLF or CR. */
export function onlyLineEndings(before: Uint8Array, after: Uint8Array): boolean {
  let one = 0
  let other = 0
  for (;;) {
    const a = byteAt(before, one)
    const b = byteAt(after, other)
    if (a !== b) return false
    if (a === undefined) return true
    one += width(before, one)
    other += width(after, other)
  }
}

const carriageReturn = 13
const lineFeed = 10

function byteAt(bytes: Uint8Array, at: number): number | undefined {
  return bytes[at] === carriageReturn ? lineFeed : bytes[at]
}

function width(bytes: Uint8Array, at: number): number {
  return bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? 2 : 1
}
