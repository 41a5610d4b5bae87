import { BodyScope } from '../body-scope.ts'
import { parseCode } from '../engine.ts'
import { Allowance, Flow, type Here, routineSteps } from '../flow.ts'
import { type CodeNode, childOf, treeOf } from '../plain-tree.ts'
import type { ClassShape, Language, Routine, Script } from '../script.ts'
import { spanOf } from './ruby-strings.ts'
import { RubyValues } from './ruby-values.ts'

const language: Language = {
  id: 'ruby',
  endings: ['.rb'],
  async parse(path, text) {
    const { root, broken, comments } = treeOf(await parseCode('ruby', text))
    return { language: 'ruby', path, text, broken, comments, ...new RubyReader(text, root).script() }
  },
}

export default language

/** How many nodes may be read again for loops over literal lists. */
const unrolled = 200_000

interface Body {
  readonly routines: Routine[]
  readonly scope: BodyScope
  readonly flow: Flow
}

class RubyReader {
  readonly #root: CodeNode
  readonly #values: RubyValues
  readonly #classes: ClassShape[] = []
  /** Methods are read last: they see what the class holds when all of its body has run. */
  readonly #later: (() => void)[] = []
  /** The class whose body is being read. */
  #body: Body = { routines: [], scope: new BodyScope(), flow: new Flow() }

  constructor(text: string, root: CodeNode) {
    this.#root = root
    this.#values = new RubyValues(text, root, new Allowance(unrolled), (node, here) => this.#define(node, here))
  }

  script(): Pick<Script, 'classes' | 'routines' | 'values' | 'steps'> {
    const { routines, scope, flow } = this.#body
    this.#values.block(this.#root, { scope, flow })
    const values = new Map(scope.members)
    for (let read = this.#later.shift(); read !== undefined; read = this.#later.shift()) read()
    return { classes: this.#classes, routines, values, steps: flow.steps }
  }

  #define(node: CodeNode, here: Here): void {
    if (node.type === 'method' || node.type === 'singleton_method') this.#method(node, here)
    else if (node.type === 'singleton_class') this.#values.block(childOf(node, 'body'), here)
    else this.#class(node, here)
  }

  #class(node: CodeNode, here: Here): void {
    const outer = this.#body
    const body: Body = { routines: [], scope: new BodyScope(here.scope), flow: new Flow() }
    this.#body = body
    this.#values.block(childOf(node, 'body'), body)
    this.#body = outer
    const above = childOf(node, 'superclass')
    this.#classes.push({
      ...spanOf(node),
      name: this.#values.text(childOf(node, 'name')!),
      extends: above === undefined ? undefined : this.#values.text(above).replace(/^<\s*/, ''),
      routines: body.routines,
      members: new Map(body.scope.members),
      steps: body.flow.steps,
    })
  }

  #method(node: CodeNode, here: Here): void {
    const { routines } = this.#body
    const parameters = this.#values.parameters(childOf(node, 'parameters'))
    const body = childOf(node, 'body')
    const made = {
      ...spanOf(node),
      name: this.#values.text(childOf(node, 'name')!),
      parameters,
      ...(node.type === 'singleton_method' ? { isStatic: true as const } : {}),
    }
    this.#later.push(() => {
      const steps = routineSteps(here.scope, inner => {
        inner.scope.forget(parameters, node)
        if (body !== undefined) this.#values.value(body, inner)
      })
      routines.push({ ...made, steps })
    })
  }
}
