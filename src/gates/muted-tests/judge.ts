import type { Finding } from '../../core/finding.ts'
import type { Oid } from '../../core/push.ts'
import type { Change, Tree } from '../../core/tree.ts'
import { missing, newlyMuted, type Pair } from './compare.ts'
import type { TestFile } from './declared.ts'
import { isRunnerConfig, narrowings } from './narrowing.ts'
import { isReadable, readTests } from './parse.ts'
import type { MutedQuestion } from './question.ts'
import { goneFinding, missingFinding, moreFinding, mutedFinding, narrowingFinding } from './say.ts'
import { isForeignTest, isNamedTest, mayHoldTests, subjectOf } from './which-files.ts'

// Larger files are data, or made by a program.
const maxBytes = 1024 * 1024
const mostTold = 50

/** The changed test files and configs of runners, against what they were. */
export async function judge(changes: readonly Change[], question: MutedQuestion): Promise<readonly Finding[]> {
  const { tree, options } = question
  // Nothing was before: only a focus says something by itself.
  const isFirst = (await tree.baseList()).length === 0
  const pairs = await pairsOf(
    changes.filter(({ path }) => !isRunnerConfig(path)),
    question,
    isFirst,
  )
  const muted = newlyMuted(pairs)
    .filter(({ mute }) => !isFirst || mute.effect === 'focused')
    .map(one => mutedFinding(one, options))
  const rest = isFirst ? [] : [...(await deletions(changes, pairs, question)), ...(await narrowed(changes, question))]
  const found = [...muted, ...rest].filter(finding => finding !== undefined)
  const order = { error: 0, warning: 1, info: 2 }
  const sorted = found.sort((a, b) => order[a.severity] - order[b.severity])
  const left = sorted.length - mostTold
  return left > 0 ? [...sorted.slice(0, mostTold), moreFinding(left)] : sorted
}

async function pairsOf(changes: readonly Change[], { tree, signal }: MutedQuestion, isFirst: boolean): Promise<Pair[]> {
  const pairs: Pair[] = []
  const texts = await textsOf(
    changes.filter(({ path }) => isReadable(path)),
    tree,
  )
  for (const change of changes) {
    signal.throwIfAborted()
    const before = change.kind === 'added' ? undefined : texts.get(change.baseOid)
    const now = change.kind === 'deleted' ? undefined : texts.get(change.oid)
    if (change.kind !== 'added' && before === undefined) continue
    if (change.kind !== 'deleted' && now === undefined) continue
    if (isFirst && !/only|focus|\b[fi]it\b|\b[fd]describe\b|\bF[A-Z]/.test(now ?? '')) continue
    const [was, is] = [await read(oldPath(change), before), await read(change.path, now)]
    if (was === 'unread' || is === 'unread') continue
    pairs.push({
      path: change.path,
      ...(was === undefined ? {} : { before: was }),
      ...(is === undefined ? {} : { now: is }),
    })
  }
  return pairs
}

function oldPath(change: Change): string {
  return change.kind === 'renamed' ? change.from : change.path
}

async function read(path: string, text: string | undefined): Promise<TestFile | 'unread' | undefined> {
  // What was moved out of the tests holds none any more.
  if (text === undefined || !mayHoldTests(path)) return undefined
  return (await readTests(path, text)) ?? 'unread'
}

async function textsOf(changes: readonly Change[], tree: Pick<Tree, 'blobs'>): Promise<ReadonlyMap<Oid, string>> {
  const oids = new Set(
    changes.flatMap(change => [
      ...(change.kind === 'added' ? [] : [change.baseOid]),
      ...(change.kind === 'deleted' ? [] : [change.oid]),
    ]),
  )
  const texts = new Map<Oid, string>()
  for await (const blob of tree.blobs(oids, { maxBytes }))
    if (!blob.tooBig) texts.set(blob.oid, new TextDecoder().decode(blob.bytes))
  return texts
}

/** Tests that went while what they tested is still there. */
async function deletions(
  changes: readonly Change[],
  pairs: readonly Pair[],
  { tree, options }: MutedQuestion,
): Promise<readonly (Finding | undefined)[]> {
  const gone = (await tree.changes()).flatMap(change =>
    change.kind === 'deleted' && !mayHoldTests(change.path) ? [subjectOf(change.path)] : [],
  )
  const subjects = new Set(gone)
  const left = (await tree.list()).map(({ path }) => path)
  const isStale = (path: string) => subjects.has(subjectOf(path)) || isAbandoned(path, left)
  const unread = changes.filter(
    ({ kind, path }) => kind === 'deleted' && (isForeignTest(path) || (isNamedTest(path) && !isReadable(path))),
  )
  return [
    ...missing(pairs)
      .filter(({ path }) => !isStale(path))
      .map(one => missingFinding(one, options.deleted)),
    ...unread.filter(({ path }) => !isStale(path)).map(({ path }) => goneFinding(path, options.deleted)),
  ]
}

/** The folder that its tests folder lies in is gone as a whole: `payments/paypal/` with `payments/paypal/tests/`. */
function isAbandoned(path: string, left: readonly string[]): boolean {
  const around = /^(.+\/)(?:tests?|__tests__|specs?)\//.exec(path)?.[1]
  return around !== undefined && !left.some(one => one.startsWith(around))
}

async function narrowed(
  changes: readonly Change[],
  { tree, options }: MutedQuestion,
): Promise<readonly (Finding | undefined)[]> {
  const configs = changes.filter(({ path }) => isRunnerConfig(path))
  if (configs.length === 0) return []
  const texts = await textsOf(configs, tree)
  const tests = (await tree.list()).map(({ path }) => path).filter(isNamedTest)
  const found: (Finding | undefined)[] = []
  for (const change of configs) {
    if (change.kind === 'added' || change.kind === 'deleted') continue
    const [before, now] = [texts.get(change.baseOid), texts.get(change.oid)]
    if (before === undefined || now === undefined) continue
    for (const one of await narrowings(change.path, before, now, tests))
      found.push(narrowingFinding(change.path, one, options.skipped))
  }
  return found
}
