import { bytesText } from '../core/amount.ts'
import type { Difference, Hold } from '../core/difference.ts'
import { duration } from '../core/duration.ts'
import { printable } from '../core/printable.ts'
import { ageText } from './ages.ts'
import type { ImageFacts, Review, ReviewItem } from './review.ts'

/** What stands beside a name in a list. Empty where nothing is to be said. */
export interface ItemWords {
  /** `PNG 512×512`, `conflict`, `binary`. */
  readonly facts: string
  readonly size: string
  readonly age: string
}

export function itemWords(item: ReviewItem, seenAt: number | undefined): ItemWords {
  return { facts: factsOf(item).join(', '), size: sizeText(item.difference), age: ageOf(item, seenAt) }
}

/** The most telling first. */
export function factsOf({ difference, image, merge, shownFrom }: ReviewItem): string[] {
  return [
    ...(merge === 'conflict' ? ['CONFLICT'] : []),
    ...(merge === 'same-here' ? ['in your branch already'] : []),
    ...(shownFrom === undefined ? [] : [`from ${shownFrom}`]),
    ...modeText(difference),
    ...(image === undefined ? [] : imageText(image)),
    ...(difference.content === 'binary' ? ['binary'] : []),
    ...(difference.ignored ? ['git-ignored'] : []),
  ]
}

function modeText({ before, after }: Difference): string[] {
  if (before === undefined || after === undefined || before.mode === after.mode) return []
  return [after.mode === '100755' ? 'now executable' : 'no longer executable']
}

/** `PNG 512×512`, and with both sides what it was before. */
export function imageText({ before, after }: NonNullable<ReviewItem['image']>): string[] {
  const now = after ?? before
  if (now === undefined) return []
  const was = before === undefined || after === undefined || imageSizeText(before) === imageSizeText(after)
  return [was ? imageSizeText(now) : `${imageSizeText(before)} → ${imageSizeText(after)}`]
}

function imageSizeText({ type, width, height }: ImageFacts): string {
  return `${printable(type).toUpperCase()} ${width}×${height}`
}

export function sizeText({ before, after, holds }: Difference): string {
  const bytes = after?.size ?? heldSize(holds) ?? before?.size
  return bytes === undefined ? '' : bytesText(bytes)
}

function heldSize(holds: readonly Hold[]): number | undefined {
  return holds.find(hold => hold.kind === 'too-big')?.size
}

/** Since it was last written on the server. */
export function ageOf({ difference }: ReviewItem, seenAt: number | undefined): string {
  const written = difference.after?.mtimeMs
  if (written === undefined) return ''
  return seenAt === undefined ? dateText(written) : ageText(seenAt - written)
}

export function dateText(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10)
}

/** `3f2a91c4d5e6, as /srv/app/REVISION says`. */
export function baseText({ base }: Pick<Review, 'base'>): string {
  const commit = base.commit.slice(0, 12)
  const from = base.from === undefined ? 'the server' : printable(base.from)
  switch (base.known) {
    case 'revision-file':
    case 'manifest':
      return `${commit}, as ${from} says`
    case 'given':
      return `${commit}, as you said`
    case 'best-match': {
      const match = base.match === undefined ? '' : `: ${base.match.same} of its ${base.match.all} files are there`
      return `${commit}, which fits best${match}`
    }
  }
}

/** What the pull says about itself: how much was looked at, and what a person should know. */
export function pullLines({ pull, phantoms }: Pick<Review, 'pull' | 'phantoms'>): string[] {
  const looked = `${pull.files.toLocaleString('en-US')} files, ${bytesText(pull.bytes)} looked at in ${duration(pull.tookMs)}, ${bytesText(pull.received)} received.`
  return [
    ...(pull.state === 'partial' ? ['Some of it could not be read, so nothing counts as deleted.'] : []),
    ...pull.notes.map(note => printable(note)),
    ...(phantoms === 0 ? [] : [`${phantoms} more only look changed and are equal as git stores them.`]),
    looked,
  ]
}
