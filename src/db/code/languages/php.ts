import { type Node, parseCode } from '../engine.ts'
import type { ClassShape, Language, Routine, Script, Value } from '../script.ts'
import { brokenIn, commentsIn, spanOf, unreadScript } from '../tree.ts'
import { PhpRoutine } from './php-routine.ts'
import { lastPart, parametersOf, type Surroundings } from './php-state.ts'

const php: Language = {
  id: 'php',
  endings: ['.php'],
  async parse(path, text) {
    const root = await parseCode('php', text)
    try {
      return new PhpFile(path, text, root).script()
    } catch {
      // Nested deeper than the stack reaches.
      return unreadScript('php', path, text)
    } finally {
      // It lies in WebAssembly's memory, where nobody collects it.
      root.tree.delete()
    }
  },
}

export default php

class PhpFile {
  readonly #path: string
  readonly #text: string
  readonly #root: Node
  readonly #aliases = new Map<string, string>()
  readonly #classes: ClassShape[] = []
  readonly #routines: Routine[] = []
  readonly #work = { done: 0 }
  /** Properties that some code puts a value into: what stands in their declaration is not what they hold. */
  readonly #assigned: ReadonlySet<string>

  constructor(path: string, text: string, root: Node) {
    this.#path = path
    this.#text = text
    this.#root = root
    const writes = text.matchAll(/(?:\$this->|(?:self|static)::\$)(\w+)(?:\[[^\]\n]*\])?\s*(?:[.+]|\?\?)?=(?!=)/g)
    this.#assigned = new Set([...writes].map(match => match[1]!))
  }

  script(): Script {
    this.#imports()
    const top = new PhpRoutine(this.#around(new Map()))
    this.#block(this.#root, top)
    return {
      language: 'php',
      path: this.#path,
      text: this.#text,
      classes: this.#classes.map(one => this.#withInherited(one)),
      routines: this.#routines,
      values: new Map(),
      steps: top.steps,
      broken: brokenIn(this.#root),
      comments: commentsIn(this.#root),
    }
  }

  #imports(): void {
    for (const clause of this.#root.descendantsOfType('namespace_use_clause')) {
      const alias = clause?.childForFieldName('alias')
      const name = clause?.namedChild(0)
      if (alias && name) this.#aliases.set(this.#source(alias).toLowerCase(), lastPart(this.#source(name)))
    }
  }

  #source(node: Node): string {
    return this.#text.slice(node.startIndex, node.endIndex)
  }

  #block(node: Node, top: PhpRoutine): void {
    for (const child of node.namedChildren) {
      if (child === null) continue
      if (child.type === 'namespace_definition') {
        const body = child.childForFieldName('body')
        if (body !== null) this.#block(body, top)
      } else if (/^(?:class|trait|enum)_declaration$/.test(child.type)) this.#class(child)
      else if (child.type === 'function_definition') this.#routines.push(this.#routine(child, this.#around(new Map())))
      else if (!/^(?:namespace_use_declaration|php_tag|comment)$/.test(child.type)) {
        // Helpers are often guarded: `if (! function_exists('x')) { function x() {} }`.
        this.#guarded(child)
        top.statements([child])
      }
    }
  }

  #guarded(node: Node): void {
    if (!/^(?:if_statement|compound_statement)$/.test(node.type)) return
    for (const inner of node.descendantsOfType('function_definition'))
      if (inner !== null) this.#routines.push(this.#routine(inner, this.#around(new Map())))
  }

  #around(members: ReadonlyMap<string, Value>): Surroundings {
    return {
      text: this.#text,
      work: this.#work,
      classNamed: name => this.#aliases.get(name.toLowerCase()) ?? lastPart(name),
      member: name => (this.#assigned.has(name) ? undefined : members.get(name)),
      foundClass: node => this.#class(node),
    }
  }

  #class(node: Node): void {
    const name = node.childForFieldName('name')
    const base = node.namedChildren.find(one => one?.type === 'base_clause')?.namedChild(0)
    const body = node.childForFieldName('body')?.namedChildren.filter(one => one !== null) ?? []
    const members = new Map<string, Value>()
    const around = this.#around(members)
    for (const member of body) this.#member(member, members, around)
    this.#classes.push({
      ...spanOf(node),
      name: name === null ? '' : this.#source(name),
      extends: base ? this.#source(base) : undefined,
      members,
      routines: body.filter(one => one.type === 'method_declaration').map(one => this.#routine(one, around)),
      steps: [],
      traits: body
        .filter(one => one.type === 'use_declaration')
        .flatMap(one => one.namedChildren.flatMap(used => (used === null ? [] : [lastPart(this.#source(used))]))),
    } as ClassShape)
  }

  #member(node: Node, members: Map<string, Value>, around: Surroundings): void {
    for (const element of node.namedChildren) {
      if (element?.type === 'property_element') {
        const name = element.childForFieldName('name')
        const value = element.childForFieldName('default_value')
        if (name && value) members.set(this.#source(name).slice(1), new PhpRoutine(around).value(value))
      } else if (element?.type === 'const_element') {
        const [name, value] = element.namedChildren
        if (name && value) members.set(this.#source(name), new PhpRoutine(around).value(value))
      }
    }
  }

  #routine(node: Node, around: Surroundings): Routine {
    const name = node.childForFieldName('name')
    const body = node.childForFieldName('body')
    const reader = new PhpRoutine(around)
    if (body !== null) reader.statement(body)
    const isStatic = node.namedChildren.some(one => one?.type === 'static_modifier')
    return {
      ...spanOf(node),
      name: name === null ? '' : this.#source(name),
      parameters: parametersOf(node, this.#text),
      steps: reader.steps,
      ...(isStatic ? { isStatic: true as const } : {}),
    }
  }

  /** With the methods of traits and parents in the same file, unless it has its own of that name. */
  #withInherited(one: ClassShape, depth = 0): ClassShape {
    if (depth > 4) return one
    const { traits, ...shape } = one as ClassShape & { traits: readonly string[] }
    const from = [...(traits ?? []), ...(one.extends === undefined ? [] : [lastPart(one.extends)])]
    const givers = this.#classes.filter(other => other !== one && other.name !== '' && from.includes(other.name))
    const inherited = givers.map(giver => this.#withInherited(giver, depth + 1))
    const own = new Set(one.routines.map(routine => routine.name.toLowerCase()))
    const routines = inherited.flatMap(giver => giver.routines).filter(routine => !own.has(routine.name.toLowerCase()))
    const members = new Map([...inherited.flatMap(giver => [...giver.members]), ...one.members])
    return { ...shape, routines: [...one.routines, ...routines], members }
  }
}
