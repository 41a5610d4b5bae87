import { type Check, type Diagnosis, told } from '../../core/diagnosis.ts'
import type { Git, World } from '../../core/world.ts'
import { type HookEvent, hookEvents, type ShimRules } from '../shim.ts'
import { checkChain, hangs } from './check-chain.ts'
import { checkClone } from './check-clone.ts'
import { checkFound, checkShim } from './check-machine.ts'
import { lookAtWorkTree, type SeenWorkTree, workTreesOf } from './work-tree.ts'

export interface HooksDiagnosis {
  /** Of the work tree that we are in first, then of the others, then of the clone. */
  readonly diagnoses: readonly Diagnosis[]
  /** Whether a push from here would wait forever for a hook that git cannot start. */
  readonly hangs: boolean
}

/**
 * What git would really run on a push, in each work tree of this clone. Nothing is changed, and no hook is started.
 * @param rules what the config of this work tree says; absent when it cannot be read.
 */
export async function diagnoseHooks(
  git: Git,
  world: World,
  { rules, version }: { readonly rules: ShimRules | undefined; readonly version: string },
): Promise<HooksDiagnosis> {
  const folders = await workTreesOf(git, world.files)
  const main = folders[0] ?? git.top ?? git.dir
  const here = git.top
  const seen = await Promise.all(
    [...new Set([...(here === undefined ? [] : [here]), ...folders])].map(folder =>
      lookAtWorkTree(folder, main, world),
    ),
  )
  const [first] = seen
  if (first === undefined) return { diagnoses: [], hangs: false }
  const trees = await Promise.all(
    seen.map(async one => ({
      of: `${one.isMain ? 'work tree' : 'linked work tree'} ${one.folder}`,
      checks: [
        ...checkHooks(one, here),
        ...(one === first && rules !== undefined ? checkShim(one, rules, version) : []),
        ...(await checkFound(one, here, world)),
      ],
    })),
  )
  const clone = { of: 'this clone', checks: await checkClone(first, git, world) }
  return { diagnoses: [...trees, clone], hangs: hangs(first) }
}

function checkHooks(seen: SeenWorkTree, here: string | undefined): readonly Check[] {
  const asked = seen.record?.hooks.some(({ event }) => event === 'pre-commit') ? (['pre-commit'] as const) : []
  const events: readonly HookEvent[] = [...hookEvents, ...asked]
  const checks = events.map(event => checkChain(event, seen, here))
  const [first] = checks
  // What mends pre-push mends them as well.
  const others = checks.slice(1).filter(({ state, instead }) => state === 'fine' || instead !== first!.instead)
  return [...severalPaths(seen), first!, ...others]
}

function severalPaths({ facts: { hooksPath } }: SeenWorkTree): readonly Check[] {
  if (hooksPath.length < 2) return []
  const what = `core.hooksPath has ${hooksPath.length} values; git uses the last: ${hooksPath.map(({ value, scope, origin }) => `${value} (${scope}, ${origin})`).join(', ')}`
  return [told('hooks-path', 'hooksPath', what, 'git config --show-origin --get-all core.hooksPath')]
}
