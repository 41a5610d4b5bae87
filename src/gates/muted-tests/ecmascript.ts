// it, test, describe and their kin in JavaScript and TypeScript: mocha, jest, vitest, jasmine, node:test, Playwright, AVA, tap, QUnit, Deno, Bun.
import { type CodeNode, childOf, namedOf } from '../../db/code/plain-tree.ts'
import { Collection, type ParsedTests, type TestFile, type Within } from './declared.ts'

const tests = new Set(['it', 'test', 'specify', 'fit', 'xit', 'iit', 'xtest', 'xspecify', 'fspecify'])
const groups = new Set([
  'describe',
  'context',
  'suite',
  'fdescribe',
  'xdescribe',
  'ddescribe',
  'fcontext',
  'xcontext',
  'xsuite',
])
const modifiers = new Set(
  'only skip todo fixme fail fails failing ignore each for concurrent sequential serial parallel shuffle describe skipIf runIf if cb'.split(
    ' ',
  ),
)
const switchesOff = new Set(['skip', 'todo', 'fixme', 'fail', 'fails', 'failing', 'ignore'])
const functions = new Set(['arrow_function', 'function_expression', 'function', 'generator_function'])
const texts = new Set(['string', 'template_string'])
const branches = new Set(['if_statement', 'ternary_expression', 'switch_case', 'switch_default', 'catch_clause'])

export function readEcmascript({ text, tree }: ParsedTests): TestFile {
  const collection = new Collection(text)
  new Reader(text, collection, ownNames(tree.root, text)).visit(tree.root, { ...collection.top, given: undefined })
  return collection.file(tree.comments, tree.broken.length === 0)
}

/** Names that the file gives to functions of its own: they are not the runner's. */
function ownNames(root: CodeNode, text: string): ReadonlySet<string> {
  const own = new Set<string>()
  const open = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const value = childOf(node, 'value')
    const isOwn =
      node.type === 'function_declaration' || (node.type === 'variable_declarator' && functions.has(value?.type ?? ''))
    const name = childOf(node, 'name')
    if (isOwn && name !== undefined) own.add(text.slice(name.offset, name.endOffset))
    open.push(...node.children)
  }
  return own
}

type Scope = Within & { readonly given: string | undefined }

interface Call {
  readonly head: string
  readonly mods: readonly string[]
  readonly args: readonly CodeNode[]
  readonly conditional: boolean
}

class Reader {
  readonly #text: string
  readonly #found: Collection
  readonly #own: ReadonlySet<string>

  constructor(text: string, found: Collection, own: ReadonlySet<string>) {
    this.#text = text
    this.#found = found
    this.#own = own
  }

  visit(node: CodeNode, scope: Scope): void {
    const inner = node.type === 'call_expression' ? this.#call(node, scope) : scope
    const isBranch = branches.has(node.type) || (node.type === 'binary_expression' && this.#isLogical(node))
    const next = isBranch ? { ...inner, conditional: true } : inner
    for (const child of node.children) this.visit(child, next)
  }

  #isLogical(node: CodeNode): boolean {
    return ['&&', '||', '??'].includes(this.#of(childOf(node, 'operator')))
  }

  #of(node: CodeNode | undefined): string {
    return node === undefined ? '' : this.#text.slice(node.offset, node.endOffset)
  }

  /** What is below the call is in the scope that comes back. */
  #call(node: CodeNode, scope: Scope): Scope {
    const call = this.#read(node)
    if (call === undefined) return scope
    const declares = this.#declares(call, scope)
    if (declares === undefined) {
      this.#inBody(call, node, scope)
      return scope
    }
    const [title] = call.args
    const name = this.#title(title)
    const many = call.mods.some(mod => mod === 'each' || mod === 'for')
    const bodyFrom = title?.endOffset ?? node.offset
    const within = this.#found.add({ kind: declares, name, many }, node, bodyFrom, scope)
    this.#mutes(call, node, within)
    const given = call.args.find(arg => functions.has(arg.type))
    return { ...within, given: this.#parameter(given) ?? scope.given }
  }

  #read(node: CodeNode): Call | undefined {
    const called = childOf(node, 'function')
    const args = childOf(node, 'arguments')
    if (called === undefined || args === undefined || args.type === 'template_string') return undefined
    const chain = this.#chain(called)
    if (chain === undefined || this.#own.has(chain.words[0]!)) return undefined
    const [head, ...mods] = chain.words as [string, ...string[]]
    return { head, mods, args: namedOf(args), conditional: chain.conditional }
  }

  /** `it.only.each(…)` is `it`, `only`, `each`, whatever is called in between. */
  #chain(node: CodeNode): { words: readonly string[]; conditional: boolean } | undefined {
    if (node.type === 'identifier' || node.type === 'this') return { words: [this.#of(node)], conditional: false }
    if (node.type === 'parenthesized_expression') return this.#either(namedOf(node)[0])
    if (node.type === 'call_expression') {
      const called = childOf(node, 'function')
      return called === undefined ? undefined : this.#chain(called)
    }
    if (node.type !== 'member_expression' && node.type !== 'subscript_expression') return undefined
    const object = childOf(node, 'object')
    const chain = object === undefined ? undefined : this.#chain(object)
    const last = childOf(node, 'property') ?? childOf(node, 'index')
    if (chain === undefined || last === undefined) return undefined
    const word = texts.has(last.type) ? this.#of(last).slice(1, -1) : this.#of(last)
    return { ...chain, words: [...chain.words, word] }
  }

  /** `(isWindows ? it.skip : it)('…')`. */
  #either(node: CodeNode | undefined): { words: readonly string[]; conditional: boolean } | undefined {
    if (node?.type !== 'ternary_expression') return undefined
    const chains = ['consequence', 'alternative'].map(field => {
      const one = childOf(node, field)
      return one === undefined ? undefined : this.#chain(one)
    })
    const muted = chains.find(chain => chain?.words.slice(1).some(word => switchesOff.has(word)))
    const chosen = muted ?? chains[0]
    return chosen === undefined ? undefined : { words: chosen.words, conditional: true }
  }

  #declares({ head, mods, args }: Call, scope: Scope): 'test' | 'group' | undefined {
    if (head === 'Deno' && mods[0] === 'test') return args.length > 0 ? 'test' : undefined
    const isSub = mods[0] === 'test' && (head === 'tap' || head === 't' || head === scope.given)
    if (head === 'QUnit' || isSub) {
      if (args.length < 2) return undefined
      return head === 'QUnit' && mods[0] === 'module' ? 'group' : 'test'
    }
    if ((!tests.has(head) && !groups.has(head)) || !mods.every(mod => modifiers.has(mod))) return undefined
    const isGroup = groups.has(head) || mods.includes('describe')
    const [title, ...rest] = args
    const isTitled = title !== undefined && texts.has(title.type)
    const hasBody = rest.length > 0 && (rest.some(arg => functions.has(arg.type)) || isTitled || !isText(rest[0]!))
    if (hasBody) return isGroup ? 'group' : 'test'
    if (isGroup)
      return title !== undefined && functions.has(title.type) && mods.includes('describe') ? 'group' : undefined
    // mocha: a test without a function is pending.
    const isPending = mods.length === 0 ? head === 'it' || head === 'specify' : mods.some(mod => switchesOff.has(mod))
    return isTitled && isPending ? 'test' : undefined
  }

  #mutes({ head, mods, args, conditional }: Call, { offset }: CodeNode, within: Within): void {
    const isGroup = groups.has(head)
    const how = [head, ...mods].join('.')
    const word = mods.find(mod => switchesOff.has(mod))
    const isFocused = mods.includes('only') || /^(?:f(?:it|describe|context|specify)|iit|ddescribe)$/.test(head)
    if (isFocused) this.#found.mute(within, { effect: 'focused', how, offset })
    if (word !== undefined)
      this.#found.mute(within, { effect: 'skipped', how, offset, todo: word === 'todo', conditional })
    else if (/^x(?:it|test|specify|describe|context|suite)$/.test(head))
      this.#found.mute(within, { effect: 'skipped', how, offset })
    else if (mods.some(mod => ['skipIf', 'runIf', 'if'].includes(mod)))
      this.#found.mute(within, { effect: 'skipped', how, offset, conditional: true })
    else if (!isGroup && mods.length === 0 && args.length === 1 && texts.has(args[0]!.type))
      this.#found.mute(within, { effect: 'skipped', how: `${how} without a function`, offset, todo: true })
    for (const arg of args.slice(0, 3)) if (arg.type === 'object') this.#options(arg, within)
  }

  /** `{ skip: true }`, `{ only: true }`, `{ todo: 'why' }`. */
  #options(object: CodeNode, within: Within): void {
    for (const pair of object.children) {
      const key = this.#of(childOf(pair, 'key'))
      const value = childOf(pair, 'value')
      const effect = key === 'only' ? 'focused' : /^(?:skip|todo|ignore|fails)$/.test(key) ? 'skipped' : undefined
      if (effect === undefined || value === undefined || /^(?:false|undefined|null|0|''|"")$/.test(this.#of(value)))
        continue
      const conditional = value.type !== 'true' && !texts.has(value.type)
      if (effect === 'focused' && conditional) continue
      const how = `${key}: ${value.type === 'true' ? 'true' : '…'}`
      this.#found.mute(within, { effect, how, offset: pair.offset, conditional, todo: key === 'todo' })
    }
  }

  /** `this.skip()`, `t.todo()`, `pending()`, and Playwright's `test.skip(condition, reason)`. */
  #inBody({ head, mods, args }: Call, { offset }: CodeNode, scope: Scope): void {
    const [word = ''] = mods
    const isAtTop = scope.around.name === '' && scope.path.length === 0
    if (head === 'test' && mods.length === 1 && /^(?:skip|fixme|fail)$/.test(word)) {
      const conditional = args.length > 0 && this.#of(args[0]) !== 'true'
      this.#found.mute(scope, { effect: 'skipped', how: `test.${word}()`, offset, conditional })
    } else if (isAtTop) return
    else if (mods.length === 1 && (word === 'skip' || word === 'todo') && (head === 'this' || head === scope.given))
      this.#found.mute(scope, { effect: 'skipped', how: `${head}.${word}()`, offset, todo: false })
    else if (head === 'pending' && mods.length === 0 && args.every(arg => texts.has(arg.type)))
      this.#found.mute(scope, { effect: 'skipped', how: 'pending()', offset })
  }

  #parameter(node: CodeNode | undefined): string | undefined {
    if (node === undefined) return undefined
    const single = childOf(node, 'parameter')
    const first = single ?? namedOf(childOf(node, 'parameters') ?? node)[0]
    return first === undefined ? undefined : /^[\w$]+/.exec(this.#of(first))?.[0]
  }

  #title(node: CodeNode | undefined): string {
    const written = this.#of(node)
    return node !== undefined && texts.has(node.type) ? written.slice(1, -1) : written.slice(0, 120)
  }
}

function isText({ type }: CodeNode): boolean {
  return texts.has(type)
}
