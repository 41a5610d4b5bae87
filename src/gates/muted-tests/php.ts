// PHPUnit, Pest and Codeception.
import { type CodeNode, childOf, namedOf } from '../../db/code/plain-tree.ts'
import type { Span } from '../../db/code/script.ts'
import { Collection, type ParsedTests, type TestFile, type Within } from './declared.ts'

const classes = new Set(['class_declaration', 'trait_declaration'])
const calls = new Set([
  'member_call_expression',
  'nullsafe_member_call_expression',
  'scoped_call_expression',
  'function_call_expression',
])
const branches = new Set([
  'if_statement',
  'conditional_expression',
  'catch_clause',
  'case_statement',
  'match_conditional_expression',
])
const texts = new Set(['string', 'encapsed_string', 'heredoc', 'nowdoc'])
const setUps = new Set(['setup', 'setupbeforeclass', '_before', 'beforeclass'])

export function readPhp({ text, tree }: ParsedTests): TestFile {
  const collection = new Collection(text)
  new Reader(text, collection, tree.comments).visit(tree.root, collection.top)
  return collection.file(tree.comments, tree.broken.length === 0)
}

interface Link {
  readonly name: string
  readonly args: readonly CodeNode[]
  readonly offset: number
}

class Reader {
  readonly #text: string
  readonly #found: Collection
  readonly #comments: ReadonlyMap<number, string>

  constructor(text: string, found: Collection, comments: readonly Span[]) {
    this.#text = text
    this.#found = found
    // By where the code behind the comment begins.
    this.#comments = new Map(
      comments.map(({ offset, endOffset }) => [
        endOffset + /^\s*/.exec(text.slice(endOffset, endOffset + 400))![0].length,
        text.slice(offset, endOffset),
      ]),
    )
  }

  visit(node: CodeNode, within: Within): void {
    if (classes.has(node.type)) this.#class(node, within)
    else if (node.type === 'method_declaration') this.#method(node, within)
    else if (calls.has(node.type)) this.#call(node, within)
    else this.#other(node, within)
  }

  #other(node: CodeNode, within: Within): void {
    const isBranch =
      branches.has(node.type) ||
      (node.type === 'binary_expression' && /^(?:&&|\|\||\?\?|and|or)$/i.test(this.#of(childOf(node, 'operator'))))
    this.#children(node, isBranch ? { ...within, conditional: true } : within)
  }

  #children(node: CodeNode, within: Within): void {
    for (const child of node.children) this.visit(child, within)
  }

  #of(node: CodeNode | undefined): string {
    return node === undefined ? '' : this.#text.slice(node.offset, node.endOffset)
  }

  #class(node: CodeNode, within: Within): void {
    const named = childOf(node, 'name')
    const here = this.#found.add(
      { kind: 'group', name: this.#of(named) },
      node,
      named?.endOffset ?? node.offset,
      within,
    )
    this.#children(node, here)
  }

  #method(node: CodeNode, within: Within): void {
    const named = childOf(node, 'name')
    const name = this.#of(named)
    const said = `${this.#comments.get(node.offset) ?? ''} ${this.#of(childOf(node, 'attributes'))}`
    const isTest = /^test/i.test(name) || /@test\b|#\[[^\]]*\bTest\b/.test(said)
    const many = /@dataProvider\b|@testWith\b|\b(?:DataProvider|DataProviderExternal|TestWith|TestWithJson)\b/.test(
      said,
    )
    const inner = isTest
      ? this.#found.add({ kind: 'test', name, many }, node, named?.endOffset ?? node.offset, within)
      : setUps.has(name.toLowerCase())
        ? within
        : this.#found.nowhere
    this.#children(node, inner)
  }

  #call(node: CodeNode, within: Within): void {
    const links = this.#links(node)
    const [first, ...rest] = links
    const inner = first === undefined ? undefined : this.#pest(first, rest, node, within)
    if (inner === undefined) {
      const last = links.at(-1)
      if (last !== undefined) this.#inBody(last, node, within)
      this.#children(node, within)
      return
    }
    for (const { args } of links) for (const arg of args) this.visit(arg, inner)
  }

  /** `it('…')->with([…])->skip()`, the first call first. Begins with an empty name when it begins with no function. */
  #links(node: CodeNode): readonly Link[] {
    const links: Link[] = []
    for (let one: CodeNode | undefined = node; one !== undefined; ) {
      const args = namedOf(childOf(one, 'arguments') ?? one).flatMap(arg => (arg.type === 'argument' ? [arg] : []))
      const isFunction: boolean = one.type === 'function_call_expression'
      links.unshift({ name: this.#of(childOf(one, isFunction ? 'function' : 'name')), args, offset: one.offset })
      if (isFunction) return links
      const object: CodeNode | undefined = childOf(one, 'object')
      one = object !== undefined && calls.has(object.type) ? object : undefined
    }
    return [{ name: '', args: [], offset: node.offset }, ...links]
  }

  #pest(first: Link, rest: readonly Link[], node: CodeNode, within: Within): Within | undefined {
    const { name, args } = first
    const [title] = args
    if (name === 'beforeEach' && args.length < 2) {
      this.#chained(rest, within)
      return within
    }
    const isPest =
      /^(?:it|test|todo|describe|arch)$/.test(name) && title !== undefined && texts.has(namedOf(title)[0]?.type ?? '')
    if (!isPest) return undefined
    const many = rest.some(link => link.name === 'with')
    const kind = name === 'describe' ? 'group' : 'test'
    const here = this.#found.add({ kind, name: this.#of(title).slice(1, -1), many }, node, title.endOffset, within)
    const isPending = name === 'todo' || (args.length === 1 && rest.length === 0 && /^(?:it|test)$/.test(name))
    if (isPending)
      this.#found.mute(here, {
        effect: 'skipped',
        how: name === 'todo' ? 'todo()' : `${name}() without a function`,
        offset: node.offset,
        todo: true,
      })
    this.#chained(rest, here)
    return here
  }

  #chained(rest: readonly Link[], here: Within): void {
    for (const { name, args, offset } of rest) {
      const reason = args[0] === undefined ? undefined : namedOf(args[0])[0]
      const how = `->${name}()`
      if (name === 'only') this.#found.mute(here, { effect: 'focused', how, offset })
      else if (name === 'todo') this.#found.mute(here, { effect: 'skipped', how, offset, todo: true })
      else if (name === 'skip')
        this.#found.mute(here, {
          effect: 'skipped',
          how,
          offset,
          conditional: reason !== undefined && !texts.has(reason.type) && this.#of(reason) !== 'true',
        })
      else if (/^skip[A-Z]/.test(name)) this.#found.mute(here, { effect: 'skipped', how, offset, conditional: true })
    }
  }

  #inBody({ name }: Link, node: CodeNode, within: Within): void {
    const on = this.#of(childOf(node, 'object') ?? childOf(node, 'scope'))
    if (/^markTest(?:Skipped|Incomplete)$/i.test(name))
      this.#found.mute(within, { effect: 'skipped', how: `${name}()`, offset: node.offset })
    else if (on === '$scenario' && /^(?:skip|incomplete)$/.test(name))
      this.#found.mute(within, { effect: 'skipped', how: `$scenario->${name}()`, offset: node.offset })
  }
}
