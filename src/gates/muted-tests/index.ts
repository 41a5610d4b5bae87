import { defineGate } from '../../core/gate.ts'
import { finds } from './finds.ts'
import { mutedTests } from './muted.ts'
import { type Options, options } from './options.ts'

// A gate of its own and no part of `tests`: it compares with the branch that is pushed to, and a kept answer of the tests should hold for every branch.
export default defineGate<Options>({
  id: 'muted-tests',
  title: 'Tests that a push switches off',
  why: 'A test that is skipped, deleted or run alone lets the others look as if all had passed.',
  version: 1,
  fast: true,
  options,
  finds,
  reads: () => [{ files: ['**'] }, 'base'],
  check: ({ tree, options, signal }) => mutedTests({ tree, options, signal }),
})
