import type { Finding } from '../../../core/finding.ts'
import type { Tree } from '../../../core/tree.ts'
import type { MutedOptions } from './options.ts'

export { mutedFinds } from './finds.ts'
export { type MutedOptions, mutedOptions } from './options.ts'

export interface MutedQuestion {
  readonly tree: Pick<Tree, 'list' | 'changes' | 'blobs'>
  readonly options: MutedOptions
  readonly signal: AbortSignal
}

/**
 * What the push switches off: tests that it focuses, skips or deletes, and configs of runners that leave tests out. What was so before is not told.
 * The answer depends on the base (`reads`: `base`) unless all three levels are `off`. Never throws for what stands in a file.
 */
export async function mutedTests(_question: MutedQuestion): Promise<readonly Finding[]> {
  return []
}
