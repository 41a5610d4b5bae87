// The one door for @clack/prompts. It is loaded only where somebody sits at a terminal.
import type { CommonOptions } from '@clack/prompts'
import type { Proposal } from './proposal.ts'

type Streams = Pick<CommonOptions, 'input' | 'output'>

/** Asks only what the repository does not show, then whether to write. Undefined when the person turned away. */
export async function ask(
  proposal: Proposal,
  show: (proposal: Proposal) => string,
  // stdout is for results.
  streams: Streams = { output: process.stderr },
): Promise<Proposal | undefined> {
  const { confirm, isCancel, note, select, text } = await import('@clack/prompts')
  let asked = proposal
  if (proposal.tests.length === 0) {
    const run = await text({
      message: 'Which command runs the tests?',
      placeholder: 'leave empty for none',
      defaultValue: '',
      ...streams,
    })
    if (isCancel(run)) return undefined
    if (run.trim() !== '') asked = { ...asked, tests: [{ value: run.trim(), because: 'you said so' }] }
  }
  if (proposal.migrations?.isSql === true && proposal.migrations.dialect === undefined) {
    const dialect = await select({
      message: `Which database runs the migrations in ${proposal.migrations.tool.because}?`,
      options: ['postgres', 'mysql', 'mariadb', 'sqlite'].map(value => ({ value, label: value })),
      ...streams,
    })
    if (isCancel(dialect)) return undefined
    asked = { ...asked, migrations: { ...proposal.migrations, dialect: { value: dialect, because: 'you said so' } } }
  }
  note(show(asked), '.shiprc', streams)
  const write = await confirm({ message: 'Write it?', ...streams })
  return isCancel(write) || !write ? undefined : asked
}
