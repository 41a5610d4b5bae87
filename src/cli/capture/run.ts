import { resolve } from 'node:path'
import { type Approved, allowancesOf, approvedWithout, proposedOf } from '../../capture/approve.ts'
import { type Carried, carryOut } from '../../capture/carry-out.ts'
import { type Looked, look } from '../../capture/look.ts'
import { planOf, readPlan } from '../../capture/plan-file.ts'
import type { Opener } from '../../capture/pull-request.ts'
import { loadConfig } from '../../config/load.ts'
import { isDrift } from '../../core/difference.ts'
import { UsageError } from '../../core/errors.ts'
import { type ExitCode, exit } from '../../core/exit.ts'
import { printable } from '../../core/printable.ts'
import { secretlintVersion } from '../../core/version.generated.ts'
import type { Git, Host } from '../../core/world.ts'
import type { Options as SecretsOptions } from '../../gates/secrets/options.ts'
import type { Allowance } from '../../review/review.ts'
import type { Surface } from '../../review/surface.ts'
import type { CliCall } from '../command.ts'
import { openPhases, type Phases } from '../phases.ts'
import { joinedWith, whoChooses } from './base.ts'
import { chosenEnvironment, chosenHost } from './chosen.ts'
import { checkReports, type Outcome, writeCaptureReports } from './report.ts'

const modes = ['check', 'dryRun', 'approve', 'plan', 'web'] as const
type Mode = 'check' | 'dry-run' | 'plan' | 'approve' | 'review'

/** One `capture`: look, decide, carry out, report. */
export async function captureRun(call: CliCall): Promise<ExitCode> {
  const { world, flags, args } = call
  const mode = modeOf(flags)
  checkReports(flags.report as string[])
  openerAsked(flags.pullRequest)
  const git = await world.git()
  if (git.top === undefined)
    throw new UsageError('A bare repository has no branch to merge into.', 'Run this in a clone of it.')
  const { config, found } = await loadConfig(world, git.top)
  const environment = chosenEnvironment(args[0], config.environments)
  const host = chosenHost(flags.host as string | undefined, environment)
  const phases = openPhases(world, ['base', 'pull', 'drift', 'secrets', 'commit', 'merge'])
  try {
    const looked = await look(
      {
        environment: environment.name,
        source: environment.capture,
        host,
        git,
        allowDeletions: flags.allowDeletions === true,
        paranoid: flags.paranoid === true,
        preview: mode !== 'check',
        others: mode !== 'check' || flags.host === undefined,
        merges: flags.merge !== false && flags.pullRequest === undefined,
        ...(typeof config.gates.secrets === 'object' ? { policy: config.gates.secrets as SecretsOptions } : {}),
        signal: world.signal,
        progress: phases.progress,
        ended: phases.ended,
        joined: joinedWith(environment.name, git, world),
        ...whoChooses(world, git, phases),
        ...(typeof flags.base === 'string' ? { base: flags.base } : {}),
      },
      world,
    )
    try {
      const outcome = await decideAndDo({ call, mode, looked, git, phases, host, configFile: found?.path })
      phases.stop()
      await writeCaptureReports(call, looked.review, outcome)
      return codeOf(outcome)
    } finally {
      await looked.surveyed.mirror.close()
    }
  } finally {
    phases.stop()
  }
}

function modeOf(flags: CliCall['flags']): Mode {
  const asked = modes.filter(name => flags[name] !== undefined && flags[name] !== false)
  const together = asked.join(' ')
  if (asked.length > 1 && together !== 'approve plan')
    throw new UsageError(
      `--${asked.map(name => name.replace('dryRun', 'dry-run')).join(' and --')} do not go together.`,
      'Give one of them. Only --plan FILE --approve TREE is a pair.',
    )
  if (typeof flags.approve === 'string' && !/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(flags.approve))
    throw new UsageError(
      `"${printable(flags.approve)}" is no tree.`,
      'Copy the whole name of the tree that --plan or --dry-run shows.',
    )
  const [first] = asked
  if (first === undefined || first === 'web') return 'review'
  return first === 'dryRun' ? 'dry-run' : first
}

interface Deciding {
  readonly call: CliCall
  readonly mode: Mode
  readonly looked: Looked
  readonly git: Git
  readonly phases: Phases
  readonly host: Host
  readonly configFile: string | undefined
}

async function decideAndDo(deciding: Deciding): Promise<Outcome> {
  const { call, mode, looked, phases } = deciding
  const { world, flags } = call
  const { review, desk, elsewhere } = looked
  phases.stop()
  const open = review.items.filter(item => item.merge !== 'same-here' && isDrift(item.difference))
  if (mode === 'check')
    return { did: 'checked', drift: elsewhere.reduce((sum, { differences }) => sum + differences.length, open.length) }
  if (review.items.every(item => item.merge === 'same-here')) return { did: 'nothing' }
  const allowances = allowancesOf(flags.allowSecret as string[], flags.reason as string | undefined, review)
  if (mode === 'review') {
    const surface = await surfaceFor(call)
    if (surface === undefined) return unasked(deciding, allowances)
    if (allowances.length > 0)
      throw new UsageError(
        'In a review what is held is lifted there, with a reason; --allow-secret is for where nobody is asked.',
        'Leave it out, or add --dry-run, --plan FILE or --approve TREE.',
      )
    const decisions = await surface.present(review, desk, world)
    if (decisions.kind === 'closed') return { did: 'closed' }
    const tree = decisions.tree ?? (await desk.tree(decisions.ticked, decisions.allowances))
    return carry({ ...decisions, tree }, deciding)
  }
  if (mode === 'approve') return carry(await approvedBy(deciding, allowances), deciding)
  const proposed = proposedOf(review, allowances)
  const tree = await desk.tree(proposed.ticked, proposed.allowances)
  if (mode === 'plan') {
    const file = resolve(world.cwd, String(flags.plan))
    const plan = planOf(review, proposed.ticked, allowances, tree)
    await world.files.write(file, `${JSON.stringify(plan, undefined, 2)}\n`, { mode: 0o600 })
    return { did: 'planned', file: String(flags.plan), tree }
  }
  return { did: 'shown', tree, takes: proposed.ticked.size }
}

/** Where nobody can be asked nothing is committed: the list and its tree are the answer. */
async function unasked({ looked }: Deciding, allowances: readonly Allowance[]): Promise<Outcome> {
  const proposed = proposedOf(looked.review, allowances)
  const tree = await looked.desk.tree(proposed.ticked, proposed.allowances)
  return { did: 'unasked', tree, takes: proposed.ticked.size }
}

async function approvedBy({ call, looked }: Deciding, allowances: readonly Allowance[]): Promise<Approved> {
  const { world, flags } = call
  const asked = String(flags.approve)
  if (flags.plan === undefined) return approvedWithout(looked.review, looked.desk, { tree: asked, allowances })
  const text = await world.files.text(resolve(world.cwd, String(flags.plan)))
  if (text === undefined)
    throw new UsageError(
      `There is no file ${printable(String(flags.plan))}.`,
      'Write it first: npx ship-guard capture --plan FILE',
    )
  const plan = readPlan(text, String(flags.plan))
  return approvedWithout(looked.review, looked.desk, { tree: asked, plan, allowances })
}

async function carry(decisions: Approved, { call, looked, git, phases, host, configFile }: Deciding): Promise<Outcome> {
  const { world, flags } = call
  if (decisions.ticked.size === 0) return { did: 'closed' }
  const carried: Carried = await carryOut(
    {
      review: looked.review,
      surveyed: looked.surveyed,
      decisions,
      git,
      host,
      afterwards: flags.pullRequest !== undefined ? 'pull-request' : flags.merge === false ? 'nothing' : 'merge',
      progress: phases.progress,
      ended: phases.ended,
      signal: world.signal,
      ...openerAsked(flags.pullRequest),
      scanners: [`secretlint ${secretlintVersion}`],
      ...(await configBlob(git, configFile)),
    },
    world,
  )
  return { did: 'committed', taken: decisions.ticked, ...carried }
}

function openerAsked(asked: unknown): { opener?: Opener } {
  if (asked === undefined || asked === true) return {}
  if (asked === 'gh' || asked === 'glab') return { opener: asked }
  throw new UsageError(
    `A pull request cannot be opened with "${printable(String(asked))}".`,
    'Programs that can: --pull-request gh, --pull-request glab',
  )
}

/** The config of the work tree as git would store it: which one was in force is told by the commit. */
async function configBlob(git: Git, path: string | undefined): Promise<{ config?: string }> {
  const oid = path === undefined ? undefined : await git.answer(['hash-object', '--', path])
  return oid === undefined ? {} : { config: oid }
}

async function surfaceFor({ world, flags }: CliCall): Promise<Surface | undefined> {
  const { surfaces } = await import('../../review/surfaces/registry.generated.ts')
  const wanted = flags.web === true ? 'web' : 'terminal'
  const surface = (surfaces as readonly Surface[]).find(({ id }) => id === wanted)!
  const because = surface.available(world)
  if (because === undefined) return surface
  if (flags.web === true) throw new UsageError(because, 'Review in the terminal: leave out --web.')
  return undefined
}

function codeOf(outcome: Outcome): ExitCode {
  switch (outcome.did) {
    case 'checked':
      return outcome.drift > 0 ? exit.refused : exit.passed
    case 'closed':
      return exit.refused
    case 'unasked':
      return exit.undecided
    case 'committed':
      return outcome.after.kind === 'left' ? exit.refused : exit.passed
    default:
      return exit.passed
  }
}
