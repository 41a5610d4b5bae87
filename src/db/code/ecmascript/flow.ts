import type { CodeNode } from '../plain-tree.ts'
import type { Scope } from '../scope.ts'
import type { Step } from '../script.ts'

/** Where steps go, and whether they surely run. */
export interface Flow {
  readonly steps: Step[]
  readonly maybe: boolean
  readonly repeated: boolean
}

/** Reads the body of a function into the flow; what a variable holds goes into the scope. */
export type ReadBody = (body: CodeNode, scope: Scope, flow: Flow) => void
