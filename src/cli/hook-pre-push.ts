import { duration } from '../core/duration.ts'
import { type ExitCode, exit } from '../core/exit.ts'
import { printable } from '../core/printable.ts'
import type { Remote } from '../core/push.ts'
import { safeRemote } from '../core/remote.ts'
import { transportOf } from '../core/transport.ts'
import type { World } from '../core/world.ts'
import { parseUpdates } from '../push/parse.ts'
import { defineCommand } from './command.ts'
import { judgeUpdates, type PushJudged } from './judge-updates.ts'
import { refreshHooks } from './refresh.ts'

// A push whose answers are kept is over before a connection can be lost, and is never held up by a wrong guess at it.
const neverLostMs = 1_000

export default defineCommand({
  id: 'hook pre-push',
  summary: 'called by git before a push: judges every protected ref',
  hidden: true,
  arguments: [
    { name: '<remote>', about: "the remote's name, or its URL when it has none" },
    { name: '<url>', about: "the remote's URL" },
  ],
  examples: [{ run: 'git push origin develop', about: 'git calls this by itself once the hooks are installed' }],
  async run({ world, version, args }): Promise<ExitCode> {
    const [name = '', url = name] = args
    const updates = parseUpdates(await world.stdin())
    if (updates.length === 0) return exit.passed
    const remote = { name, url }
    const git = await world.git()
    const judged = await judgeUpdates({ world, git, version, remote, updates })
    if (judged.code === exit.interrupted) return judged.code
    await refreshHooks(world, git)
    return judged.code === exit.passed && (await connectionLost(world, remote, judged)) ? exit.refused : judged.code
  },
})

/** git would end without a word, or with one that blames the network: what the person has to know is that nothing was in vain. */
async function connectionLost(world: World, remote: Remote, { tookMs, kept }: PushJudged): Promise<boolean> {
  if (tookMs < neverLostMs || (await world.carrier()) !== 'ended') return false
  const connection = transportOf(remote.url) === 'ssh' ? 'SSH connection' : 'connection'
  const passed = `All gates passed in ${duration(tookMs)}, but the ${connection} to ${safeRemote(remote).name} closed meanwhile.`
  const remedy = kept
    ? 'The verdicts are saved: run the same git push again (instant).'
    : 'Nothing could be kept of it. Ask before connecting: write npx ship-guard push for git push.'
  world.terminal.error(printable(`${passed} ${remedy}`))
  return true
}
