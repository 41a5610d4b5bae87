import { relative } from 'node:path'
import { UsageError } from '../core/errors.ts'
import { type ExitCode, exit } from '../core/exit.ts'
import { printable } from '../core/printable.ts'
import type { Git, World } from '../core/world.ts'
import type { Change } from '../hooks/change.ts'
import { type InstallResult, install } from '../hooks/install.ts'
import { keepaliveCommand, planKeepalive, setKeepalive } from '../hooks/keepalive.ts'
import type { InstallPlan } from '../hooks/plan.ts'
import type { Refusal } from '../hooks/refusals.ts'
import type { Mode, ShimRules } from '../hooks/shim.ts'
import { defineCommand } from './command.ts'
import { shimRules } from './shim-rules.ts'

export default defineCommand({
  id: 'install',
  summary: 'put the hooks into this clone, beside whatever hooks are there',
  options: [
    { flags: '--dry-run', about: 'say what would be written, write nothing' },
    { flags: '--json', about: 'the same for a program' },
    {
      flags: '--quiet-if-unavailable',
      about:
        'for a "prepare" script: where git can run no hooks (a container without git), say so in one line and exit 0',
    },
    {
      flags: '--mode <mode>',
      about:
        'auto (default), folder: files in the hooks folder, or config: hook.ship-guard-… in the config of this clone, which git 2.54 and newer starts beside every manager',
    },
    { flags: '--pre-commit', about: 'also before a commit: your lint-staged, then secrets in what is staged' },
    {
      flags: '--write-manager-config',
      about: 'let lefthook, simple-git-hooks or overcommit start ship-guard: adds the lines to their config',
    },
    {
      flags: '--ssh-keepalive',
      about: 'keep SSH connections of this clone open while gates run; never changes a core.sshCommand of yours',
    },
    { flags: '--force', about: 'write through a symbolic link, or into a hooks folder outside the repository' },
  ],
  examples: [
    { run: 'npx ship-guard install', about: 'once a clone; run it again whenever you like' },
    {
      run: 'npx ship-guard install --dry-run',
      about: 'what would be written where, and what happens to hooks you have',
    },
    {
      run: 'npm pkg set scripts.prepare="ship-guard install --quiet-if-unavailable"',
      about: 'npm install then guards every clone by itself',
    },
  ],
  async run({ world, version, flags }): Promise<ExitCode> {
    const quiet = flags.quietIfUnavailable === true
    const unavailable = quiet ? await noRepository(world) : undefined
    if (unavailable !== undefined) {
      world.terminal.error(`ship-guard is not installed: ${printable(unavailable)}`)
      return exit.passed
    }
    const mode = modeOf(flags.mode)
    const git = await world.git()
    const rules = await shimRules(world, git)
    const dryRun = flags.dryRun === true
    const result = await install(world, rules, {
      version,
      node: process.execPath,
      force: flags.force === true,
      mode,
      preCommit: flags.preCommit === true,
      writeManagerConfig: flags.writeManagerConfig === true,
      dryRun,
    })
    const { plan } = result
    if (plan.outcome === 'refused' && plan.kind === 'unavailable' && quiet) {
      world.terminal.error(`ship-guard is not installed: ${printable(plan.what)}`)
      return exit.passed
    }
    if (flags.json === true) world.terminal.print(JSON.stringify(forPrograms(plan, dryRun), null, 2))
    else if (plan.outcome === 'refused') world.terminal.error(refusalText('installed', plan))
    else world.terminal.error(installText(result, plan, rules, dryRun))
    if (plan.outcome !== 'refused' && flags.sshKeepalive === true) await keepAlive(world, git, dryRun)
    return plan.outcome === 'refused' ? exit.refused : exit.passed
  },
})

function modeOf(flag: unknown): Mode | 'auto' {
  if (flag === undefined || flag === 'auto') return 'auto'
  if (flag === 'folder' || flag === 'config') return flag
  throw new UsageError(
    `--mode is auto, folder or config; ${printable(String(flag))} is none of them.`,
    'Leave it out, and ship-guard looks which one serves here: npx ship-guard install',
  )
}

async function keepAlive(world: World, git: Git, dryRun: boolean): Promise<void> {
  const plan = await planKeepalive(git, world.env)
  if (plan.outcome === 'set' && !dryRun) await setKeepalive(git)
  const said = {
    set: `${dryRun ? 'would set' : 'sets   '} core.sshCommand of this clone: ${keepaliveCommand}`,
    'there-already': 'SSH connections of this clone are kept open already.',
    left: plan.outcome === 'left' ? `SSH connections are not kept open: ${plan.because} ${plan.instead}` : '',
  }
  world.terminal.error(printable(said[plan.outcome]))
}

/** Why there is no repository to speak of; undefined when there is one. */
async function noRepository(world: World): Promise<string | undefined> {
  try {
    await world.git()
    return undefined
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
}

export function refusalText(done: 'installed' | 'uninstalled', refusal: Refusal): string {
  const lines = [`ship-guard is not ${done}: ${refusal.what}`, refusal.why, refusal.instead]
  return printable(lines.join('\n'), { lines: true }).replaceAll('\n', '\n  ')
}

/** A plan without the contents of files: what is done to which path. */
export function forPrograms(
  plan: Refusal | Pick<InstallPlan, 'outcome' | 'changes' | 'notes'>,
  dryRun: boolean,
): object {
  if (plan.outcome === 'refused') return plan
  return {
    outcome: dryRun ? 'planned' : 'done',
    changes: plan.changes.map(change => ({
      does: change.does,
      path: change.path,
      ...('from' in change ? { from: change.from } : {}),
      ...('section' in change ? { section: change.section } : {}),
      ...('replaces' in change ? { replaces: change.replaces } : {}),
      ...('mode' in change ? { mode: change.mode.toString(8) } : {}),
    })),
    notes: plan.notes,
  }
}

function installText({ facts }: InstallResult, plan: InstallPlan, rules: ShimRules, dryRun: boolean): string {
  const top = facts.top ?? facts.gitDir
  const title = dryRun
    ? 'ship-guard would write:'
    : plan.changes.length === 0
      ? 'ship-guard is installed already; nothing changed.'
      : 'ship-guard is installed.'
  return printable(
    [
      title,
      ...plan.changes.map(change => `  ${changeText(change, top)}`),
      `Pushes to ${protects(rules)} ${dryRun ? 'would be judged from then on' : 'are judged from now on'}.`,
      ...plan.notes,
      ...(dryRun
        ? []
        : [`Try it without pushing: git push --dry-run origin HEAD:${oneOf(rules)}   Undo: npx ship-guard uninstall`]),
    ].join('\n'),
    { lines: true },
  )
}

/** A branch to try it with: `main` when that is protected, else the first that is no pattern. */
function oneOf({ protections }: ShimRules): string {
  const names = protections.flatMap(({ refs }) => refs).filter(ref => /^[\w./-]+$/.test(ref))
  return names.includes('main') ? 'main' : (names[0] ?? 'main')
}

function protects({ protections }: ShimRules): string {
  return protections
    .map(({ refs, remotes }) => `${refs.join(', ')}${remotes === undefined ? '' : ` on ${remotes.join(', ')}`}`)
    .join('; ')
}

/** One change in a few words; paths as seen from the top of the work tree. */
export function changeText(change: Change, top: string): string {
  const path = near(change.path, top)
  switch (change.does) {
    case 'make-folder':
      return `makes   ${path}`
    case 'write':
      return `${{ nothing: 'writes ', ours: 'renews ', foreign: 'changes' }[change.replaces]} ${path}`
    case 'move':
      if (!/\.chained$|\.chained[\\/][^\\/]+$/.test(change.path)) return `restores ${path}`
      return keptText(change.from, path, top)
    case 'keep':
      return keptText(change.from, path, top)
    case 'set-config':
      return `sets    ${change.section} in ${path}`
    case 'unset-config':
      return `unsets  ${change.section} in ${path}`
    case 'copy-package':
      return `copies  ship-guard to ${path}`
    case 'remove':
    case 'remove-if-empty':
      return `removes ${path}`
  }
}

function keptText(from: string, path: string, top: string): string {
  return `keeps   ${near(from, top)} as ${path}; it runs first, with the same input`
}

export function near(path: string, top: string): string {
  const way = relative(top, path)
  return way.startsWith('..') ? path : way
}
