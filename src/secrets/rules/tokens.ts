import type { SecretRule } from '../rule.ts'
import { isMixed, rarity } from '../value.ts'

/** A token that its own letters give away: an expression that begins with three plain characters at least, and an example of it. */
export type TokenShape = readonly [shape: string, example: string]

const unplain = /[\\[({.*+?|^$]/

/** What every token of the shape begins with, for showing it: `abc_` of `abc_[a-z]{9}`. */
function publicPrefix(shape: string): string {
  const plain = shape.replaceAll('\\.', '\0').split(unplain)[0]!.replaceAll('\0', '\\.')
  return /[_.-]$/.test(plain) ? plain : plain.slice(0, 4)
}

function isUnlikeWords(text: string): boolean {
  return /\d/.test(text) || isMixed(text) || rarity(text).rare >= 0.2
}

/** One rule for many tokens that need no name beside them. Each shape is its own cue, so nothing is tried where none of them is. */
export function tokenRule(
  {
    shapes,
    ...rule
  }: Pick<SecretRule, 'id' | 'title' | 'why' | 'likely' | 'accept'> & {
    readonly shapes: readonly TokenShape[]
  },
  good: readonly string[] = [],
): SecretRule {
  return {
    ...rule,
    cues: shapes.map(([shape]) => new RegExp(shape)),
    pattern: new RegExp(
      `(?<![A-Za-z0-9]|[A-Za-z0-9][_-])(?:${shapes.map(([shape]) => shape).join('|')})(?![A-Za-z0-9_])`,
      'g',
    ),
    shows: new RegExp(
      `^(?:${[...new Set(shapes.map(([shape]) => publicPrefix(shape)).filter(prefix => prefix !== ''))].join('|')})`,
    ),
    entropy: 3,
    accept: match => isUnlikeWords(match.value.slice(4)) && (rule.accept?.(match) ?? true),
    examples: [...shapes.map(([, bad]) => ({ bad })), ...good.map(text => ({ good: text }))],
  }
}
