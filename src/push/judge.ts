import type { Finding } from '../core/finding.ts'
import type { GateUse } from '../core/gate.ts'
import type { Oid, Push } from '../core/push.ts'
import { type Decision, isUnconcerned, type Verdict } from '../core/verdict.ts'
import type { Checkout, CheckoutOptions, Git, World } from '../core/world.ts'
import { decide, keep, type Question } from '../verdicts/decide.ts'
import { digestOf } from '../verdicts/digest.ts'
import type { VerdictStore } from '../verdicts/store.ts'
import { insideGates } from './nested.ts'
import { recordRuns } from './records.ts'

export interface Case {
  readonly push: Push
  readonly uses: readonly GateUse[]
  readonly findings: readonly Finding[]
  readonly checkout: Pick<CheckoutOptions, 'mode' | 'link' | 'prepare' | 'prepareTimeoutMs'>
}

export interface Bench {
  readonly world: World
  readonly git: Git
  readonly store: VerdictStore
  readonly signal: AbortSignal
}

/**
 * Judges one push: every gate on exactly the pushed commit. When commands ran in the user's own work tree and it was edited meanwhile, what they
 * said is worth nothing; they run once more in a detached one.
 */
export async function judge(what: Case, bench: Bench): Promise<Decision> {
  const first = await attempt(what, what.uses, what.checkout.mode, bench)
  const verdicts = first.stillTrue ? first.verdicts : await again(what, first.verdicts, bench)
  await recordRuns(
    verdicts.filter(verdict => !isUnconcerned(verdict)),
    bench,
  )
  return { push: what.push, findings: what.findings, verdicts }
}

async function again(what: Case, verdicts: readonly Verdict[], bench: Bench): Promise<readonly Verdict[]> {
  bench.world.terminal.error(
    'The work tree changed while the gates ran in it; they run again on a clean checkout of the pushed commit.',
  )
  const fresh = verdicts.filter(verdict => !verdict.stored).map(verdict => verdict.gate)
  const uses = what.uses.filter(use => fresh.includes(use.id))
  const second = await attempt(what, uses, 'strict', bench)
  return verdicts.map(verdict => second.verdicts.find(one => one.gate === verdict.gate) ?? verdict)
}

async function attempt(
  what: Case,
  uses: readonly GateUse[],
  mode: CheckoutOptions['mode'],
  bench: Bench,
): Promise<{ verdicts: readonly Verdict[]; stillTrue: boolean }> {
  const { git, store, signal } = bench
  const world = insideGates(bench.world, git)
  const live = world.live()
  let used: Promise<Checkout> | undefined
  const checkout = async () => {
    used ??= world.checkout(git, what.push.commit, {
      ...what.checkout,
      mode,
      signal,
      progress: line => {
        for (const use of uses) live.progress(use.id, line)
      },
    })
    return (await used).folder
  }
  const others = new Map<Oid, Promise<Checkout>>()
  const checkoutOf = async (commit: Oid) => {
    const found =
      others.get(commit) ??
      world.checkout(git, commit, { ...what.checkout, mode: 'strict', signal, progress: () => {} })
    others.set(commit, found)
    return (await found).folder
  }
  const tree = world.tree(git, what.push.commit, what.push.base, checkout)
  const searchPath = [git.top ?? git.dir, ...(world.env.PATH ?? '').split(':').filter(Boolean)]
  const question: Question = {
    push: what.push,
    tree,
    git,
    uses,
    world,
    store,
    live,
    signal,
    checkoutOf,
    digest: use => digestOf(use, { git, files: world.files, tree, push: what.push, searchPath }),
  }
  try {
    const verdicts = await decide(question)
    const stillTrue = used === undefined || (await stillHolds(used))
    if (stillTrue) await keep(verdicts, question)
    return { verdicts, stillTrue }
  } finally {
    live.stop()
    for (const one of [used, ...others.values()]) await (await one?.catch(() => undefined))?.release()
  }
}

async function stillHolds(used: Promise<Checkout>): Promise<boolean> {
  const checkout = await used.catch(() => undefined)
  // A detached work tree is nobody else's; what the tests themselves change there is their own business.
  return checkout === undefined || !checkout.inPlace || (await checkout.stillTrue())
}
