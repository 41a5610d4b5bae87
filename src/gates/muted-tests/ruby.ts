// RSpec, minitest, and the tests of Rails.
import { type CodeNode, childOf, namedOf } from '../../db/code/plain-tree.ts'
import { Collection, type ParsedTests, type TestFile, type Within } from './declared.ts'

const groups = /^[fx]?(?:describe|context|feature)$|^example_group$/
const tests = /^[fx]?(?:it|specify|example|scenario)$|^(?:test|should|its)$/
// Other files' examples take part: how many is not seen here.
const borrowed = /^(?:it_behaves_like|it_should_behave_like|include_examples|include_context)$/
const branches = new Set(
  'if unless if_modifier unless_modifier conditional rescue rescue_modifier when case in_clause while until'.split(' '),
)

export function readRuby({ text, tree }: ParsedTests): TestFile {
  const collection = new Collection(text)
  new Reader(text, collection).visit(tree.root, collection.top)
  return collection.file(tree.comments, tree.broken.length === 0)
}

class Reader {
  readonly #text: string
  readonly #found: Collection

  constructor(text: string, found: Collection) {
    this.#text = text
    this.#found = found
  }

  visit(node: CodeNode, within: Within): void {
    if (node.type === 'class' || node.type === 'method') this.#definition(node, within)
    else this.#other(node, within)
  }

  #other(node: CodeNode, within: Within): void {
    if (node.type === 'identifier') this.#word(this.#of(node), [], node, within)
    const inner = node.type === 'call' ? this.#call(node, within) : within
    const isBranch =
      branches.has(node.type) ||
      (node.type === 'binary' && /^(?:&&|\|\||and|or)$/.test(this.#of(childOf(node, 'operator'))))
    const next = isBranch ? { ...inner, conditional: true } : inner
    for (const child of node.children) if (child.field !== 'method') this.visit(child, next)
  }

  #of(node: CodeNode | undefined): string {
    return node === undefined ? '' : this.#text.slice(node.offset, node.endOffset)
  }

  #definition(node: CodeNode, within: Within): void {
    const named = childOf(node, 'name')
    const name = this.#of(named)
    const isTest = node.type === 'class' || /^test_/.test(name)
    const isSetUp = name === 'setup' || name === 'before_setup'
    const kind = node.type === 'class' ? 'group' : 'test'
    const inner = isTest
      ? this.#found.add({ kind, name }, node, named?.endOffset ?? node.offset, within)
      : isSetUp
        ? within
        : this.#found.nowhere
    for (const child of node.children) if (child !== named) this.visit(child, inner)
  }

  /** What is below the call is in the scope that comes back. */
  #call(node: CodeNode, within: Within): Within {
    const receiver = this.#of(childOf(node, 'receiver'))
    const word = this.#of(childOf(node, 'method'))
    if (receiver !== '' && receiver !== 'RSpec') return within
    const args = namedOf(childOf(node, 'arguments') ?? emptyNode)
    const block = childOf(node, 'block')
    const isMuted = /^(?:skip|pending|focus)$/.test(word) && block !== undefined && args.length > 0
    const kind = groups.test(word) ? 'group' : tests.test(word) || borrowed.test(word) || isMuted ? 'test' : undefined
    if (kind === undefined) {
      this.#word(word, args, node, within)
      return within
    }
    if (!this.#declares(word, args, block)) return within
    const title = args[0]
    const name = title === undefined ? this.#of(block).slice(0, 120) : this.#title(title)
    const many = borrowed.test(word)
    const here = this.#found.add({ kind, name, many }, node, title?.endOffset ?? node.offset, within)
    this.#mutes(word, args, block, node, here)
    return here
  }

  #declares(word: string, args: readonly CodeNode[], block: CodeNode | undefined): boolean {
    if (block !== undefined || borrowed.test(word)) return true
    return (
      (word === 'should' && args.length > 0) ||
      (/^[fx]?(?:it|specify|example|scenario)$/.test(word) && args[0]?.type === 'string')
    )
  }

  #mutes(
    word: string,
    args: readonly CodeNode[],
    block: CodeNode | undefined,
    { offset }: CodeNode,
    here: Within,
  ): void {
    const isTagged = tests.test(word) || groups.test(word)
    if (word === 'focus' || (isTagged && /^f(?!eature)/.test(word)))
      this.#found.mute(here, { effect: 'focused', how: word, offset })
    else if (word === 'skip' || word === 'pending' || (isTagged && word.startsWith('x')))
      this.#found.mute(here, { effect: 'skipped', how: word, offset })
    else if (block === undefined && isTagged && word !== 'should')
      this.#found.mute(here, { effect: 'skipped', how: `${word} without a block`, offset, todo: true })
    if (isTagged) for (const arg of args.slice(1)) this.#tag(arg, here)
  }

  /** `:focus`, `skip: 'why'`. */
  #tag(arg: CodeNode, here: Within): void {
    const value = childOf(arg, 'value')
    const written = this.#of(arg.type === 'pair' ? childOf(arg, 'key') : arg).replace(/^:/, '')
    if ((arg.type !== 'pair' && arg.type !== 'simple_symbol') || /^(?:false|nil)$/.test(this.#of(value))) return
    const how = `:${written}`
    const conditional = value !== undefined && !/^(?:true|string|simple_symbol)$/.test(value.type)
    if (written === 'focus') this.#found.mute(here, { effect: 'focused', how, offset: arg.offset })
    if (/^(?:skip|pending)$/.test(written))
      this.#found.mute(here, { effect: 'skipped', how, offset: arg.offset, conditional })
  }

  /** `skip 'why'` inside a test, and minitest-focus's `focus` above one. */
  #word(word: string, args: readonly CodeNode[], { offset }: CodeNode, within: Within): void {
    if (within.path.length === 0) return
    if (word === 'focus' && (args.length === 0 || args[0]!.type === 'method'))
      this.#found.mute(within, { effect: 'focused', how: 'focus', offset })
    // Beside the tests rather than in one, `pending 'why'` is a test that nobody has written yet: every generated spec begins with one.
    const todo = word === 'pending' && within.around.kind === 'group'
    if ((word === 'skip' || word === 'pending') && args.every(arg => arg.type === 'string'))
      this.#found.mute(within, { effect: 'skipped', how: word, offset, todo })
  }

  #title(node: CodeNode): string {
    const written = this.#of(node)
    return node.type === 'string' ? written.slice(1, -1) : written.slice(0, 120)
  }
}

const emptyNode: CodeNode = { type: '', field: undefined, children: [], size: 1, offset: 0, endOffset: 0 }
