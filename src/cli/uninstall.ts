import { type ExitCode, exit } from '../core/exit.ts'
import { printable } from '../core/printable.ts'
import type { Change } from '../hooks/change.ts'
import { removeKeepalive } from '../hooks/keepalive.ts'
import { uninstall } from '../hooks/uninstall.ts'
import { warmPlace } from '../push/warm.ts'
import { defineCommand } from './command.ts'
import { changeText, forPrograms, near, refusalText } from './install.ts'

export default defineCommand({
  id: 'uninstall',
  summary: 'take the hooks out again and put back what was there before',
  options: [
    { flags: '--dry-run', about: 'say what would be changed, change nothing' },
    { flags: '--json', about: 'the same for a program' },
  ],
  examples: [
    { run: 'npx ship-guard uninstall', about: 'hooks you had before come back byte for byte' },
    { run: 'npx ship-guard uninstall --dry-run', about: 'what would be put back and what removed' },
  ],
  async run({ world, flags }): Promise<ExitCode> {
    const dryRun = flags.dryRun === true
    const git = await world.git()
    // It would write verdicts and a log after they are gone.
    const stopped = !dryRun && (await world.background.stop(warmPlace(git)))
    const plan = await uninstall(world, { dryRun })
    if (!dryRun && plan.outcome !== 'refused') await world.discardCheckouts(git)
    const quietSsh = !dryRun && plan.outcome !== 'refused' && (await removeKeepalive(git))
    if (flags.json === true) world.terminal.print(JSON.stringify(forPrograms(plan, dryRun), null, 2))
    else if (plan.outcome === 'refused') world.terminal.error(refusalText('uninstalled', plan))
    else {
      const hooks = plan.changes.filter(change => change.does !== 'remove-if-empty')
      const title =
        hooks.length === 0
          ? 'ship-guard is not installed here; nothing changed.'
          : dryRun
            ? 'ship-guard would change:'
            : 'ship-guard is uninstalled. Pushes from this clone are not judged any more.'
      const lines = [
        title,
        ...hooks.map(change => `  ${restoreText(change, git.top ?? git.dir)}`),
        ...(stopped ? ['  ends    the gates that ran in the background'] : []),
        ...(quietSsh ? ['  unsets  core.sshCommand, which kept SSH connections of this clone open'] : []),
        ...plan.notes,
      ]
      world.terminal.error(printable(lines.join('\n'), { lines: true }))
    }
    return plan.outcome === 'refused' ? exit.refused : exit.passed
  },
})

// Here a move puts the user's own hook back; in an install it puts it aside.
function restoreText(change: Change, top: string): string {
  return change.does === 'move' ? `restores ${near(change.path, top)}` : changeText(change, top)
}
