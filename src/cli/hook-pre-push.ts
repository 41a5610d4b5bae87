import { type ExitCode, exit } from '../core/exit.ts'
import { overallResult } from '../core/verdict.ts'
import { parseUpdates } from '../push/parse.ts'
import { prePush } from '../push/pre-push.ts'
import { parseReportRequests, writeReports } from '../report/requests.ts'
import { openVerdictStore } from '../verdicts/store.ts'
import { defineCommand } from './command.ts'
import { exitCodeOf } from './exit-code.ts'
import { refreshHooks } from './refresh.ts'
import { rulesOf } from './rules.ts'

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
    const started = performance.now()
    const [name = '', url = name] = args
    const updates = parseUpdates(await world.stdin())
    if (updates.length === 0) return exit.passed

    const remote = { name, url }
    const git = await world.git()
    const store = openVerdictStore(world.files, git.commonDir)
    const rules = await rulesOf(
      world,
      git,
      updates.flatMap(update => [update.localOid, update.remoteOid]),
      remote,
    )
    const judged = await prePush(updates, remote, rules, { world, git, store, signal: world.signal })
    if (world.signal.aborted) {
      world.terminal.error('Interrupted: nothing was pushed. Verdicts that were reached are kept.')
      return exit.interrupted
    }
    if (judged.decisions.length > 0) {
      const judgement = { version, decisions: judged.decisions, tookMs: performance.now() - started }
      if (store.problem() !== undefined)
        world.terminal.error(`The verdicts could not be kept (${store.problem()}); the next push asks the gates again.`)
      await writeReports(parseReportRequests([]), judgement, world)
    }
    await refreshHooks(world, git)
    return judged.badConfig ? exit.usage : exitCodeOf(overallResult(judged.decisions))
  },
})
