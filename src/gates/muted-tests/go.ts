// go test and Ginkgo. Go has no grammar here: its strings and comments are found by its own few rules, and braces say the rest.
import type { Span } from '../../db/code/script.ts'
import { Collection, type TestFile, type Within } from './declared.ts'

// go.dev/ref/spec: comments, raw strings, interpreted strings and runes, neither of which goes on in the next line.
const hidden = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|`[^`]*(?:`|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?/g

const words =
  /\bfunc\s+(?<test>(?:Test|Fuzz|Example)\w*)\s*\(|\b(?<run>\w+)\.Run\(|\b(?<on>\w+)\.(?<skip>Skip|Skipf|SkipNow)\(|(?<![\w.])(?<ginkgo>[FPX]?(?:It|Specify|Describe|Context|When|DescribeTable|Entry)|Skip)\(|\bfunc\b|[{}]/g

interface Brace {
  /** What is inside of it. */
  readonly within: Within
  /** Of a function, or of something that may or may not be entered. */
  readonly isFunction: boolean
}

export function readGo(text: string): TestFile {
  const { code, comments } = withoutHidden(text)
  const found = new Collection(text)
  if (comments.some(({ offset, endOffset }) => /^\/\/go:build\s+ignore\b/.test(text.slice(offset, endOffset))))
    found.mute(found.top, { effect: 'skipped', how: '//go:build ignore', offset: 0 })
  const spanAt = spansOf(code)
  const isGinkgo = /"github\.com\/onsi\/ginkgo/.test(text)
  const braces: Brace[] = [{ within: found.nowhere, isFunction: true }]
  // What the next brace of a function belongs to.
  let next: Within | undefined
  let isFunction = false
  for (const word of code.matchAll(words)) {
    const { test, run, on, skip, ginkgo } = word.groups!
    const { within } = braces.at(-1)!
    const at = word.index
    if (word[0] === '{') {
      const conditional = isFunction ? within.conditional : true
      braces.push({ within: next ?? { ...within, conditional }, isFunction })
      next = undefined
      isFunction = false
    } else if (word[0] === '}') {
      if (braces.length > 1) braces.pop()
    } else if (word[0] === 'func') isFunction = true
    else if (test !== undefined) {
      isFunction = true
      next = found.add({ kind: 'test', name: test }, spanAt(at), at + word[0].length, found.top)
    } else if (run !== undefined && within.path.length > 0) {
      const name = text
        .slice(at + word[0].length, at + word[0].length + 120)
        .split(/,|\n/)[0]!
        .trim()
      next = found.add(
        { kind: 'test', name: name.replace(/^["`]|["`]$/g, '') },
        spanAt(at),
        at + word[0].length,
        within,
      )
    } else if (skip !== undefined && /^(?:t|tb)$/.test(on!))
      found.mute(within, { effect: 'skipped', how: `${on}.${skip}()`, offset: at })
    else if (ginkgo !== undefined && isGinkgo) next = ginkgoCall(ginkgo, { spanAt, text, at, found, within }) ?? next
  }
  return found.file(comments)
}

interface Call {
  readonly spanAt: (offset: number) => Span
  readonly text: string
  readonly at: number
  readonly found: Collection
  readonly within: Within
}

function ginkgoCall(word: string, { spanAt, text, at, found, within }: Call): Within | undefined {
  if (word === 'Skip') {
    found.mute(within, { effect: 'skipped', how: 'Skip()', offset: at })
    return undefined
  }
  const from = at + word.length + 1
  const [written] = /^\s*"(?:[^"\\\n]|\\.)*"/.exec(text.slice(from, from + 1000)) ?? []
  if (written === undefined) return undefined
  const kind = /(?:Describe|Context|When|DescribeTable)$/.test(word) ? 'group' : 'test'
  const around = within.path.length === 0 ? found.top : within
  const here = found.add({ kind, name: written.trim().slice(1, -1) }, spanAt(at), from + written.length, around)
  if (word.startsWith('F')) found.mute(here, { effect: 'focused', how: word, offset: at })
  if (/^[PX]/.test(word)) found.mute(here, { effect: 'skipped', how: word, offset: at })
  return here
}

/** From an offset to the end of the next pair of braces. */
function spansOf(code: string): (offset: number) => Span {
  const opened: number[] = []
  const ends = new Map<number, number>()
  const all: number[] = []
  for (const { index, 0: brace } of code.matchAll(/[{}]/g)) {
    if (brace === '{') {
      all.push(index)
      opened.push(index)
    } else if (opened.length > 0) ends.set(opened.pop()!, index + 1)
  }
  return offset => {
    let [low, high] = [0, all.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (all[middle]! < offset) low = middle + 1
      else high = middle
    }
    return { offset, endOffset: ends.get(all[low] ?? -1) ?? code.length }
  }
}

/** The text with blanks for strings and comments: every offset stays. */
function withoutHidden(text: string): { code: string; comments: readonly Span[] } {
  const comments: Span[] = []
  const code = text.replace(hidden, (piece, offset: number) => {
    if (piece.startsWith('/')) comments.push({ offset, endOffset: offset + piece.length })
    return piece.replace(/[^\n]/g, ' ')
  })
  return { code, comments }
}
