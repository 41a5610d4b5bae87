import { BodyScope } from '../body-scope.ts'
import { parseCode } from '../engine.ts'
import { Allowance, branch, Flow, type Here, loop, routineSteps } from '../flow.ts'
import { type CodeNode, childOf, childrenOf, namedOf, treeOf } from '../plain-tree.ts'
import type { ClassShape, Language, Routine, Script, Value } from '../script.ts'
import { PythonValues } from './python-values.ts'

const language: Language = {
  id: 'python',
  endings: ['.py'],
  async parse(path, text) {
    const { root, broken, comments } = treeOf(await parseCode('python', text))
    return { language: 'python', path, text, broken, comments, ...new PythonReader(text, root).script() }
  },
}

export default language

/** How many nodes may be read again for loops over literal lists. */
const unrolled = 200_000

/** Takes the functions of a module or a class; inside a function they are variables. */
type Own = (routine: Routine) => void

class PythonReader {
  readonly #root: CodeNode
  readonly #values: PythonValues
  readonly #classes: ClassShape[] = []
  readonly #routines: Routine[] = []
  /** Bodies are read last: they see what the module holds when all of it has run. */
  readonly #later: (() => void)[] = []

  constructor(text: string, root: CodeNode) {
    this.#root = root
    this.#values = new PythonValues(text, new Allowance(unrolled))
  }

  script(): Pick<Script, 'classes' | 'routines' | 'values' | 'steps'> {
    const scope = new BodyScope()
    const flow = new Flow()
    this.#block(this.#root, { scope, flow }, routine => this.#routines.push(routine))
    const values = new Map(scope.members)
    for (let read = this.#later.shift(); read !== undefined; read = this.#later.shift()) read()
    return { classes: this.#classes, routines: this.#routines, values, steps: flow.steps }
  }

  #block(node: CodeNode, here: Here, own?: Own): void {
    for (const child of namedOf(node)) this.#statement(child, here, own)
  }

  #statement(node: CodeNode, here: Here, own?: Own): void {
    const read = this.#statements[node.type]
    if (read === undefined) this.#values.value(node, here)
    else read(node, here, own)
  }

  readonly #statements: Readonly<Record<string, (node: CodeNode, here: Here, own?: Own) => void>> = {
    if_statement: (node, here, own) => this.#if(node, here, own),
    for_statement: (node, here, own) => this.#for(node, here, own),
    while_statement: (node, here, own) => this.#while(node, here, own),
    try_statement: (node, here, own) => this.#try(node, here, own),
    with_statement: (node, here, own) => this.#with(node, here, own),
    match_statement: (node, here, own) => this.#match(node, here, own),
    decorated_definition: (node, here, own) => this.#statement(namedOf(node).at(-1)!, here, own),
    function_definition: (node, here, own) => this.#function(node, here, own),
    class_definition: (node, here) => this.#class(node, here),
    import_statement: (node, here) => this.#import(node, here),
    import_from_statement: (node, here) => this.#import(node, here),
    block: (node, here, own) => this.#block(node, here, own),
    return_statement: (node, here) => this.#leave(node, here),
    break_statement: (node, here) => this.#leave(node, here),
    continue_statement: (node, here) => this.#leave(node, here),
    future_import_statement: () => {},
    pass_statement: () => {},
    global_statement: () => {},
    nonlocal_statement: () => {},
    expression_statement: (node, here) => this.#each(node, here),
  }

  #each(node: CodeNode, here: Here): void {
    for (const child of namedOf(node)) this.#values.value(child, here)
  }

  #leave(node: CodeNode, here: Here): void {
    this.#each(node, here)
    here.flow.end = 'surely'
  }

  #while(node: CodeNode, here: Here, own?: Own): void {
    this.#values.value(childOf(node, 'condition')!, here)
    loop(here, this.#setIn(node), node, inner => this.#block(childOf(node, 'body')!, inner, own))
  }

  #if(node: CodeNode, here: Here, own?: Own): void {
    const clauses = [node, ...childrenOf(node, 'alternative')]
    const hasElse = clauses.some(clause => clause.type === 'else_clause')
    for (const clause of clauses) {
      const condition = childOf(clause, 'condition')
      if (condition !== undefined) this.#values.value(condition, here)
    }
    const bodies = clauses.map(clause => childOf(clause, 'consequence') ?? childOf(clause, 'body'))
    branch(
      here,
      bodies.map(body => inner => body !== undefined && this.#block(body, inner, own)),
      hasElse,
    )
  }

  #for(node: CodeNode, here: Here, own?: Own): void {
    const [target, over, body] = [childOf(node, 'left')!, childOf(node, 'right')!, childOf(node, 'body')!]
    const before = here.flow.end
    const values = this.#values.value(over, here)
    this.#values.each(target, values, body.size, here, inner => this.#block(body, inner, own), this.#setIn(body))
    // `break` ends the loop, and only perhaps what follows it.
    if (here.flow.end !== 'none') here.flow.end = before === 'none' ? 'perhaps' : before
    for (const other of childrenOf(node, 'alternative')) this.#block(childOf(other, 'body') ?? other, here, own)
  }

  #try(node: CodeNode, here: Here, own?: Own): void {
    const body = childOf(node, 'body')!
    const clauses = namedOf(node).filter(child => child !== body)
    const last = clauses.filter(child => child.type === 'finally_clause')
    const others = clauses.filter(child => child.type !== 'finally_clause')
    branch(
      here,
      [body, ...others].map(part => inner => this.#clause(part, inner, own)),
      true,
    )
    for (const part of last) this.#clause(part, here, own)
  }

  #clause(node: CodeNode, here: Here, own?: Own): void {
    for (const child of node.type === 'block' ? [node] : namedOf(node)) {
      if (child.type === 'block') this.#block(child, here, own)
      else this.#values.value(child, here)
    }
  }

  #with(node: CodeNode, here: Here, own?: Own): void {
    const items = namedOf(node).flatMap(child => (child.type === 'with_clause' ? namedOf(child) : []))
    for (const item of items) {
      const value = childOf(item, 'value') ?? item
      if (value.type !== 'as_pattern') {
        this.#values.value(value, here)
        continue
      }
      const [made, target] = namedOf(value)
      if (made === undefined || target === undefined) continue
      const name = namedOf(target)[0] ?? target
      this.#values.bind(name, this.#values.value(made, here), here)
    }
    this.#block(childOf(node, 'body')!, here, own)
  }

  #match(node: CodeNode, here: Here, own?: Own): void {
    for (const subject of childrenOf(node, 'subject')) this.#values.value(subject, here)
    const cases = namedOf(childOf(node, 'body') ?? node).filter(child => child.type === 'case_clause')
    branch(
      here,
      cases.map(one => inner => this.#block(childOf(one, 'consequence') ?? one, inner, own)),
      false,
    )
  }

  #function(node: CodeNode, here: Here, own?: Own): void {
    const name = this.#values.text(childOf(node, 'name')!)
    const parameters = this.#values.parameters(childOf(node, 'parameters'))
    const span = { offset: node.offset, endOffset: node.endOffset }
    const steps = () =>
      routineSteps(here.scope, inner => {
        inner.scope.forget(parameters, node)
        this.#block(childOf(node, 'body')!, inner)
      })
    if (own === undefined) here.scope.set(name, { ...span, is: 'function', parameters, steps: steps() })
    else this.#later.push(() => own({ ...span, name, parameters, steps: steps() }))
  }

  #class(node: CodeNode, here: Here): void {
    const body = childOf(node, 'body')!
    const above = childOf(node, 'superclasses')
    const scope = new BodyScope(here.scope)
    const flow = new Flow()
    const routines: Routine[] = []
    this.#block(body, { scope, flow }, routine => routines.push(routine))
    const members = new Map(scope.members)
    for (const [member, value] of members) for (const self of ['self', 'cls']) scope.set(`${self}.${member}`, value)
    this.#classes.push({
      offset: node.offset,
      endOffset: node.endOffset,
      name: this.#values.text(childOf(node, 'name')!),
      extends:
        above === undefined
          ? undefined
          : this.#values
              .text(above)
              .replace(/^\(|\)$/g, '')
              .trim(),
      routines,
      members,
      steps: flow.steps,
    })
  }

  /** Aliases only: a name that is imported as itself is that name. */
  #import(node: CodeNode, here: Here): void {
    for (const child of childrenOf(node, 'name')) {
      if (child.type !== 'aliased_import') continue
      const [name, alias] = [childOf(child, 'name')!, childOf(child, 'alias')!]
      const value: Value = {
        offset: child.offset,
        endOffset: child.endOffset,
        is: 'name',
        name: this.#values.text(name),
      }
      here.scope.set(this.#values.text(alias), value)
    }
  }

  /** Names that assignments in it set, those of functions and classes in it left out. */
  #setIn(node: CodeNode): string[] {
    const names = new Set<string>()
    const open = [...node.children]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at.type === 'function_definition' || at.type === 'class_definition' || at.type === 'lambda') continue
      const target = at.type.endsWith('assignment') || at.type === 'for_statement' ? childOf(at, 'left') : undefined
      if (target !== undefined)
        for (const name of target.type === 'identifier' ? [target] : namedOf(target))
          if (name.type === 'identifier') names.add(this.#values.text(name))
      open.push(...at.children)
    }
    return [...names].reverse()
  }
}
