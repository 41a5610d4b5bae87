import { defineGate } from '../../core/gate.ts'
import { finds } from './finds.ts'
import { type Options, options } from './options.ts'

export default defineGate<Options>({
  id: 'secrets',
  title: 'Secrets',
  why: 'A pushed secret is known for good: deleting it later does not take it out of the history, the clones or the backups.',
  version: 2,
  fast: true,
  options,
  finds,
  reads: () => ['history', 'base'],
  timeoutMs: () => 30 * 60_000,
  async check(context) {
    const { judge } = await import('./judge.ts')
    return judge(context)
  },
})
