import { resolve } from 'node:path'
import type { Carried } from '../../capture/carry-out.ts'
import { captureShape } from '../../capture/shape.ts'
import { counted } from '../../core/amount.ts'
import { isDrift } from '../../core/difference.ts'
import { UsageError } from '../../core/errors.ts'
import { escapedJson } from '../../core/escaped-json.ts'
import { printable } from '../../core/printable.ts'
import type { Oid } from '../../core/push.ts'
import { captureHtml } from '../../review/html.ts'
import { listing } from '../../review/list.ts'
import type { Review } from '../../review/review.ts'
import type { CliCall } from '../command.ts'

/** What came of one capture. */
export type Outcome =
  | { readonly did: 'nothing' }
  | { readonly did: 'checked'; readonly drift: number }
  /** `takes`: how many files the tree would bring; without one there is nothing to approve. */
  | { readonly did: 'shown'; readonly tree: Oid; readonly takes: number }
  | { readonly did: 'unasked'; readonly tree: Oid; readonly takes: number }
  | { readonly did: 'planned'; readonly file: string; readonly tree: Oid }
  | { readonly did: 'closed' }
  | ({ readonly did: 'committed'; readonly taken: ReadonlySet<number> } & Carried)

/**
 * The list where one is wanted, the reports that were asked for, and the last line: what happened and what to type next.
 * @throws UsageError for an unknown format.
 */
export async function writeCaptureReports(call: CliCall, review: Review, outcome: Outcome): Promise<void> {
  const { world, flags, version } = call
  const asked = [...(flags.report as string[]), ...(flags.json === true ? ['json'] : [])]
  const [toScreen] = asked.filter(one => !one.includes('='))
  if (toScreen === undefined && (outcome.did === 'shown' || outcome.did === 'unasked' || outcome.did === 'checked'))
    world.terminal.print(
      listing(listed(review, outcome), { columns: world.terminal.columns, colour: world.terminal.colour, would: true }),
    )
  for (const one of asked) {
    const [format, ...rest] = one.split('=')
    const text =
      format === 'json'
        ? `${escapedJson(JSON.stringify(captureShape(review, shown(outcome), version), undefined, 2))}\n`
        : captureHtml(review, outcome)
    if (rest.length === 0) world.terminal.print(text)
    else await world.files.write(resolve(world.cwd, rest.join('=')), text)
  }
  world.terminal.error(lastLine(review, outcome, flags))
}

/** A check is about what is not in the branch yet, and about nothing else. */
function listed(review: Review, { did }: Outcome): Review {
  if (did !== 'checked') return review
  return { ...review, items: review.items.filter(item => item.merge !== 'same-here' && isDrift(item.difference)) }
}

const formats = ['json', 'html']

/** @throws UsageError before anything is done, so that no long look ends in a typing mistake. */
export function checkReports(asked: readonly string[]): void {
  for (const one of asked) {
    const [format = '', ...rest] = one.split('=')
    if (!formats.includes(format))
      throw new UsageError(
        `There is no report of a capture as "${printable(format)}".`,
        `Formats: ${formats.join(', ')}.`,
      )
    if (one.includes('=') && rest.join('=') === '')
      throw new UsageError(`--report ${format}= names no file.`, `Write --report ${format}=FILE.`)
  }
}

/** A set has no form in JSON. */
function shown(outcome: Outcome): object {
  return outcome.did === 'committed' ? { ...outcome, taken: [...outcome.taken] } : outcome
}

/** What was said before and has to be said again, or the result would be another one. */
function again(flags: CliCall['flags']): string {
  const words = [
    ...(['host', 'base'] as const).flatMap(name => (typeof flags[name] === 'string' ? [`--${name}`, flags[name]] : [])),
    ...(flags.allowDeletions === true ? ['--allow-deletions'] : []),
    ...(flags.paranoid === true ? ['--paranoid'] : []),
    ...(flags.allowSecret as string[]).flatMap(text => ['--allow-secret', text]),
    ...(typeof flags.reason === 'string' ? ['--reason', flags.reason] : []),
  ]
  return words.map(word => ` ${asTyped(word)}`).join('')
}

/** sh(1), 2.2.2: between single quotes everything stands for itself. */
function asTyped(word: string): string {
  const shown = printable(word)
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`
}

/** What happened, and on a line of its own what to type next: it is copied from a terminal that breaks long lines anywhere. */
function lastLine(review: Review, outcome: Outcome, flags: CliCall['flags']): string {
  const name = review.environment
  const here = review.into ?? 'your branch'
  const command = `npx ship-guard capture ${name}${again(flags)}`
  switch (outcome.did) {
    case 'nothing':
      return review.items.length === 0
        ? `Nothing on ${name} is different from ${review.base.commit.slice(0, 12)}.`
        : `Everything that is different on ${name} is in ${here} already.`
    case 'checked':
      if (outcome.drift === 0) return `Nothing on ${name} would be lost by a deploy of ${here}.`
      return outcome.drift === 1
        ? `1 difference on ${name} is not in ${here}: a deploy could erase it. Capture first:\n  ${command}`
        : `${counted(outcome.drift, 'difference')} on ${name} are not in ${here}: a deploy could erase them. Capture first:\n  ${command}`
    case 'shown':
      if (outcome.takes === 0)
        return `Nothing is ticked by itself. To choose yourself, at a terminal or in the browser:\n  ${command}`
      return `Nothing was changed. To commit what is listed, exactly so:\n  ${command} --approve ${outcome.tree}`
    case 'unasked':
      if (outcome.takes === 0)
        return `There is no terminal to ask at, and nothing is ticked by itself. Where there is one, or in the browser:\n  ${command}`
      return `There is no terminal to ask at, so nothing was committed. To commit what is listed, exactly so:\n  ${command} --approve ${outcome.tree}`
    case 'planned':
      return `The plan is in ${printable(outcome.file)}. Read it, then:\n  ${command} --plan ${printable(outcome.file)} --approve ${outcome.tree}`
    case 'closed':
      return `Nothing was committed, and everything is as it was. Again:\n  ${command}`
    case 'committed':
      return outcome.said
  }
}
