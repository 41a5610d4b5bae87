import { join } from 'node:path'
import { CannotTell, UsageError } from '../core/errors.ts'
import { type ExitCode, exit } from '../core/exit.ts'
import { printable } from '../core/printable.ts'
import type { RefUpdate, Remote } from '../core/push.ts'
import type { Git, World } from '../core/world.ts'
import { bypassAsked } from '../push/bypass.ts'
import type { InForce } from '../push/in-force.ts'
import { parseUpdates } from '../push/parse.ts'
import { defineCommand } from './command.ts'
import { judgeUpdates } from './judge-updates.ts'
import { refreshHooks } from './refresh.ts'

export default defineCommand({
  id: 'push',
  summary: 'git push, with the gates asked before it opens a connection',
  arguments: [{ name: '[words...]', about: 'what you would write after `git push`: remote, refs, options' }],
  passesOn: true,
  examples: [
    { run: 'npx ship-guard push', about: 'instead of: git push' },
    { run: 'npx ship-guard push -u origin develop --follow-tags', about: 'every option is git’s own' },
    { run: "git config alias.ship '!npx ship-guard push'", about: 'from then on: git ship origin develop' },
  ],
  async run({ world, version, args }): Promise<ExitCode> {
    if (args.includes('--no-verify'))
      throw new UsageError(
        '`--no-verify` would push without asking, which is what this command is for.',
        'Leave it out. To pass over a gate once: SHIP_GUARD_SKIP=tests SHIP_GUARD_REASON="why it cannot wait" git push',
      )
    const git = await world.git()
    // What somebody switches off for one push is judged and written down once, by the hook.
    if (bypassAsked(world.env) === undefined) {
      const dry = await dryRun(args, world, git)
      if (dry.code !== 0) return failed(dry, world)
      for (const push of dry.pushes) {
        const { code } = await judgeUpdates({ world, git, version, ...push }, nobodyWaits)
        if (code !== exit.passed) return code
      }
      // Patterns that are up to date let the shell of the hook decide alone.
      if (dry.pushes.length > 0) await refreshHooks(world, git)
    }
    const { code } = await world.handOver({ argv: ['git', 'push', ...args], cwd: world.cwd })
    return code === 0 ? exit.passed : code === 130 ? exit.interrupted : exit.refused
  },
})

// No connection is open.
function nobodyWaits(inForce: InForce): InForce {
  return { ...inForce, slow: { budget: Number.POSITIVE_INFINITY, onMiss: 'run' } }
}

interface DryRun {
  readonly code: number
  readonly said: string
  /** One for each URL that is pushed to. */
  readonly pushes: readonly { readonly remote: Remote; readonly updates: readonly RefUpdate[] }[]
}

/**
 * Asks git what this push would send, by a dry run in which a hook of ours takes down what git says to pre-push: the words are git's to read, and
 * the remote's answer is what the real hook will hear. No hook of anybody else's runs.
 * @throws CannotTell when what git said cannot be read.
 */
async function dryRun(args: readonly string[], world: World, git: Git): Promise<DryRun> {
  const hooks = join(git.commonDir, 'ship-guard', `dry-run-${process.pid}`)
  // A URL may carry a password: what git says of it must not outlive this process.
  const scratch = await world.scratchFolder({ bytes: 1024 * 1024 })
  try {
    await world.files.makeFolder(hooks, { mode: 0o700 })
    await world.files.write(join(hooks, 'pre-push'), takesDown, { mode: 0o700 })
    const settings = [`core.hooksPath=${hooks}`, ...(await configHooksOff(git))].flatMap(one => ['-c', one])
    const { code, said } = await world.handOver(
      {
        argv: ['git', ...settings, 'push', ...withOptions(args)],
        cwd: world.cwd,
        env: { SHIP_GUARD_DRY_RUN: join(scratch.path, 'said') },
      },
      { quiet: true },
    )
    const names = (await world.files.list(scratch.path)).filter(name => name.startsWith('said.')).sort()
    const texts = await Promise.all(names.map(name => world.files.text(join(scratch.path, name))))
    return { code, said, pushes: texts.map(text => pushOf(text ?? '')) }
  } finally {
    await world.files.remove(hooks).catch(() => {})
    await scratch.remove()
  }
}

// A push to two URLs starts it twice, one after the other.
const takesDown = `#!/bin/sh
n=1
while [ -e "$SHIP_GUARD_DRY_RUN.$n" ]; do n=$((n + 1)); done
{ printf '%s\\n%s\\n' "$1" "$2"; cat; } >"$SHIP_GUARD_DRY_RUN.$n"
`

// git-push(1): the last of two contrary options counts, and what follows a `--` is no option.
function withOptions(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  const at = end === -1 ? args.length : end
  return [...args.slice(0, at), '--dry-run', '--verify', '--recurse-submodules=no', ...args.slice(at)]
}

/** Hooks that are written in the config (git 2.54 and newer) run wherever core.hooksPath leads. */
async function configHooksOff(git: Git): Promise<readonly string[]> {
  const events = (await git.answer(['config', '--name-only', '--get-regexp', String.raw`^hook\..*\.event$`])) ?? ''
  const names = events.split('\n').map(name => name.replace(/\.event$/, ''))
  return [...new Set(names.filter(name => name !== ''))].map(name => `${name}.enabled=false`)
}

function pushOf(text: string): DryRun['pushes'][number] {
  const [name, url, ...lines] = text.split('\n')
  if (name === undefined || url === undefined)
    throw new CannotTell(
      'What would be pushed could not be taken down.',
      'Ask for one branch: npx ship-guard check --for develop. Then: git push',
    )
  return { remote: { name, url }, updates: parseUpdates(lines.join('\n')) }
}

/** git itself would not push: what it says is all there is to say. */
function failed({ code, said }: DryRun, { terminal }: World): ExitCode {
  terminal.error(printable(said.trimEnd(), { lines: true }))
  return code === 130 ? exit.interrupted : code === 1 ? exit.refused : exit.usage
}
