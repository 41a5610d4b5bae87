import type { Tree } from '../../core/tree.ts'
import type { Options } from './options.ts'

export interface MutedQuestion {
  readonly tree: Pick<Tree, 'list' | 'baseList' | 'changes' | 'blobs'>
  readonly options: Options
  readonly signal: AbortSignal
}
