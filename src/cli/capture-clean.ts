import { type ExitCode, exit } from '../core/exit.ts'
import { printable } from '../core/printable.ts'
import { defineCommand } from './command.ts'

export default defineCommand({
  id: 'capture clean',
  summary: 'take away our own copies of servers; commits that were captured stay',
  arguments: [{ name: '[environment]', about: 'only this one’s (default: all)' }],
  options: [],
  examples: [
    { run: 'npx ship-guard capture clean', about: 'every copy; the next capture makes a new one' },
    { run: 'npx ship-guard capture clean staging', about: 'one environment’s' },
  ],
  async run({ world, args }): Promise<ExitCode> {
    const git = await world.git()
    const gone = await world.discardMirrors(git, args[0])
    for (const name of gone) world.terminal.error(`Took away the copy of ${printable(name)}.`)
    if (gone.length === 0)
      world.terminal.error(`There is no copy of ${args[0] === undefined ? 'a server' : printable(args[0])} here.`)
    return exit.passed
  },
})
