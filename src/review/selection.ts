import { globMatcher } from '../core/glob.ts'
import { lossyText } from '../core/path-bytes.ts'
import { classes, classOf, traits } from './classes.ts'
import type { ReviewItem } from './review.ts'

/** Words that choose items: the ids of the classes, what else can be true of one, and `all`. */
export const selectors: readonly string[] = [...classes.map(one => one.id), ...Object.keys(traits), 'all']

/**
 * The items that a person means: a word of `selectors`, or a glob over paths. A glob without a slash counts in every folder, one that ends with a
 * slash means everything below.
 */
export function chosen(items: readonly ReviewItem[], said: string): readonly ReviewItem[] {
  const word = said.trim()
  if (word === '') return []
  if (word === 'all') return items
  if (word in traits) return items.filter(traits[word as keyof typeof traits])
  if (selectors.includes(word)) return items.filter(item => classOf(item).id === word)
  return byGlob(items, word)
}

export function byGlob(items: readonly ReviewItem[], glob: string): readonly ReviewItem[] {
  // Longer ones are no question that a person asks, and make a matcher slow.
  if (glob.length > 1_000) return []
  const below = glob.endsWith('/') ? `${glob}**` : glob
  const rooted = below.replace(/^\//, '')
  const matches = globMatcher([rooted.includes('/') ? rooted : `**/${rooted}`])
  return items.filter(({ difference }) => matches(lossyText(difference.path)))
}
