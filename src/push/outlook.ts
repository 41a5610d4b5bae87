import { dirname } from 'node:path/posix'
import type { GateUse, Watch } from '../core/gate.ts'
import { globMatcher } from '../core/glob.ts'
import { type Oid, type Push, type Remote, shortRef } from '../core/push.ts'
import { safeRemote } from '../core/remote.ts'
import type { Change } from '../core/tree.ts'
import { type Decision, resultOf } from '../core/verdict.ts'
import type { Git } from '../core/world.ts'
import type { InForce, Rules } from './in-force.ts'
import { type Bench, judge } from './judge.ts'
import { isGuarded, refMatcher } from './protect.ts'
import { unaccepted, waitingForTrust } from './trust.ts'
import { slowUnanswered } from './unanswered.ts'

/** What a merge, a pull, a rebase or an amended commit means for the next push and for this machine. */
export interface Outlook {
  /** How a push of HEAD to a protected branch would be judged by the fast gates; absent when there is nothing to push or to protect. */
  readonly decision?: Decision
  /** What to do on this machine because of what came in. */
  readonly todos: readonly Todo[]
  /** What is worth asking in the background, so that the push finds the answers. */
  readonly warm?: {
    readonly push: Push
    readonly gates: readonly string[]
    /** They would run commands that nobody has accepted on this machine, and nobody is asked after a merge. */
    readonly unaccepted: boolean
  }
}

export interface Todo {
  readonly what: string
  readonly files: readonly string[]
  readonly instead: string
}

export interface Moved {
  readonly head: Oid
  /** What HEAD was when we last looked; absent the first time. */
  readonly before?: Oid
  /** The branch that is checked out, by its short name. */
  readonly branch?: string
}

/** Looks ahead from where HEAD was to where it is. */
export async function lookAhead(moved: Moved, rules: Rules, bench: Bench): Promise<Outlook> {
  const { head, before } = moved
  const inForce = await rules(head, undefined)
  if (inForce.postMerge === 'off') return { todos: [] }
  const [changes, target] = await Promise.all([
    before === undefined ? [] : changesSince(before, head, bench),
    nextTarget(moved, inForce, bench.git),
  ])
  const todos = [...installTodos(changes), ...todosOf(changes, inForce.uses.flatMap(watchesOf))]
  const decision = target === undefined ? undefined : await decisionAhead(head, target, inForce, bench)
  if (decision === undefined) return { todos }
  const warm = inForce.postMerge === 'warm' ? await worthWarming(decision, moved, inForce, bench) : undefined
  return { decision, todos, ...(warm === undefined ? {} : { warm }) }
}

/** The slow gates without a kept answer, when this very branch is protected: what is on the way to another one is not pushed in a moment. */
async function worthWarming(
  decision: Decision,
  { branch }: Moved,
  inForce: InForce,
  bench: Bench,
): Promise<Outlook['warm']> {
  const { push } = decision
  if (resultOf(decision) === 'refused' || !isGuarded(push.ref, push.remote, inForce)) return undefined
  if (shortRef(push.ref) !== branch) return undefined
  const slow = await slowUnanswered(push, inForce.uses, bench)
  if (slow.length === 0) return undefined
  const waiting = await waitingForTrust(inForce.uses, inForce, bench)
  // What is new to this machine is shown before it runs, here where somebody looks.
  if (waiting.length === 0) await unaccepted(inForce.uses, inForce, bench)
  return { push, gates: slow.map(use => use.id), unaccepted: waiting.length > 0 }
}

function watchesOf(use: GateUse): readonly Watch[] {
  return use.gate.watches?.(use.options) ?? []
}

const lockFiles: readonly Watch[] = [
  ['package-lock.json', 'npm ci'],
  ['npm-shrinkwrap.json', 'npm ci'],
  ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile'],
  ['yarn.lock', 'yarn install'],
  ['bun.lock', 'bun install'],
  ['bun.lockb', 'bun install'],
  ['composer.lock', 'composer install'],
  ['uv.lock', 'uv sync'],
  ['poetry.lock', 'poetry install'],
  ['Pipfile.lock', 'pipenv sync'],
  ['requirements.txt', 'pip install -r requirements.txt'],
  ['Gemfile.lock', 'bundle install'],
  ['go.sum', 'go mod download'],
  ['Cargo.lock', 'cargo fetch'],
].map(([name, command]) => ({ globs: [`**/${name}`], what: 'changed dependencies', instead: command! }))

/** Pure: which watched files changed, and what each asks for. */
export function todosOf(changes: readonly Change[], watches: readonly Watch[]): readonly Todo[] {
  const present = changes.filter(change => change.kind !== 'deleted').map(change => change.path)
  return watches.flatMap(({ globs, what, instead }) => {
    const files = present.filter(globMatcher(globs))
    return files.length === 0 ? [] : [{ what, files, instead }]
  })
}

/** Lock files by folder: in a repository of several packages each is installed where it lies. */
export function installTodos(changes: readonly Change[]): readonly Todo[] {
  return todosOf(changes, lockFiles).flatMap(({ what, files, instead }) =>
    files.map(file => {
      const folder = dirname(file)
      return { what, files: [file], instead: folder === '.' ? instead : `cd ${quoted(folder)} && ${instead}` }
    }),
  )
}

// The names of folders come from a commit, and what we say is pasted into shells.
function quoted(folder: string): string {
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(folder) ? folder : `'./${folder.replaceAll("'", `'\\''`)}'`
}

async function changesSince(before: Oid, head: Oid, { world, git }: Bench): Promise<readonly Change[]> {
  if ((await git.code(['cat-file', '-e', `${before}^{commit}`])) !== 0) return []
  const tree = world.tree(git, head, before, async () => git.top ?? git.dir)
  const changes = await tree.changes()
  // After a rebase or an amended commit much of the difference is the user's own work; only what arrived as new is told.
  return changes.filter(change => change.kind !== 'renamed')
}

function inPassing(use: GateUse): GateUse {
  return use.gate.inPassing === undefined ? use : { ...use, options: use.gate.inPassing(use.options) }
}

async function decisionAhead(head: Oid, target: Target, inForce: InForce, bench: Bench): Promise<Decision | undefined> {
  if (target.base === head) return undefined
  const base = await bench.git.answer(['merge-base', head, target.base])
  // The target has it already.
  if (base === head) return undefined
  const push = {
    remote: safeRemote(target.remote),
    ref: target.ref,
    commit: head,
    ...(base === undefined ? {} : { base: target.base }),
  }
  const findings = inForce.problem === undefined ? inForce.findings : [inForce.problem]
  const uses = inForce.problem === undefined ? inForce.uses.filter(use => use.gate.fast).map(inPassing) : []
  return judge({ push, uses, findings, checkout: inForce.checkout }, bench)
}

interface Target {
  readonly remote: Remote
  readonly ref: string
  readonly base: Oid
}

/** Where this work is most likely pushed next: its own branch when that is protected, else the protected branch of the remote it is closest to. */
async function nextTarget({ branch }: Moved, inForce: InForce, git: Git): Promise<Target | undefined> {
  const name = branch === undefined ? undefined : await git.answer(['config', '--get', `branch.${branch}.remote`])
  const remote = name ?? (((await git.answer(['remote'])) ?? '').split('\n')[0] || undefined)
  if (remote === undefined || remote === '.') return undefined
  const [url, listed] = await Promise.all([
    git.text(['remote', 'get-url', remote]).catch(() => remote),
    git.text(['for-each-ref', '--format=%(objectname) %(refname:lstrip=3)', `refs/remotes/${remote}/`]),
  ])
  const branches = listed
    .split('\n')
    .filter(Boolean)
    .map(line => ({ base: line.slice(0, line.indexOf(' ')), ref: `refs/heads/${line.slice(line.indexOf(' ') + 1)}` }))
  const concerning = inForce.protections.map(protection => refMatcher(protection.refs))
  const guarded = branches.filter(one => concerning.some(matches => matches(one.ref)))
  const found = guarded.find(one => shortRef(one.ref) === branch) ?? (await closest(guarded, git))
  return found === undefined ? undefined : { remote: { name: remote, url }, ...found }
}

async function closest(
  guarded: readonly { ref: string; base: Oid }[],
  git: Git,
): Promise<{ ref: string; base: Oid } | undefined> {
  if (guarded.length < 2) return guarded[0]
  const ahead = await Promise.all(
    guarded
      .slice(0, 8)
      .map(async one => ({ ...one, commits: Number(await git.text(['rev-list', '--count', `${one.base}..HEAD`])) })),
  )
  ahead.sort((a, b) => a.commits - b.commits)
  return ahead[0]
}
