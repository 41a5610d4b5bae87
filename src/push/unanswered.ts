import type { GateUse } from '../core/gate.ts'
import type { Push } from '../core/push.ts'
import { digestOf } from '../verdicts/digest.ts'
import type { Bench } from './judge.ts'

/** The gates that run the user's own commands and have no kept answer for this push: those that take their time. */
export async function slowUnanswered(
  push: Push,
  uses: readonly GateUse[],
  { world, git, store }: Bench,
): Promise<readonly GateUse[]> {
  const tree = world.tree(git, push.commit, push.base, async () => git.top ?? git.dir)
  const searchPath = [git.top ?? git.dir, ...(world.env.PATH ?? '').split(':').filter(Boolean)]
  const answered = async (use: GateUse) => {
    if ((await use.unconcerned?.(push)) !== undefined) return true
    const digest = await digestOf(use, { git, files: world.files, tree, push, searchPath })
    return (await store.find(digest, world.now())) !== undefined
  }
  const slow = uses.filter(use => !use.gate.fast)
  const known = await Promise.all(slow.map(answered))
  return slow.filter((_, at) => !known[at])
}
