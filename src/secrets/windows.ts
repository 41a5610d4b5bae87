import { StringDecoder } from 'node:string_decoder'
import type { TextContent, TextEncoding } from './decode.ts'

/** A part of a text that is read at once. The parts overlap, so that whatever begins in one is whole in it. */
export interface TextWindow {
  /** Of its first character, from 0 in UTF-16 units of the whole text. */
  readonly at: number
  /** What it answers for: matches that begin from `own.from` to before `own.to`. */
  readonly own: { readonly from: number; readonly to: number }
  /** One byte for each UTF-16 unit, its low one. */
  readonly units: Uint8Array
  readonly text: () => string
  /** Where the next one begins, in this one. */
  readonly next: number
  readonly last: boolean
  /** It has nothing but ASCII: a byte is a character. */
  readonly ascii: boolean
}

const size = 1024 * 1024
// More than the longest match of any rule: the preset's private keys, 10,000 characters.
const overlap = 32 * 1024
// What a rule may look back for: word boundaries, names before a value.
const margin = 1024
const step = size - overlap

/** A text in memory, in windows of a megabyte: no expression ever runs over more. */
export function* windowsOf(content: TextContent): Iterable<TextWindow> {
  const { units, ascii } = content
  if (units.length <= size) {
    yield windowAt(0, units, () => content.text, { last: true, ascii })
    return
  }
  for (let at = 0; ; at += step) {
    const last = at + size >= units.length
    const text = once(() => content.text.slice(at, at + size))
    yield windowAt(at, units.subarray(at, at + size), text, { last, ascii })
    if (last) return
  }
}

/** The same of a text that comes in pieces. A window is gone when the next one is asked for: all lie in the same memory. */
export async function* windowsOfStream(
  chunks: AsyncIterable<Uint8Array>,
  encoding: TextEncoding,
): AsyncIterable<TextWindow> {
  const units = Buffer.alloc(size)
  let filled = 0
  let at = 0
  // What was written in other letters, as far as it lies in the window.
  let wide: string | undefined
  const windowNow = (last: boolean): TextWindow => {
    const now = wide
    const text = once(() => now ?? units.toString('latin1', 0, filled))
    return windowAt(at, units.subarray(0, filled), text, { last, ascii: wide === undefined })
  }
  for await (const text of decoded(chunks, encoding)) {
    for (let taken = 0; taken < text.length; ) {
      if (filled === size) {
        yield windowNow(false)
        units.copyWithin(0, step)
        wide = wide === undefined || isPlain(wide, step) ? undefined : wide.slice(step)
        filled = overlap
        at += step
      }
      const part = text.slice(taken, taken + size - filled)
      if (wide !== undefined || !isPlain(part)) wide = (wide ?? units.toString('latin1', 0, filled)) + part
      units.write(part, filled, 'latin1')
      filled += part.length
      taken += part.length
    }
  }
  yield windowNow(true)
}

const other = /[^\x00-\x7f]/g

function isPlain(text: string, from = 0): boolean {
  other.lastIndex = from
  return !other.test(text)
}

function windowAt(
  at: number,
  units: Uint8Array,
  text: () => string,
  { last, ascii }: Pick<TextWindow, 'last' | 'ascii'>,
): TextWindow {
  const own = { from: at === 0 ? 0 : margin, to: last ? units.length : step + margin }
  return { at, own, units, text, next: step, last, ascii }
}

async function* decoded(chunks: AsyncIterable<Uint8Array>, encoding: TextEncoding): AsyncIterable<string> {
  const decoder = decoderFor(encoding)
  let isFirst = true
  for await (const chunk of chunks) {
    const text = decoder.write(chunk)
    if (text === '') continue
    yield isFirst && text.startsWith('\ufeff') ? text.slice(1) : text
    isFirst = false
  }
  yield decoder.end()
}

function decoderFor(encoding: TextEncoding): { write(chunk: Uint8Array): string; end(): string } {
  if (encoding === 'utf-16be') {
    const decoder = new TextDecoder(encoding, { ignoreBOM: true })
    return { write: chunk => decoder.decode(chunk, { stream: true }), end: () => decoder.decode() }
  }
  const decoder = new StringDecoder(encoding === 'utf-8' ? 'utf8' : 'utf16le')
  return {
    write: chunk => decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)),
    end: () => decoder.end(),
  }
}

function once(read: () => string): () => string {
  let kept: string | undefined
  return () => (kept ??= read())
}

/** Line and column, both from 1 in characters, of places asked for window after window in rising order. */
export class Placer {
  private line = 1
  private column = 1
  /** How far this window was looked at. */
  private seen = 0

  /** Of a place in the window; every character is looked at once, however long its line is. */
  at(window: TextWindow, index: number): { line: number; column: number } {
    this.advance(window, index)
    return { line: this.line, column: this.column }
  }

  /** To be called between one window and the next. A place that was asked for may lie in what both have. */
  leave(window: TextWindow): void {
    this.advance(window, window.next)
    this.seen -= window.next
  }

  private advance(window: TextWindow, to: number): void {
    if (this.seen >= to) return
    if (window.ascii) this.overBytes(window.units, to)
    else this.overText(window.text(), to)
    this.seen = to
  }

  private overBytes(units: Uint8Array, to: number): void {
    let from = this.seen
    for (let end = units.indexOf(0x0a, from); end !== -1 && end < to; end = units.indexOf(0x0a, from)) {
      this.line++
      this.column = 1
      from = end + 1
    }
    this.column += to - from
  }

  private overText(text: string, to: number): void {
    for (let index = this.seen; index < to; index++) {
      const code = text.charCodeAt(index)
      if (code === 0x0a) {
        this.line++
        this.column = 1
      } else if (code < 0xdc00 || code > 0xdfff) this.column++
    }
  }
}
