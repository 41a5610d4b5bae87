import { counted } from '../../core/amount.ts'
import { CannotTell } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import { defineGate, type GateContext } from '../../core/gate.ts'
import { shortRef } from '../../core/push.ts'
import { type Branch, branchesAfter, type Commit, lacking, pushedBefore, sizeOf } from './branches.ts'
import { finds } from './finds.ts'
import { type Options, options } from './options.ts'

export default defineGate<Options>({
  id: 'branch-sync',
  title: 'Branches in step',
  why: 'A commit that only a release branch has is undone by the next release, and nobody notices until it is missed.',
  version: 1,
  fast: true,
  options,
  finds,
  reads: () => [{ files: ['**'] }, 'base', 'history', 'branches'],
  async check(context) {
    const { push, signal, options } = context
    signal.throwIfAborted()
    if (!push.ref.startsWith('refs/heads/')) return []
    const branches = await branchesAfter(push, [options.develop, ...options.releases], context.git)
    await deepEnough(branches, context)
    const findings = [
      ...(await behind(context)),
      ...(await outOfStep(branches, context)),
      ...(push.ref === `refs/heads/${options.develop}` ? await sized(context) : []),
    ]
    signal.throwIfAborted()
    return findings
  },
})

type Context = GateContext<Options>

// Where history is cut off, what was merged long ago looks as if it had never been.
async function deepEnough(branches: readonly Branch[], { git }: Context): Promise<void> {
  if (branches.length < 2 || (await git.text(['rev-parse', '--is-shallow-repository'])) !== 'true') return
  throw new CannotTell(
    'This clone is shallow: whether one branch has the commits of another cannot be seen in it.',
    'Fetch the whole history: git fetch --unshallow',
  )
}

async function behind({ push, options, git, signal }: Context): Promise<Finding[]> {
  const { behind: severity } = options
  const seen = severity === 'off' ? undefined : await pushedBefore(push, git)
  if (seen === undefined || severity === 'off') return []
  const count = Number(await git.text(['rev-list', '--count', seen, `^${push.commit}`, '--'], { signal }))
  if (count === 0) return []
  const name = shortRef(push.ref)
  return [
    {
      rule: 'branch-behind',
      severity,
      what: `${name} on ${push.remote.name} has ${counted(count, 'commit')} that ${count === 1 ? 'is' : 'are'} not in this push.`,
      why: 'The push would be rejected, and what is judged now is not what the branch will hold.',
      instead: `git pull --rebase ${push.remote.name} ${name}`,
    },
  ]
}

/** Looks from the pushed branch up to those before it and down to those behind it; what others lack among themselves is not this push's doing. */
async function outOfStep(branches: readonly Branch[], { options, git, signal }: Context): Promise<Finding[]> {
  const at = branches.findIndex(branch => branch.isPushed)
  const { lacking: severity } = options
  if (at === -1 || severity === 'off') return []
  const pushed = branches[at]!
  const findings: Finding[] = []
  for (const later of branches.slice(at + 1)) {
    const commits = await lacking(pushed, later, git, signal)
    if (commits.length > 0) findings.push({ ...lacks(pushed, later, commits), severity })
  }
  // Only the branch that all work begins on: what staging lacks of a hotfix comes to it from there.
  const develop = branches[0]!
  if (develop.name !== options.develop || at === 0) return findings
  const commits = await lacking(develop, pushed, git, signal)
  return commits.length === 0 ? findings : [...findings, { ...pastDevelop(develop, pushed, commits), severity }]
}

type Words = Omit<Finding, 'severity'>

function lacks(pushed: Branch, later: Branch, commits: readonly Commit[]): Words {
  return {
    rule: 'branch-lacks-commits',
    what: `${later.name} has ${amount(commits)} that ${pushed.name} lacks: ${named(commits)}.`,
    why: `The next release comes from ${pushed.name} and would undo ${commits.length === 1 ? 'it' : 'them'} on ${later.name}.`,
    instead: `Bring ${commits.length === 1 ? 'it' : 'them'} over, and push again:\ngit switch ${pushed.name}\ngit merge ${later.typed}`,
  }
}

function pastDevelop(develop: Branch, pushed: Branch, commits: readonly Commit[]): Words {
  const oids = commits.slice(0, mostShown).map(({ oid }) => oid.slice(0, 12))
  return {
    rule: 'branch-lacks-commits',
    what: `This push brings ${amount(commits)} to ${pushed.name} that ${develop.name} lacks: ${named(commits)}.`,
    why: `All work begins on ${develop.name}: the next release from there would undo ${commits.length === 1 ? 'it' : 'them'} on ${pushed.name}.`,
    instead: `Bring ${commits.length === 1 ? 'it' : 'them'} to ${develop.name} first, the oldest first:\ngit switch ${develop.name}\ngit cherry-pick ${oids.reverse().join(' ')}\ngit push`,
  }
}

async function sized(context: Context): Promise<Finding[]> {
  const { push, tree, options, git, signal } = context
  const { big: severity, bigCommits, bigFiles } = options
  if (severity === 'off' || push.base === undefined) return []
  const { commits, straight } = await sizeOf(push, git, signal)
  const files = (await tree.changes()).length
  if (commits === 0) return []
  const size = `${counted(commits, 'commit')}, ${counted(files, 'file')}`
  if (commits < bigCommits && files < bigFiles) return [small(size, 'straight on the branch is the shortest way')]
  // One merge that brought all of it: it had its branch.
  if (straight === 0) return [small(size, 'big, and it came by a branch of its own')]
  return [
    {
      rule: 'big-change',
      severity,
      what: `A big change straight on ${options.develop}: ${size}.`,
      why: `From ${counted(bigCommits, 'commit')} or ${counted(bigFiles, 'file')} on, a branch is the better way: while it is unfinished nobody can release anything else, and taking it back takes many steps.`,
      instead: `Put it on a branch, and merge that when it is done:\ngit switch -c <name>\ngit push -u ${push.remote.name} <name>`,
    },
  ]
}

function small(size: string, because: string): Finding {
  return {
    rule: 'small-change',
    severity: 'info',
    what: `Size of the change: ${size}; ${because}.`,
    why: 'A few commits are read and taken back easily.',
    instead: 'Nothing has to be done.',
  }
}

const mostShown = 5
const most = 100

function amount(commits: readonly Commit[]): string {
  return commits.length === most ? `${most} commits or more` : counted(commits.length, 'commit')
}

function named(commits: readonly Commit[]): string {
  const shown = commits.slice(0, mostShown).map(({ oid, subject }) => `${oid.slice(0, 7)} ${subject.slice(0, 60)}`)
  return [...shown, ...(commits.length > mostShown ? ['…'] : [])].join(', ')
}
