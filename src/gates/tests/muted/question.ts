import type { Tree } from '../../../core/tree.ts'
import type { MutedOptions } from './options.ts'

export interface MutedQuestion {
  readonly tree: Pick<Tree, 'list' | 'baseList' | 'changes' | 'blobs'>
  readonly options: MutedOptions
  readonly signal: AbortSignal
}
