import { UsageError } from '../../../core/errors.ts'
import { printable } from '../../../core/printable.ts'
import type { Format } from '../format.ts'
import { otherChangelogAmong } from '../names.ts'
import { noEntry } from '../no-entry.ts'
import { judgeFile, noEntryIn } from './keep-a-changelog.ts'

/** One file in a form of its own: all that is asked is that it gains a line. */
export const any: Format = {
  id: 'any',
  title: 'one file in a form of its own',
  async detect({ paths }) {
    return otherChangelogAmong(paths.filter(path => !path.includes('/')))
  },
  async judge(asked) {
    return judgeFile(asked, async (states, needs) => {
      const { gainsLine } = await import('../judge.ts')
      return needs && !gainsLine(states) ? [noEntry(noEntryIn(states.file), states.file)] : []
    })
  },
  async add({ file = 'The changelog' }) {
    throw new UsageError(
      `${printable(file)} has a form of its own, so nobody but you knows where the entry belongs.`,
      `Write it there by hand, or name a changelog in the form of Keep a Changelog with --file <path>.`,
    )
  },
}
