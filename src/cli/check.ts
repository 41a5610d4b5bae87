import { UsageError } from '../core/errors.ts'
import type { ExitCode } from '../core/exit.ts'
import type { GateUse } from '../core/gate.ts'
import { nearest } from '../core/nearest.ts'
import { isZero, type Push, type Remote } from '../core/push.ts'
import { safeRemote } from '../core/remote.ts'
import { overallResult, resultOf } from '../core/verdict.ts'
import type { Git } from '../core/world.ts'
import type { InForce } from '../push/in-force.ts'
import { judge } from '../push/judge.ts'
import { baseOfNew } from '../push/policy.ts'
import { isGuarded } from '../push/protect.ts'
import { keepReceipt } from '../push/receipts.ts'
import { unaccepted } from '../push/trust.ts'
import { awaitWarm } from '../push/warm.ts'
import { parseReportRequests, writeReports } from '../report/requests.ts'
import { openVerdictStore } from '../verdicts/store.ts'
import { type CliCall, defineCommand } from './command.ts'
import { exitCodeOf } from './exit-code.ts'
import { rulesOf } from './rules.ts'

export default defineCommand({
  id: 'check',
  summary: 'ask the gates now, before a push opens a connection; what passes is remembered for the push',
  options: [
    { flags: '--commit <rev>', about: 'the commit to judge (default: HEAD)' },
    {
      flags: '--for <branch>',
      about: 'the protected branch it is meant for (default: the current one, else develop or main)',
    },
    {
      flags: '--base <rev>',
      about: 'what that branch holds now, for CI, where the remote already has the commit (default: as last fetched)',
    },
    { flags: '--remote <name>', about: 'the remote it is meant for (default: the branch’s own, else origin)' },
    { flags: '--only <gate>', about: 'ask only this gate; may be given several times', many: true },
    {
      flags: '--package <name>',
      about: 'ask only the gates of this package, whether the push concerns it or not; may be given several times',
      many: true,
    },
    {
      flags: '--report <format[=file]>',
      about:
        'terminal, json, sarif, junit, github, gitlab or html, on the screen or into a file; may be given several times',
      many: true,
    },
    { flags: '--json', about: 'the same as --report json' },
  ],
  examples: [
    { run: 'npx ship-guard check', about: 'would a push of HEAD be let through?' },
    { run: 'npx ship-guard check --commit HEAD~2 --for main', about: 'judge an older commit for main' },
    { run: 'npx ship-guard check --only db --json', about: 'one gate, for a script' },
    {
      run: 'npx ship-guard check --for main --base "$BEFORE" --report sarif=ship-guard.sarif',
      about: 'in CI: judge what came since, and keep a report',
    },
  ],
  async run(call): Promise<ExitCode> {
    const started = performance.now()
    const { world, version, flags } = call
    const requests = parseReportRequests([...(flags.report as string[]), ...(flags.json === true ? ['json'] : [])])
    const git = await world.git()
    const meant = await pushMeant(call, git)
    const rules = await rulesOf(world, git, [meant.commit, meant.base], meant.remote)
    const inForce = await rules(meant.commit, meant.base)
    if (inForce.problem !== undefined) throw new UsageError(inForce.problem.what, inForce.problem.instead)
    const push = await comparedWithRemote(meant, inForce, git)
    const uses = chosen(inForce.uses, flags.only as string[], flags.package as string[])
    const store = openVerdictStore(world.files, git.commonDir)
    const bench = { world, git, store, signal: world.signal }
    const stop = await unaccepted(uses, inForce, bench, { byHand: world.env.SHIP_GUARD_WARM === undefined })
    if (stop !== undefined) throw new UsageError(stop.what, stop.instead)
    if (uses.some(use => !use.gate.fast)) await awaitWarm(push.commit, bench)
    const decision = await judge(
      {
        push: { ...push, remote: safeRemote(push.remote) },
        uses,
        findings: inForce.findings,
        checkout: inForce.checkout,
      },
      bench,
    )
    // With --only or --package not everything was asked that the push will be asked.
    if (uses === inForce.uses && push.base !== undefined && resultOf(decision) === 'passed')
      await keepReceipt(decision, inForce, bench)
    await writeReports(requests, { version, decisions: [decision], tookMs: performance.now() - started }, world)
    return exitCodeOf(overallResult([decision]))
  },
})

function chosen(uses: readonly GateUse[], only: readonly string[], packages: readonly string[]): readonly GateUse[] {
  const ids = uses.map(use => use.id)
  for (const id of only) {
    if (ids.includes(id)) continue
    const meant = nearest(id, ids)
    throw new UsageError(
      `No gate "${id}" is switched on here.`,
      `${meant === undefined ? '' : `Did you mean ${meant}? `}Gates: ${ids.join(', ')}.`,
    )
  }
  for (const name of packages) if (!uses.some(use => use.package?.name === name)) throw noPackage(name, uses)
  if (only.length === 0 && packages.length === 0) return uses
  return (
    uses
      .filter(use => only.length === 0 || only.includes(use.id))
      .filter(use => packages.length === 0 || packages.includes(use.package?.name ?? ''))
      // Who names it wants its answer.
      .map(({ unconcerned: _, ...use }) => use)
  )
}

function noPackage(name: string, uses: readonly GateUse[]): UsageError {
  const names = [...new Set(uses.flatMap(use => use.package?.name ?? []))]
  if (names.length === 0)
    return new UsageError(
      `There is no package "${name}": the config asks no gate of any.`,
      'Name gates under `packages` in .shiprc.',
    )
  const meant = nearest(name, names)
  return new UsageError(
    `No package "${name}" has a gate here.`,
    `${meant === undefined ? '' : `Did you mean ${meant}? `}Packages: ${names.join(', ')}.`,
  )
}

/** The push that the flags `commit`, `for`, `base` and `remote` mean. */
export async function pushMeant({ flags }: Pick<CliCall, 'flags'>, git: Git): Promise<Push> {
  const rev = (flags.commit as string | undefined) ?? 'HEAD'
  const commit = await git.text(['rev-parse', '--verify', '--quiet', `${rev}^{commit}`]).catch(() => {
    throw new UsageError(`There is no commit "${rev}".`, 'Name one: npx ship-guard check --commit HEAD')
  })
  const remote = await remoteMeant(flags.remote as string | undefined, git)
  const branch = (flags.for as string | undefined) ?? (await branchMeant(remote, git))
  const ref = branch.startsWith('refs/') ? branch : `refs/heads/${branch}`
  const base =
    flags.base === undefined
      ? await oidOf(`refs/remotes/${remote.name}/${branch}`, git)
      : await baseGiven(flags.base as string, git)
  return base === undefined ? { remote, ref, commit } : { remote, ref, commit, base }
}

// CI servers name a branch that was not there before by zeros.
async function baseGiven(rev: string, git: Git): Promise<string | undefined> {
  if (isZero(rev)) return undefined
  const base = await oidOf(rev, git)
  if (base !== undefined) return base
  throw new UsageError(
    `There is no commit "${rev}" here to compare with.`,
    'Fetch the whole history first (git fetch --unshallow; in GitHub Actions: fetch-depth: 0), or leave out --base.',
  )
}

/** The same with what a new branch is compared with. */
export async function comparedWithRemote(push: Push, inForce: InForce, git: Git): Promise<Push> {
  if (push.base !== undefined) return push
  const base = await baseOfNew(push.commit, push.remote, git, ref => isGuarded(ref, push.remote, inForce))
  return base === undefined ? push : { ...push, base }
}

async function remoteMeant(asked: string | undefined, git: Git): Promise<Remote> {
  const branch = (await git.answer(['symbolic-ref', '--quiet', '--short', 'HEAD'])) ?? ''
  const own = branch === '' ? '' : ((await git.answer(['config', '--get', `branch.${branch}.remote`])) ?? '')
  const name = asked ?? (own === '' || own === '.' ? 'origin' : own)
  const url = await git.text(['remote', 'get-url', '--', name]).catch(() => {
    if (asked === undefined) return name
    throw new UsageError(`There is no remote "${name}".`, 'See which there are: git remote -v')
  })
  return { name, url }
}

/** The branch that is checked out when the remote has it, else the first usual one that the remote has. */
async function branchMeant(remote: Remote, git: Git): Promise<string> {
  const current = (await git.answer(['symbolic-ref', '--quiet', '--short', 'HEAD'])) ?? ''
  for (const name of ['develop', 'main']) if (current === name) return name
  for (const name of ['develop', 'main', current])
    if (name !== '' && (await oidOf(`refs/remotes/${remote.name}/${name}`, git)) !== undefined) return name
  return current || 'main'
}

function oidOf(ref: string, git: Git): Promise<string | undefined> {
  return git.answer(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
}
