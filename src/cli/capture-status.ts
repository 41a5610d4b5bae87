import { type Captured, capturedCommits } from '../capture/status.ts'
import { loadConfig } from '../config/load.ts'
import { counted } from '../core/amount.ts'
import { type ExitCode, exit } from '../core/exit.ts'
import { printable } from '../core/printable.ts'
import { defineCommand } from './command.ts'

export default defineCommand({
  id: 'capture status',
  summary: 'what was captured from each environment, and whether your branch has it; asks no server',
  options: [{ flags: '--json', about: 'the same for programs' }],
  examples: [
    { run: 'npx ship-guard capture status', about: 'is there a capture that waits to be merged?' },
    { run: 'npx ship-guard capture status --json', about: 'for a script' },
  ],
  async run({ world, flags, version }): Promise<ExitCode> {
    const git = await world.git()
    const { config } = await loadConfig(world, git.top ?? world.cwd)
    const able = Object.values(config.environments).flatMap(one => (one.capture === undefined ? [] : [one.name]))
    const captured = await capturedCommits(git)
    if (flags.json === true)
      world.terminal.print(JSON.stringify({ format: 1, version, environments: able, captures: captured }, undefined, 2))
    else world.terminal.print(statusLines(able, captured).join('\n'))
    return exit.passed
  },
})

function statusLines(able: readonly string[], captured: readonly Captured[]): string[] {
  const names = [...new Set([...able, ...captured.map(one => one.environment)])].sort()
  if (names.length === 0)
    return ['No environment of the config says what to capture. How: npx ship-guard capture --help']
  return names.flatMap(name => {
    const own = captured.filter(one => one.environment === name)
    if (own.length === 0) return [`${printable(name)}  never captured here: npx ship-guard capture ${printable(name)}`]
    return own.flatMap(one => [
      `${printable(name)}  ${one.commit.slice(0, 12)} of ${one.at.slice(0, 16).replace('T', ' ')}, ${counted(one.files, 'file')}${one.host === undefined ? '' : ` from ${printable(one.host)}`}`,
      one.mergedInto === undefined
        ? `  waits to be merged: git merge ${one.ref}`
        : `  is in ${printable(one.mergedInto)}`,
    ])
  })
}
