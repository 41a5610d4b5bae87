import type { CodeNode } from '../plain-tree.ts'
import { type CodeTree, childOf, namedOf } from '../plain-tree.ts'
import { Scope } from '../scope.ts'
import type { ClassShape, LanguageId, Routine, Script, Step, Value } from '../script.ts'
import { bare, isFunction, keyText, type TextOf } from './literals.ts'
import { Statements } from './statements.ts'

/** What a tree says, whether it exports in the way of CommonJS or of modules. */
export function scriptOf(language: LanguageId, path: string, text: string, tree: CodeTree): Script {
  const reader = new ModuleReader(text)
  reader.read(tree.root)
  const { classes, routines, values, steps } = reader
  const { broken, comments } = tree
  return { language, path, text, classes, routines, values, steps, broken, comments }
}

class ModuleReader {
  readonly classes: ClassShape[] = []
  readonly routines: Routine[] = []
  readonly values = new Map<string, Value>()
  readonly steps: Step[] = []
  readonly #textOf: TextOf
  readonly #statements: Statements
  readonly #scope = new Scope()
  /** Functions, classes and what is exported are read last: they may use what is written below them. */
  readonly #later: (() => void)[] = []
  /** `module.exports = { up: migrate }`: told after everything was read. */
  readonly #aliases: { readonly name: string; readonly of: string }[] = []
  readonly #constants = new Map<string, CodeNode>()

  constructor(text: string) {
    this.#textOf = ({ offset, endOffset }) => text.slice(offset, endOffset)
    this.#statements = new Statements(this.#textOf)
    this.#statements.expressions.top = this.#scope
  }

  read(root: CodeNode): void {
    for (const node of namedOf(root)) this.#top(node)
    for (const read of this.#later) read()
    for (const { name, of } of this.#aliases) this.#alias(name, of)
  }

  #top(node: CodeNode): void {
    const { functions } = this.#statements.expressions
    if (isFunction(node)) {
      const name = this.#nameOf(node, 'default')
      functions.set(name, node)
      this.#later.push(() => this.#routine(name, node))
    } else if (/^(?:abstract_)?class(?:_declaration)?$/.test(node.type)) this.#later.push(() => this.#class(node))
    else if (/^(?:lexical|variable)_declaration$/.test(node.type)) for (const one of namedOf(node)) this.#variable(one)
    else if (node.type === 'export_statement') this.#export(node)
    else if (!this.#assignsExport(node)) this.#statements.run(node, this.#scope, this.#flow())
  }

  #flow() {
    return { steps: this.steps, maybe: false, repeated: false }
  }

  #nameOf(node: CodeNode, otherwise: string): string {
    const name = childOf(node, 'name')
    return name === undefined ? otherwise : this.#textOf(name)
  }

  #variable(declarator: CodeNode): void {
    const [name, value] = [childOf(declarator, 'name'), childOf(declarator, 'value')]
    const isNamed = name?.type === 'identifier'
    const inner = value === undefined ? undefined : bare(value)
    if (isNamed && inner !== undefined) this.#constants.set(this.#textOf(name), inner)
    if (isNamed && inner !== undefined && isFunction(inner)) {
      this.#statements.expressions.functions.set(this.#textOf(name), inner)
      this.#later.push(() => this.#routine(this.#textOf(name), inner))
    } else if (isNamed && inner?.type === 'class') {
      this.#later.push(() => this.#class(inner))
    } else {
      // What a package is called is kept as its name: `Sequelize.STRING`.
      const isPackage = inner?.type === 'call_expression' && this.#textOf(inner).startsWith('require')
      if (isPackage && isNamed) return
      this.#statements.declare(declarator, this.#scope, this.#flow())
      const known = isNamed ? this.#scope.get(this.#textOf(name)) : undefined
      if (known !== undefined && isNamed) this.values.set(this.#textOf(name), known)
    }
  }

  #export(node: CodeNode): void {
    const declaration = childOf(node, 'declaration')
    const value = childOf(node, 'value')
    if (declaration !== undefined) this.#top(declaration)
    else if (value !== undefined) this.#exported(bare(value))
    else {
      const clause = namedOf(node)[0]
      if (clause?.type === 'identifier') this.#exported(clause)
      for (const one of clause?.type === 'export_clause' ? namedOf(clause) : []) {
        const of = this.#nameOf(one, '')
        this.#aliases.push({ name: this.#textOf(childOf(one, 'alias') ?? one), of })
      }
    }
  }

  /** `exports.up = …`, `module.exports = …`, `module.exports.up = …`, also several in one. */
  #assignsExport(node: CodeNode): boolean {
    const assignment = node.type === 'expression_statement' ? bare(namedOf(node)[0] ?? node) : node
    if (assignment.type !== 'assignment_expression') return false
    const names: string[] = []
    let right: CodeNode = assignment
    while (right.type === 'assignment_expression') {
      const left = childOf(right, 'left')
      const named = /^(?:module\.)?exports(?:\.([\w$]+))?$/.exec(left === undefined ? '' : this.#textOf(left))
      if (named === null) return false
      names.push(named[1] ?? '')
      right = bare(childOf(right, 'right') ?? { ...right, type: '' })
    }
    for (const name of names) {
      if (name === '' || name === 'default') this.#exported(right)
      else this.#later.push(() => this.#member(name, right))
    }
    return true
  }

  /** What is exported as a whole. */
  #exported(node: CodeNode, depth = 0): void {
    if (node.type === 'object') {
      for (const child of namedOf(node)) this.#property(child)
    } else if (node.type === 'class' || isFunction(node)) {
      this.#top(node)
    } else if (node.type === 'identifier') {
      const constant = this.#constants.get(this.#textOf(node))
      if (constant !== undefined && constant.type !== 'class' && depth < 5) this.#exported(constant, depth + 1)
    } else if (node.type === 'call_expression' || node.type === 'new_expression') {
      // `module.exports = defineMigration({ up() {} })`
      const args = namedOf(childOf(node, 'arguments') ?? { ...node, children: [] }).map(bare)
      for (const arg of args) if (depth < 5) this.#exported(arg, depth + 1)
      this.#later.push(() => this.values.set('default', this.#value(node)))
    } else this.#later.push(() => this.values.set('default', this.#value(node)))
  }

  #property(child: CodeNode): void {
    if (child.type === 'shorthand_property_identifier') {
      const name = this.#textOf(child)
      this.#aliases.push({ name, of: name })
      return
    }
    const key = keyText(childOf(child, 'key') ?? childOf(child, 'name'), this.#textOf)
    const value = child.type === 'method_definition' ? child : childOf(child, 'value')
    if (key !== undefined && value !== undefined) this.#later.push(() => this.#member(key, bare(value)))
    else if (child.type === 'spread_element') for (const inner of namedOf(child)) this.#exported(bare(inner), 1)
  }

  #member(name: string, node: CodeNode): void {
    if (isFunction(node)) this.#routine(name, node)
    else if (node.type === 'identifier') this.#aliases.push({ name, of: this.#textOf(node) })
    else {
      const value = this.#value(node)
      this.values.set(name, value)
      // `exports.up = wrap(async knex => …)`: what it wraps runs.
      const inner = value.is === 'call' ? value.args.find(arg => arg.is === 'function') : undefined
      if (value.is !== 'call') return
      const parameters = inner?.is === 'function' ? inner.parameters : []
      this.routines.push({
        offset: node.offset,
        endOffset: node.endOffset,
        name,
        parameters,
        steps: [{ call: value, maybe: false, repeated: false }],
      })
    }
  }

  #alias(name: string, of: string): void {
    const routine = this.routines.find(one => one.name === of)
    if (routine !== undefined && name !== of) this.routines.push({ ...routine, name })
    const value = this.values.get(of)
    if (value !== undefined) this.values.set(name, value)
  }

  #value(node: CodeNode): Value {
    return this.#statements.expressions.value(node, this.#scope)
  }

  #routine(name: string, node: CodeNode): void {
    this.routines.push(this.#routineOf(name, node, this.#scope))
  }

  #routineOf(name: string, node: CodeNode, scope: Scope): Routine {
    const { parameters, steps } = this.#statements.expressions.function(node, scope)
    const { offset, endOffset } = node
    const isStatic = node.children.some(child => child.type === "'static")
    return { offset, endOffset, name, parameters, steps, ...(isStatic ? { isStatic: true as const } : {}) }
  }

  #class(node: CodeNode): void {
    const body = childOf(node, 'body')
    const scope = this.#scope.branch()
    const members = new Map<string, Value>()
    const routines: Routine[] = []
    const parts = namedOf(body ?? { ...node, children: [] })
    for (const part of parts) {
      const [key, value] = this.#field(part)
      if (key === undefined || value === undefined || isFunction(value)) continue
      const known = this.#statements.expressions.value(value, scope)
      members.set(key, known)
      scope.set(`this.${key}`, known)
    }
    const methods = parts.flatMap(part => {
      const [key, value] = this.#field(part)
      const code = part.type === 'method_definition' ? part : value
      return key !== undefined && code !== undefined && isFunction(code) ? [[key, code] as const] : []
    })
    const { expressions } = this.#statements
    expressions.top = scope
    for (const [key, code] of methods) expressions.functions.set(`this.${key}`, code)
    for (const [key, code] of methods) routines.push(this.#routineOf(key, code, scope))
    for (const [key] of methods) expressions.functions.delete(`this.${key}`)
    expressions.top = this.#scope
    const { offset, endOffset } = node
    const name = this.#nameOf(node, '')
    this.classes.push({ offset, endOffset, name, extends: this.#heritage(node), routines, members, steps: [] })
  }

  #field(part: CodeNode): readonly [string | undefined, CodeNode | undefined] {
    const key = keyText(childOf(part, 'name') ?? childOf(part, 'property'), this.#textOf)
    const value = childOf(part, 'value')
    return [key, value === undefined ? undefined : bare(value)]
  }

  /** What it extends, else what it implements. */
  #heritage(node: CodeNode): string | undefined {
    const heritage = node.children.find(child => child.type === 'class_heritage')
    if (heritage === undefined) return undefined
    return this.#textOf(heritage).replace(/^\s*(?:extends|implements)\s+/, '')
  }
}
