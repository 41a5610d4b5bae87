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
  /** Where the next one begins, in this one; its end when it is the last. */
  readonly next: number
}

const size = 1024 * 1024
// More than the longest match of any rule: the preset's private keys, 10,000 characters.
const overlap = 32 * 1024
// What a rule may look back for: word boundaries, names before a value.
const margin = 1024
const step = size - overlap

/** A text in memory, in windows of a megabyte: no expression ever runs over more. */
export function* windowsOf(content: TextContent): Iterable<TextWindow> {
  const { units } = content
  if (units.length <= size) {
    yield { at: 0, own: { from: 0, to: units.length }, units, text: () => content.text, next: units.length }
    return
  }
  for (let at = 0; ; at += step) {
    const part = units.subarray(at, at + size)
    const last = at + size >= units.length
    yield windowAt(
      at,
      part,
      once(() => content.text.slice(at, at + size)),
      last,
    )
    if (last) return
  }
}

/** The same of a text that comes in pieces, of which only two windows are in memory at a time. */
export async function* windowsOfStream(
  chunks: AsyncIterable<Uint8Array>,
  encoding: TextEncoding,
): AsyncIterable<TextWindow> {
  let rest = ''
  let at = 0
  for await (const text of decoded(chunks, encoding)) {
    rest += text
    while (rest.length > size) {
      yield windowOf(rest.slice(0, size), at, false)
      rest = rest.slice(step)
      at += step
    }
  }
  yield windowOf(rest, at, true)
}

function windowOf(text: string, at: number, last: boolean): TextWindow {
  return windowAt(at, Buffer.from(text, 'latin1'), () => text, last)
}

function windowAt(at: number, units: Uint8Array, text: () => string, last: boolean): TextWindow {
  const own = { from: at === 0 ? 0 : margin, to: last ? units.length : step + margin }
  return { at, own, units, text, next: last ? units.length : step }
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
    const text = window.text()
    for (; this.seen < to; this.seen++) {
      const code = text.charCodeAt(this.seen)
      if (code === 0x0a) {
        this.line++
        this.column = 1
      } else if (code < 0xdc00 || code > 0xdfff) this.column++
    }
  }
}
