/** What a blob's first bytes say it is. `text` is decoded; what is neither text nor known is `binary`. */
export type Content =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary' | 'archive' | 'database' | 'key-store' | 'dump' }

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
export function readContent(bytes: Uint8Array): Content {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, looked))
  for (const { kind, bytes: signature, at = 0 } of magic) {
    if (signature.every((byte, index) => head[at + index] === byte)) return { kind }
  }
  const wide = wideEncoding(head)
  if (wide !== undefined) return { kind: 'text', text: new TextDecoder(wide).decode(bytes) }
  if (head.includes(0)) return { kind: 'binary' }
  // Three times as fast as TextDecoder, which would also take the mark away.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return { kind: 'text', text: text.startsWith('\ufeff') ? text.slice(1) : text }
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
