import { CannotTell, GitError, Skipped, UsageError } from '../core/errors.ts'
import { type Finding, stops } from '../core/finding.ts'
import type { GateUse, GateWorld, Source } from '../core/gate.ts'
import type { Live } from '../core/live.ts'
import type { Oid, Push } from '../core/push.ts'
import type { Tree } from '../core/tree.ts'
import type { Digest, Outcome, Verdict } from '../core/verdict.ts'
import type { Git } from '../core/world.ts'
import { lifetimeMs } from './digest.ts'
import type { VerdictStore } from './store.ts'

export interface Question {
  readonly push: Push
  readonly tree: Tree
  readonly uses: readonly GateUse[]
  readonly git: Git
  readonly world: GateWorld
  readonly store: VerdictStore
  readonly live: Live
  readonly signal: AbortSignal
  digest(use: GateUse): Promise<Digest>
  checkoutOf(commit: Oid): Promise<string>
}

const defaultTimeoutMs = 5 * 60_000

/**
 * Asks every gate, stored verdicts first, the missing ones in parallel. The digest is computed before and after a gate ran, and its verdict is
 * kept only when nothing changed in between.
 */
export async function decide(question: Question): Promise<readonly Verdict[]> {
  const { uses, store, world } = question
  const asked = await Promise.all(
    uses.map(async use => {
      const because = await use.unconcerned?.(question.push)
      if (because !== undefined) return { use, digest: '', found: unconcerned(use, because, question) }
      const digest = await question.digest(use)
      return { use, digest, found: await store.find(digest, world.now()) }
    }),
  )
  const missing = asked.filter(item => item.found === undefined)
  if (missing.length > 0) question.live.start(missing.map(({ use }) => ({ id: use.id, title: use.gate.title })))
  return Promise.all(
    asked.map(({ use, digest, found }) =>
      found === undefined ? ask(use, digest, question) : { ...found, commit: question.push.commit },
    ),
  )
}

// Nothing was looked at, so there is no digest.
function unconcerned(use: GateUse, because: string, { push }: Question): Verdict {
  const { id, gate } = use
  return {
    gate: id,
    title: gate.title,
    commit: push.commit,
    digest: '',
    tookMs: 0,
    stored: false,
    outcome: 'skipped',
    because,
  }
}

async function ask(use: GateUse, digest: Digest, question: Question): Promise<Verdict> {
  const started = performance.now()
  const declared = use.gate.reads(use.options)
  let isFleeting = false
  const outcome = await outcomeOf(use, question, source => {
    isFleeting ||= !declared.includes(source)
  })
  const tookMs = performance.now() - started
  const verdict: Verdict = {
    gate: use.id,
    title: use.gate.title,
    commit: question.push.commit,
    digest,
    tookMs,
    stored: false,
    ...(isFleeting ? { fleeting: true as const } : {}),
    ...outcome,
  }
  question.live.done(use.id, outcome.outcome, tookMs)
  return verdict
}

/** Keeps the verdicts that still hold. Called when the checkout has been looked at once more. */
export async function keep(verdicts: readonly Verdict[], question: Question): Promise<void> {
  for (const verdict of verdicts) {
    if (verdict.stored || verdict.fleeting || verdict.outcome !== 'passed') continue
    const use = question.uses.find(one => one.id === verdict.gate)
    if (use === undefined || (await question.digest(use)) !== verdict.digest) continue
    await question.store.keep(verdict, question.world.now(), lifetimeMs(use.gate.reads(use.options)))
  }
}

async function outcomeOf(use: GateUse, question: Question, dependsOn: (source: Source) => void): Promise<Outcome> {
  const limit = use.gate.timeoutMs?.(use.options) ?? defaultTimeoutMs
  // A gate that runs a command has the command ended first and can say more; this is for the one that hangs by itself.
  const timeout = AbortSignal.timeout(limit + 10_000)
  const signal = AbortSignal.any([question.signal, timeout])
  try {
    const findings = await untilAborted(
      signal,
      use.gate.check({
        push: question.push,
        tree: question.tree,
        options: use.options,
        environments: use.environments ?? {},
        git: question.git,
        world: question.world,
        signal,
        checkoutOf: question.checkoutOf,
        dependsOn,
        progress: line => question.live.progress(use.id, line),
      }),
    )
    const [first, ...rest] = [...findings].sort((a, b) => Number(stops(b)) - Number(stops(a)))
    return first !== undefined && stops(first)
      ? { outcome: 'refused', findings: [first, ...rest] }
      : { outcome: 'passed', findings }
  } catch (error) {
    if (question.signal.aborted) return { outcome: 'undecided', because: 'Interrupted.', instead: 'Push again.' }
    if (timeout.aborted)
      return {
        outcome: 'undecided',
        because: `No answer after ${Math.round(limit / 1000)} s.`,
        instead: `Raise its time limit in .shiprc, or find out why it hangs: npx ship-guard check --only ${use.id}`,
      }
    return outcomeOfError(error, use)
  }
}

function outcomeOfError(error: unknown, use: GateUse): Outcome {
  if (error instanceof Skipped) return { outcome: 'skipped', because: error.message }
  if (error instanceof CannotTell || error instanceof UsageError || error instanceof GitError)
    return { outcome: 'undecided', because: error.message, instead: error.instead }
  const because = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    outcome: 'undecided',
    because: `The gate broke: ${because}`,
    instead: `This is a fault of the gate, not of your push. Try it alone: npx ship-guard check --only ${use.id}`,
  }
}

async function untilAborted(signal: AbortSignal, work: Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  signal.throwIfAborted()
  let onAbort = () => {}
  const aborted = new Promise<never>((_, fail) => {
    onAbort = () => fail(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
    work.catch(() => {})
  }
}
