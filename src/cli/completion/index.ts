import { UsageError } from '../../core/errors.ts'
import { type ExitCode, exit } from '../../core/exit.ts'
import { nearest } from '../../core/nearest.ts'
import { defineCommand } from '../command.ts'
import { bashScript, fishScript, zshScript } from './scripts.ts'
import { wordsOf } from './words.ts'

const shells = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

export default defineCommand({
  id: 'completion',
  summary: 'print a script that lets your shell complete commands and options',
  arguments: [{ name: '<shell>', about: Object.keys(shells).join(', ') }],
  examples: [
    { run: 'npx ship-guard completion bash >> ~/.bashrc', about: 'for bash' },
    { run: 'npx ship-guard completion zsh > ~/.zfunc/_ship-guard', about: 'for zsh, in a folder of your fpath' },
    { run: 'npx ship-guard completion fish > ~/.config/fish/completions/ship-guard.fish', about: 'for fish' },
  ],
  async run({ world, args, commands }): Promise<ExitCode> {
    const shell = args[0] ?? ''
    if (!Object.hasOwn(shells, shell)) {
      const meant = nearest(shell, Object.keys(shells))
      throw new UsageError(
        `There is no completion for "${shell}".`,
        `${meant === undefined ? '' : `Did you mean ${meant}? `}There are: ${Object.keys(shells).join(', ')}.`,
      )
    }
    world.terminal.print(shells[shell as keyof typeof shells](wordsOf(await commands())))
    return exit.passed
  },
})
