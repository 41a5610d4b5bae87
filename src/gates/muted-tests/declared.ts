import type { CodeTree } from '../../db/code/plain-tree.ts'
import type { Span } from '../../db/code/script.ts'

/** A file as its parser read it. */
export interface ParsedTests {
  readonly text: string
  readonly tree: CodeTree
}

/** Why a test does not run, or why all others do not. */
export interface Mute {
  readonly effect: 'focused' | 'skipped'
  /** As it is written, for example `it.skip`. */
  readonly how: string
  /** Where it is written. */
  readonly offset: number
  /** Only under a condition that is not known before the tests run. */
  readonly conditional: boolean
  /** A note of a test that is still to be written. */
  readonly todo?: boolean
}

/** A test, or a group of tests, as a test file declares it. */
export interface Declared extends Span {
  readonly kind: 'test' | 'group'
  readonly name: string
  /** Names of what is around it, outermost first. */
  readonly path: readonly string[]
  /** Stands for more than one test: a table, a data provider. */
  readonly many: boolean
  /** Its text without its name and its spaces, for telling that only the name changed; empty for a group. */
  readonly body: string
  readonly mutes: readonly Mute[]
}

export interface TestFile {
  readonly text: string
  readonly declared: readonly Declared[]
  readonly comments: readonly Span[]
  /** Whether all of it could be read; else tests that are not found may be there all the same. */
  readonly isWhole: boolean
}

type Open = { -readonly [Key in keyof Declared]: Declared[Key] } & { mutes: Mute[] }

// Tests may lie in tests, and each keeps its text.
const longest = 8_000
// Nobody nests this deeply: a text made to cost memory does.
const deepest = 30
const most = 3_000

/** Where a walk through a file is. */
export interface Within {
  readonly around: Open
  readonly path: readonly string[]
  /** Between what is around and here stands a condition. */
  readonly conditional: boolean
}

/** Collects what a file declares. What is muted outside every test counts for the file as a whole. */
export class Collection {
  readonly #text: string
  readonly #file: Open
  readonly #all: Open[] = []

  constructor(text: string) {
    this.#text = text
    const whole = { offset: 0, endOffset: text.length, name: '', path: [], many: false, body: '' }
    this.#file = { kind: 'group', mutes: [], ...whole }
  }

  get top(): Within {
    return { around: this.#file, path: [], conditional: false }
  }

  /** Inside of what may or may not be called by a test: nothing there counts. */
  get nowhere(): Within {
    return { ...this.top, around: { ...this.#file, mutes: [] } }
  }

  /** @param bodyFrom offset behind the name. */
  add(
    { kind, name, many = false }: Pick<Declared, 'kind' | 'name'> & { readonly many?: boolean },
    { offset, endOffset }: Span,
    bodyFrom: number,
    { path }: Within,
  ): Within {
    const body =
      kind === 'group' || path.length >= deepest || this.#all.length >= most
        ? ''
        : this.#text.slice(bodyFrom, Math.min(endOffset, bodyFrom + longest)).replace(/[\s'"`,;]+/g, '')
    const declared: Open = { kind, name, path, many, body, mutes: [], offset, endOffset }
    this.#all.push(declared)
    return { around: declared, path: path.length < deepest ? [...path, name] : path, conditional: false }
  }

  mute({ around, conditional }: Within, mute: Omit<Mute, 'conditional'> & { readonly conditional?: boolean }): void {
    around.mutes.push({ ...mute, conditional: conditional || mute.conditional === true })
  }

  file(comments: readonly Span[], isWhole = true): TestFile {
    const own = this.#file.mutes.length === 0 ? [] : [this.#file]
    return { text: this.#text, declared: [...own, ...this.#all], comments, isWhole }
  }
}
