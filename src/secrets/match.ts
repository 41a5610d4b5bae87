import type { FileKind, Match, SecretRule } from './rule.ts'
import { entropy, isPlaceholder } from './value.ts'

/** A secret at its place, with the secret. Never leaves the engine. */
export interface Found {
  readonly rule: string
  readonly title: string
  readonly why: string
  /** Indices of the value in the text. */
  readonly start: number
  readonly end: number
  readonly value: string
  readonly whole: string
  readonly shows: RegExp | undefined
  readonly likely: boolean
  readonly name?: string
}

/** What one rule finds in a text, without the prefilter. */
export function* matchesOf(rule: SecretRule, text: string, file: FileKind): Iterable<Found> {
  if (rule.only !== undefined && !rule.only(file)) return
  for (const raw of text.matchAll(rule.pattern)) {
    const all = raw[0]
    const groups = raw.groups ?? {}
    const value = groups.value ?? all
    const match: Match = { value, all, index: raw.index, text, groups, file }
    if (rule.entropy !== undefined && (entropy(value) < rule.entropy || isPlaceholder(value))) continue
    if (rule.accept !== undefined && !rule.accept(match)) continue
    // The value stands at the end of what is matched around it; its text may also occur in the name before it.
    const start = raw.index + all.lastIndexOf(value)
    const name = groups.name
    yield {
      rule: rule.id,
      title: rule.title,
      why: rule.why,
      start,
      end: start + value.length,
      value,
      whole: rule.whole?.(match) ?? value,
      shows: rule.shows,
      likely: rule.likely === true,
      ...(name === undefined ? {} : { name }),
    }
  }
}
