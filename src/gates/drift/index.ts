import { defineGate } from '../../core/gate.ts'
import { finds } from './finds.ts'
import { type Options, options } from './options.ts'

export default defineGate<Options>({
  id: 'drift',
  title: 'Changes on the server',
  why: 'What was changed on the server and is not in git is erased by the next deploy, and nobody hears of it.',
  version: 1,
  fast: false,
  options,
  finds,
  reads: () => [{ files: ['**'] }, 'history', 'network', 'clock'],
  tools: () => ['rsync', 'ssh'],
  timeoutMs: () => 15 * 60_000,
  async check(context) {
    const { judge } = await import('./judge.ts')
    return judge(context)
  },
})
