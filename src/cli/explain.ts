import { exit } from '../core/exit.ts'
import { defineCommand } from './command.ts'

export default defineCommand({
  id: 'explain',
  summary: 'explain a gate or a rule',
  arguments: [{ name: '<gate-or-rule>', about: 'its id or code, for example tests, drop-column or DS103' }],
  examples: [{ run: 'ship-guard explain DS103', about: 'what the rule finds, why it matters, what to do instead' }],
  async run({ world }) {
    world.terminal.print('')
    return exit.passed
  },
})
