// pytest and unittest.
import { type CodeNode, childOf, namedOf } from '../../db/code/plain-tree.ts'
import { Collection, type Mute, type ParsedTests, type TestFile, type Within } from './declared.ts'

type Found = Pick<Mute, 'effect' | 'how' | 'conditional'>

const branches = new Set(['if_statement', 'conditional_expression', 'except_clause', 'boolean_operator', 'case_clause'])
const setUps = new Set([
  'setUp',
  'setUpClass',
  'setUpTestData',
  'setUpModule',
  'setup_method',
  'setup_class',
  'setup_module',
  'asyncSetUp',
])

export function readPython({ text, tree }: ParsedTests): TestFile {
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
    if (node.type === 'decorated_definition') this.#decorated(node, within)
    else if (node.type === 'function_definition' || node.type === 'class_definition')
      this.#definition(node, [], node, within)
    else this.#other(node, within)
  }

  #other(node: CodeNode, within: Within): void {
    if (node.type === 'assignment') this.#assigned(node, within)
    if (node.type === 'call') this.#called(node, within)
    if (node.type === 'raise_statement') this.#raised(node, within)
    const next = branches.has(node.type) ? { ...within, conditional: true } : within
    for (const child of node.children) this.visit(child, next)
  }

  #of(node: CodeNode | undefined): string {
    return node === undefined ? '' : this.#text.slice(node.offset, node.endOffset)
  }

  #decorated(node: CodeNode, within: Within): void {
    const definition = childOf(node, 'definition')
    const decorators = node.children.filter(child => child.type === 'decorator')
    if (definition !== undefined) this.#definition(definition, decorators, node, within)
  }

  #definition(node: CodeNode, decorators: readonly CodeNode[], whole: CodeNode, within: Within): void {
    const named = childOf(node, 'name')
    const body = childOf(node, 'body')
    const name = this.#of(named)
    const isClass = node.type === 'class_definition'
    if (body === undefined) return
    if (!isClass && !/^test/.test(name)) {
      this.visit(body, setUps.has(name) ? within : this.#found.nowhere)
      return
    }
    const many = decorators.some(one =>
      /\b(?:parametrize|parameterized|expand|data|given)\b/.test(this.#of(one).split('(')[0]!),
    )
    const here = this.#found.add({ kind: isClass ? 'group' : 'test', name, many }, whole, named!.endOffset, within)
    for (const decorator of decorators) {
      const mark = namedOf(decorator)[0]
      const found = mark === undefined ? undefined : this.#mark(mark)
      if (found !== undefined) this.#found.mute(here, { ...found, offset: decorator.offset })
      this.visit(decorator, { ...here, conditional: true })
    }
    this.visit(body, here)
  }

  /** `pytestmark = pytest.mark.skip`, `__test__ = False`. */
  #assigned(node: CodeNode, within: Within): void {
    const left = this.#of(childOf(node, 'left'))
    const right = childOf(node, 'right')
    if (right === undefined) return
    if (left === '__test__' && this.#of(right) === 'False')
      this.#found.mute(within, { effect: 'skipped', how: '__test__ = False', offset: node.offset })
    if (left !== 'pytestmark') return
    for (const mark of right.type === 'list' || right.type === 'tuple' ? namedOf(right) : [right]) {
      const found = this.#mark(mark)
      if (found !== undefined) this.#found.mute(within, { ...found, offset: mark.offset })
    }
  }

  #mark(node: CodeNode): Found | undefined {
    const how = this.#of(node.type === 'call' ? childOf(node, 'function') : node)
    const words = how.split('.')
    const word = words.at(-1)!
    const args = node.type === 'call' ? namedOf(childOf(node, 'arguments') ?? node) : []
    if (word === 'only' && words.includes('mark')) return { effect: 'focused', how, conditional: false }
    if (word === 'skip' || word === 'expectedFailure') return { effect: 'skipped', how, conditional: false }
    if (/^skip(?:if|If|Unless)\w*$/.test(word))
      return { effect: 'skipped', how, conditional: !this.#always(word, args) }
    if (word !== 'xfail') return undefined
    const asks = args.some(arg => arg.type !== 'keyword_argument' || this.#of(childOf(arg, 'name')) === 'condition')
    return { effect: 'skipped', how, conditional: asks && this.#of(args[0]) !== 'True' }
  }

  #always(word: string, args: readonly CodeNode[]): boolean {
    return this.#of(args[0]) === (word.startsWith('skipUnless') ? 'False' : 'True')
  }

  #called(node: CodeNode, within: Within): void {
    const how = this.#of(childOf(node, 'function'))
    if (/^(?:pytest\.(?:skip|xfail)|(?:self|cls)\.skipTest)$/.test(how))
      this.#found.mute(within, { effect: 'skipped', how: `${how}()`, offset: node.offset })
    // Marks of one row of a table: the other rows run.
    if (!/(?:^|\.)param$/.test(how)) return
    for (const arg of namedOf(childOf(node, 'arguments') ?? node)) {
      const value = childOf(arg, 'value')
      if (this.#of(childOf(arg, 'name')) !== 'marks' || value === undefined) continue
      const found = this.#mark(value)
      if (found !== undefined) this.#found.mute(within, { ...found, offset: arg.offset, conditional: true })
    }
  }

  #raised(node: CodeNode, within: Within): void {
    const what = namedOf(node)[0]
    const how = this.#of(what?.type === 'call' ? childOf(what, 'function') : what)
    if (/^(?:unittest\.)?(?:case\.)?SkipTest$/.test(how))
      this.#found.mute(within, { effect: 'skipped', how: `raise ${how}`, offset: node.offset })
  }
}
