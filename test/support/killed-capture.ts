// A capture that is killed the moment it reaches a step: run as a process of its own by test/scenarios/capture-commit.test.ts.
import { commitCapture } from '../../src/capture/commit.ts'
import { mergeCapture } from '../../src/capture/merge.ts'
import { buildTree } from '../../src/capture/tree.ts'
import type { Git, Mirror } from '../../src/core/world.ts'
import { files } from '../../src/io/files.ts'
import { captureSource } from './capture-source.ts'
import { captured } from './captured.ts'

const [dir = '', step = '', changes = '{}'] = process.argv.slice(2)

async function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}

const at = await captured({ dir })
const base = await at.deploy('HEAD')
const differences = await at.change(base, JSON.parse(changes) as Record<string, string>)
const tree = await buildTree({ mirror: at.mirror, base, differences })
if (step === 'built') await die()

const mirror: Mirror = {
  ...at.mirror,
  async release() {
    if (step === 'committed') await die()
    await at.mirror.release()
    if (step === 'released') await die()
  },
}
const git: Git = {
  ...at.git,
  async text(args, options) {
    const said = await at.git.text(args, options)
    if (step === 'pointed' && args[0] === 'update-ref') await die()
    return said
  },
  async bytes(args, options) {
    const merging = at.git.bytes(args, options)
    if (step === 'merging' && args.includes('merge')) await die()
    return merging
  },
}
const facts = { environment: 'production', host: { ssh: 'app' }, source: captureSource(), excluded: 0, allowances: [] }
const made = await commitCapture({ git, mirror, base, differences, tree, scanners: [], ...facts }, { files })
await mergeCapture({ git, environment: 'production', base: base.commit, ...made }, { files })
