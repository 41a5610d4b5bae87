import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type ExitCode, exit } from '../core/exit.ts'
import { stops } from '../core/finding.ts'
import { printable } from '../core/printable.ts'
import { type Oid, shortRef } from '../core/push.ts'
import { nameOf } from '../core/remote.ts'
import type { Decision } from '../core/verdict.ts'
import type { Git, World } from '../core/world.ts'
import { lookAhead, type Moved, type Outlook } from '../push/outlook.ts'
import { startWarm, warmPlace } from '../push/warm.ts'
import { openVerdictStore } from '../verdicts/store.ts'
import { defineCommand } from './command.ts'
import { refreshHooks } from './refresh.ts'
import { rulesOf } from './rules.ts'

// A merge should not feel slow. What does not answer in this time is left for the push.
const patienceMs = 3_000

export default defineCommand({
  id: 'hook post-merge',
  summary:
    'called by git after a merge, a rebase or an amended commit: says what a push would meet and what to run here',
  hidden: true,
  arguments: [{ name: '[words...]', about: 'what git says; not used: only whether HEAD moved counts' }],
  examples: [{ run: 'git pull', about: 'git calls this by itself once the hooks are installed' }],
  async run({ world }): Promise<ExitCode> {
    const git = await world.git()
    const moved = await headMoved(world, git)
    if (moved === undefined) return exit.passed
    const signal = AbortSignal.any([world.signal, AbortSignal.timeout(patienceMs)])
    const live = () => ({ start() {}, progress() {}, done() {}, stop() {} })
    // A merge waits for no answer: a config that is a program and was not accepted is told, and not run.
    const quiet: World = { ...world, signal, live, ask: async () => undefined }
    const rules = await rulesOf(quiet, git, [moved.head])
    const store = openVerdictStore(world.files, git.commonDir)
    const outlook = await lookAhead(moved, rules, { world: quiet, git, store, signal })
    const text = [...warning(outlook.decision), ...todos(outlook)].join('\n')
    if (text !== '') world.terminal.error(text)
    if (outlook.warm !== undefined) await warm(outlook.warm, world, git)
    await refreshHooks(world, git)
    return exit.passed
  },
})

/**
 * Keyed on where HEAD was when we last looked, not on what git says happened: pulls, merges and rebases all move it, a squash does not. The branch
 * counts as well: the same commit means another push on another branch.
 */
async function headMoved(world: World, git: Git): Promise<Moved | undefined> {
  const answer = await git.answer(['rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD'])
  if (answer === undefined) return undefined
  // Without a branch git says `HEAD` again.
  const [head, name] = answer.split('\n') as [Oid, string]
  const branch = name === 'HEAD' ? '' : name
  const worktree = createHash('sha256').update(git.dir).digest('hex').slice(0, 16)
  const place = join(git.commonDir, 'ship-guard', 'heads', worktree)
  const stored = (await world.files.text(place).catch(() => undefined))?.trim()
  const [seen, on = ''] = stored?.split(' ') ?? []
  if (seen === head && on === branch) return undefined
  await world.files.write(place, `${head} ${branch}\n`, { mode: 0o600 }).catch(() => {})
  const before = seen ?? (await git.answer(['rev-parse', '--verify', '--quiet', 'ORIG_HEAD']))
  return { head, ...(before === undefined ? {} : { before }), ...(branch === '' ? {} : { branch: shortRef(branch) }) }
}

function warning(decision: Decision | undefined): readonly string[] {
  if (decision === undefined) return []
  const refused = decision.verdicts.filter(verdict => verdict.outcome === 'refused')
  const found = [...decision.findings, ...refused.flatMap(verdict => verdict.findings)].filter(stops)
  if (found.length === 0) return []
  const target = nameOf(decision.push)
  const lines = found
    .slice(0, 5)
    .map(
      ({ what, at }) =>
        `  ${at === undefined ? '' : `${at.file}${at.line === undefined ? '' : `:${at.line}`}  `}${what}`,
    )
  const more = found.length > 5 ? [`  … and ${found.length - 5} more`] : []
  return [
    `ship-guard: a push of this to ${target} would be refused:`,
    ...lines,
    ...more,
    `  See why and what to do: npx ship-guard check --for ${shortRef(decision.push.ref)}`,
  ].map(line => printable(line))
}

/** A merge is never held up by what it starts: where it cannot be started, the push asks. */
async function warm(wanted: NonNullable<Outlook['warm']>, world: World, git: Git): Promise<void> {
  const { push, gates } = wanted
  const told = wanted.unaccepted
    ? `${gates.join(', ')} did not start in the background: nobody has accepted here what they run. Look at it: npx ship-guard trust`
    : await startWarm({ push, node: process.execPath }, world, git).then(
        () =>
          `${gates.join(', ')} ${gates.length === 1 ? 'runs' : 'run'} in the background, for the push to ${nameOf(push)}. Log: ${warmPlace(git).log}\n  To stop them: npx ship-guard warm --stop`,
        (error: unknown) =>
          `nothing could be started in the background (${error instanceof Error ? error.message : error}).`,
      )
  world.terminal.error(printable(`ship-guard: ${told}`, { lines: true }))
}

function todos({ todos }: Outlook): readonly string[] {
  return todos.map(({ what, files, instead }) => {
    const named = files.length > 3 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ')
    return printable(`ship-guard: ${what} came in (${named}): ${instead}`)
  })
}
