import { isAscii } from 'node:buffer'

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be'

export interface TextContent {
  readonly kind: 'text'
  readonly text: string
  /** One byte for each UTF-16 unit of the text, its low one. */
  readonly units: Uint8Array
  /** It has nothing but ASCII: a byte is a character. */
  readonly ascii: boolean
}

/** Something that is no text, as far as its first bytes tell. */
export interface NoText {
  readonly kind: 'binary' | 'archive' | 'database' | 'key-store' | 'dump'
}

/** What a blob is; a text is decoded when it is asked for. */
export type Content = { readonly kind: 'text'; readonly text: string } | NoText

const magic: readonly {
  readonly kind: 'archive' | 'database' | 'key-store' | 'dump'
  readonly bytes: readonly number[]
  readonly at?: number
}[] = [
  { kind: 'database', bytes: [...Buffer.from('SQLite format 3\0')] },
  { kind: 'dump', bytes: [...Buffer.from('PGDMP')] },
  // Java key store, KeePass.
  { kind: 'key-store', bytes: [0xfe, 0xed, 0xfe, 0xed] },
  { kind: 'key-store', bytes: [0xce, 0xce, 0xce, 0xce] },
  { kind: 'key-store', bytes: [0x03, 0xd9, 0xa2, 0x9a] },
  { kind: 'archive', bytes: [0x50, 0x4b, 0x03, 0x04] },
  { kind: 'archive', bytes: [0x1f, 0x8b] },
  { kind: 'archive', bytes: [0x42, 0x5a, 0x68] },
  { kind: 'archive', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { kind: 'archive', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: 'archive', bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { kind: 'archive', bytes: [0x52, 0x61, 0x72, 0x21] },
  { kind: 'archive', bytes: [...Buffer.from('ustar')], at: 257 },
]

// As git does (buffer_is_binary in xdiff-interface.c): a NUL among the first 8000 bytes means binary.
const looked = 8_000

/** Reads a blob: UTF-8, UTF-16 with or without a byte order mark, or something that is not text. Bytes that are not UTF-8 are read as U+FFFD. */
export function readContent(bytes: Uint8Array): TextContent | NoText {
  const kind = kindOf(bytes)
  return typeof kind === 'string' ? new Text(bytes, kind) : kind
}

/** The same told from the first bytes alone: how the text is encoded, or what it is instead. */
export function kindOf(bytes: Uint8Array): TextEncoding | NoText {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, looked))
  for (const { kind, bytes: signature, at = 0 } of magic) {
    if (signature.every((byte, index) => head[at + index] === byte)) return { kind }
  }
  return wideEncoding(head) ?? (head.includes(0) ? { kind: 'binary' } : 'utf-8')
}

/** A text as it is given, for what is not read from bytes. */
export function textContent(text: string): TextContent {
  // Whether it is ASCII only makes it quicker.
  return { kind: 'text', text, units: Buffer.from(text, 'latin1'), ascii: false }
}

/** Most texts hold nothing that a rule asks for, and are never decoded. */
class Text implements TextContent {
  readonly kind = 'text'
  private readonly bytes: Buffer
  private readonly encoding: TextEncoding
  readonly ascii: boolean
  private decoded: string | undefined

  constructor(bytes: Uint8Array, encoding: TextEncoding) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.encoding = encoding
    this.ascii = encoding === 'utf-8' && isAscii(this.bytes)
  }

  get text(): string {
    this.decoded ??= this.ascii ? this.bytes.toString('latin1') : withoutMark(this.decode())
    return this.decoded
  }

  get units(): Uint8Array {
    return this.ascii ? this.bytes : Buffer.from(this.text, 'latin1')
  }

  private decode(): string {
    // Three times as fast as TextDecoder.
    return this.encoding === 'utf-8' ? this.bytes.toString('utf8') : new TextDecoder(this.encoding).decode(this.bytes)
  }
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

// Without a mark, text in Latin letters has a NUL in every second byte and hardly one in the others.
function wideEncoding(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const sample = head.subarray(0, 512)
  if (sample.length < 8 || !sample.includes(0)) return undefined
  const zeros = [0, 0]
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2]!++
  })
  const half = sample.length / 2
  const [even, odd] = zeros as [number, number]
  if (odd > half * 0.7 && even < half * 0.05) return 'utf-16le'
  if (even > half * 0.7 && odd < half * 0.05) return 'utf-16be'
  return undefined
}
