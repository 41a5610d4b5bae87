import { UsageError } from '../core/errors.ts'
import { type ExitCode, exit } from '../core/exit.ts'
import { runnablesOf, saysYes, shownRunnables } from '../push/trust.ts'
import { forgetTrusted, readTrusted, remember } from '../push/trusted.ts'
import { pushMeant } from './check.ts'
import { defineCommand } from './command.ts'
import { rulesOf } from './rules.ts'

export default defineCommand({
  id: 'trust',
  summary: 'show the commands that the config runs on this machine, and accept them',
  options: [
    { flags: '--commit <rev>', about: 'the commit whose config is meant (default: HEAD)' },
    { flags: '--for <branch>', about: 'the protected branch it is meant for (default: as for check)' },
    { flags: '--remote <name>', about: 'the remote it is meant for (default: the branch’s own, else origin)' },
    { flags: '--yes', about: 'accept them without a question, where nobody can be asked' },
    { flags: '--forget', about: 'take back everything that was accepted in this clone' },
  ],
  examples: [
    { run: 'npx ship-guard trust', about: 'see what a push of HEAD would run here, and accept it' },
    {
      run: 'npx ship-guard trust --commit origin/develop',
      about: 'look at a colleague’s config before you build on it',
    },
    { run: 'npx ship-guard trust --forget', about: 'ask me again for everything' },
  ],
  async run({ world, flags }): Promise<ExitCode> {
    const git = await world.git()
    if (flags.forget === true) {
      await forgetTrusted(world.files, git.commonDir)
      world.terminal.error('Nothing is accepted in this clone any more.')
      return exit.passed
    }
    const yes = flags.yes === true
    // Whoever types this wants to see what a program says; with --yes it is accepted like the rest.
    const asking = yes ? { ...world, ask: async () => 'yes' } : world
    const meant = await pushMeant({ flags }, git)
    const rules = await rulesOf(asking, git, [meant.commit, meant.base], meant.remote)
    const { uses, checkout, problem } = await rules(meant.commit, meant.base)
    if (problem !== undefined) throw new UsageError(problem.what, problem.instead)
    const runnables = runnablesOf(uses, checkout)
    const trusted = await readTrusted(world.files, git.commonDir)
    const fresh = runnables.filter(one => trusted.of(one) !== 'accepted')
    const old = runnables.filter(one => trusted.of(one) === 'accepted')
    if (old.length > 0) world.terminal.error(shownRunnables('Accepted on this machine:', old))
    if (fresh.length === 0) {
      world.terminal.error(runnables.length === 0 ? 'This config runs no command of its own.' : 'There is nothing new.')
      return exit.passed
    }
    world.terminal.error(shownRunnables('New:', fresh))
    if (!yes && !(await saysYes(world)))
      throw new UsageError(
        'Nothing was accepted: that takes your yes.',
        'When they are right: npx ship-guard trust   (where nobody can be asked: npx ship-guard trust --yes)',
      )
    await remember(world.files, git.commonDir, fresh, 'accepted')
    world.terminal.error('Accepted. Taken back by: npx ship-guard trust --forget')
    return exit.passed
  },
})
