// The one door for fastest-levenshtein.
import { distance } from 'fastest-levenshtein'

/** The known word that was probably meant; undefined when none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  return allNearest(word, known)[0]
}

/** Every known word that may have been meant, the likeliest first: at most a third of its letters differ, or it begins or ends with what was typed. */
export function allNearest(word: string, known: Iterable<string>): string[] {
  const typed = word.toLowerCase()
  const scored: { name: string; score: number }[] = []
  for (const name of new Set(known)) {
    const lower = name.toLowerCase()
    const far = distance(typed, lower)
    const partOf = typed.length > 2 && (lower.startsWith(typed) || lower.endsWith(typed) || lower.includes(`-${typed}`))
    if (far <= Math.max(typed.length, lower.length) / 3 || partOf) scored.push({ name, score: far })
  }
  return scored.sort((a, b) => a.score - b.score).map(entry => entry.name)
}
