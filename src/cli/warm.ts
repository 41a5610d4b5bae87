import { duration } from '../core/duration.ts'
import { type ExitCode, exit } from '../core/exit.ts'
import { printable } from '../core/printable.ts'
import { shortRef } from '../core/push.ts'
import type { World } from '../core/world.ts'
import { warmPlace } from '../push/warm.ts'
import { defineCommand } from './command.ts'

export default defineCommand({
  id: 'warm',
  summary: 'what the gates do in the background after a merge (`postMerge: warm`), and how to stop them',
  options: [{ flags: '--stop', about: 'end them; the push will ask again' }],
  examples: [
    { run: 'npx ship-guard warm', about: 'does something run, and what does it say?' },
    { run: 'npx ship-guard warm --stop', about: 'the machine is needed for something else' },
  ],
  async run({ world, flags }): Promise<ExitCode> {
    const git = await world.git()
    const place = warmPlace(git)
    if (flags.stop === true) {
      const stopped = await world.background.stop(place)
      world.terminal.print(stopped ? 'Stopped. What passed before is kept.' : 'Nothing runs in the background.')
      return exit.passed
    }
    const run = await world.background.look(place)
    if (run === undefined) {
      world.terminal.print('Nothing ran in the background yet. `postMerge: warm` in .shiprc starts it after a merge.')
      return exit.passed
    }
    const { commit = '', ref = '', remote = '' } = run.note
    const what = `${commit.slice(0, 7)} for ${remote}/${shortRef(ref)}`
    const ago = duration(world.now().getTime() - new Date(run.since).getTime())
    const state = run.running ? `Running for ${ago}: ${what}.` : `Nothing runs. The last one began ${ago} ago: ${what}.`
    world.terminal.print(
      [printable(state), ...(await lastLines(world, place.log)), `Log: ${printable(place.log)}`].join('\n'),
    )
    return exit.passed
  },
})

async function lastLines(world: World, path: string): Promise<readonly string[]> {
  const text = (await world.files.text(path).catch(() => undefined)) ?? ''
  const lines = text.trimEnd().split('\n').slice(-10)
  return lines.filter(line => line !== '').map(line => `  ${printable(line)}`)
}
