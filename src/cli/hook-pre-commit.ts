import { loadConfig } from '../config/load.ts'
import { defaultConfig } from '../config/schema.ts'
import { gateUses } from '../config/uses.ts'
import { colours } from '../core/colour.ts'
import { UsageError } from '../core/errors.ts'
import { type ExitCode, exit } from '../core/exit.ts'
import type { Finding } from '../core/finding.ts'
import { printable } from '../core/printable.ts'
import type { Git, World } from '../core/world.ts'
import type { Options } from '../gates/secrets/options.ts'
import { indexOf, stagedFiles, stagedSecrets } from '../gates/secrets/staged.ts'
import { findingsLines } from '../report/finding-lines.ts'
import { defineCommand } from './command.ts'
import { runLintStaged, usersLintStaged } from './users-lint-staged.ts'

export default defineCommand({
  id: 'hook pre-commit',
  summary: 'called by git before a commit: runs your lint-staged, then looks for secrets in what is staged',
  hidden: true,
  arguments: [{ name: '[index]', about: 'the index that the commit is made from, as git names it in GIT_INDEX_FILE' }],
  examples: [{ run: 'git commit', about: 'git calls this by itself after npx ship-guard install --pre-commit' }],
  async run({ world, args }): Promise<ExitCode> {
    const git = await world.git()
    const index = indexOf(args[0], world.cwd, git)
    const staged = await stagedFiles(world, git, index)
    if (staged.length === 0) return exit.passed

    const lintStaged = await usersLintStaged(
      world,
      git,
      staged.map(({ path }) => path),
    )
    if (lintStaged !== undefined && !(await runLintStaged(lintStaged, world, { top: git.top ?? git.dir, index }))) {
      if (world.signal.aborted) return exit.interrupted
      return refused(world, 'lint-staged did not let it through. Mend what it says above, stage it with git add')
    }
    const options = await secretsOptions(world, git)
    if (options === undefined) return exit.passed
    // It may have staged what it changed.
    const now = lintStaged === undefined ? staged : await stagedFiles(world, git, index)
    const found = await stagedSecrets({ staged: now, git, options, world, signal: world.signal })
    if (found.length === 0) return exit.passed
    show(found, world)
    return refused(world, `${amount(found.length)} staged. Take ${found.length === 1 ? 'it' : 'them'} out, stage that`)
  },
})

/** Of the work tree's config: who was refused and writes an exception there tries again at once. Undefined when the gate is switched off. */
async function secretsOptions(world: World, git: Git): Promise<Options | undefined> {
  const config = await configOf(world, git)
  const use = gateUses(config).find(({ id }) => id === 'secrets')
  return use?.options as Options | undefined
}

async function configOf(world: World, git: Git) {
  try {
    return (await loadConfig(world, git.top ?? git.dir)).config
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    world.terminal.error(
      printable(
        `ship-guard: ${error.message.split('\n')[0]} The commit is judged as without a config; a push will stop there.`,
      ),
    )
    return defaultConfig
  }
}

function show(found: readonly Finding[], { terminal }: Pick<World, 'terminal'>): void {
  const style = { paint: colours(terminal.colour), columns: terminal.columns }
  terminal.error([`${style.paint.red('✗')} secrets`, ...findingsLines(found, style, 2), ''].join('\n'))
}

function amount(count: number): string {
  return count === 1 ? '1 secret is' : `${count} secrets are`
}

// git itself ends with 1 whatever a hook says; the last line is what a graphical client shows.
function refused({ terminal }: Pick<World, 'terminal'>, because: string): ExitCode {
  terminal.error(`ship-guard: nothing was committed: ${because} and commit again.`)
  return exit.refused
}
