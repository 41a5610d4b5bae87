import { type ExitCode, exit } from '../core/exit.ts'

export function exitCodeOf(result: 'passed' | 'refused' | 'undecided'): ExitCode {
  return exit[result]
}
