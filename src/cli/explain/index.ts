import { UsageError } from '../../core/errors.ts'
import { type ExitCode, exit } from '../../core/exit.ts'
import { allNearest } from '../../core/nearest.ts'
import { defineCommand } from '../command.ts'
import { explained } from './explained.ts'
import { list, page } from './page.ts'
import { named, type Topic } from './topics.ts'

export default defineCommand({
  id: 'explain',
  summary: 'explain a gate or a rule: what it finds, why, what to do instead, its options',
  arguments: [
    { name: '[gate-or-rule]', about: 'its id or code, for example tests, drop-column or DS103; none lists them all' },
  ],
  options: [{ flags: '--json', about: 'the same for programs' }],
  examples: [
    { run: 'npx ship-guard explain DS103', about: 'what the rule finds, why it matters, what to do instead' },
    { run: 'npx ship-guard explain tests', about: 'a gate and its options' },
    { run: 'npx ship-guard explain', about: 'everything that can be explained' },
  ],
  async run({ world, args, flags }): Promise<ExitCode> {
    const [name] = args
    const chosen = name === undefined ? explained : wanted(explained, name)
    const { columns } = world.terminal
    if (flags.json === true) world.terminal.print(JSON.stringify({ format: 1, topics: chosen }, undefined, 2))
    else if (name === undefined) world.terminal.print(list(chosen, columns))
    else world.terminal.print(chosen.map(topic => page(topic, columns)).join('\n\n'))
    return exit.passed
  },
})

const elsewhere = 'A gate of your own is explained by your config.'

function wanted(topics: readonly Topic[], name: string): readonly Topic[] {
  const found = named(topics, name)
  if (found.length > 0) return found
  const near = allNearest(
    name,
    topics.flatMap(({ id, code }) => (code === undefined ? [id] : [id, code])),
  ).slice(0, 5)
  throw new UsageError(
    `There is no gate or rule "${name}".`,
    near.length === 0
      ? `See them all: npx ship-guard explain   ${elsewhere}`
      : `Did you mean ${near.join(', ')}? See them all: npx ship-guard explain   ${elsewhere}`,
  )
}
