import { printable } from '../core/printable.ts'
import { nameOf } from '../core/remote.ts'
import { defineReport } from '../core/report.ts'
import { worstFirst } from '../core/verdict.ts'
import { summary } from './summary.ts'
import { type Told, toldOf } from './told.ts'

// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
export default defineReport({
  id: 'github',
  title: 'GitHub annotations',
  why: 'In a workflow of GitHub Actions its lines become annotations in the pull request, at the lines they are about.',
  render(judgement) {
    const refs = worstFirst(judgement.decisions).map(({ push }) => `- ${printable(nameOf(push))}`)
    return `${[...toldOf(judgement).map(annotation), ...refs, summary(judgement)].join('\n')}\n`
  },
})

function annotation({ gate = 'push', finding }: Told): string {
  const { rule, code, severity, what, why, instead, at } = finding
  const properties = [
    ...(at === undefined ? [] : [`file=${property(at.file)}`]),
    ...(at?.line === undefined ? [] : [`line=${at.line}`]),
    ...(at?.endLine === undefined ? [] : [`endLine=${at.endLine}`]),
    ...(at?.column === undefined ? [] : [`col=${at.column}`]),
    `title=${property([gate, rule, ...(code === undefined ? [] : [code])].join(' '))}`,
  ]
  const command = { error: 'error', warning: 'warning', info: 'notice' }[severity]
  return `::${command} ${properties.join(',')}::${data([what, why, instead].join('\n'))}`
}

function data(text: string): string {
  return printable(text, { lines: true }).replaceAll('%', '%25').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
