// The one door for fastest-levenshtein.
import { distance } from 'fastest-levenshtein'

/** The known word that was probably meant; undefined when none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  return allNearest(word, known)[0]
}

/** Every known word that may have been meant, the likeliest first: at most a third of its letters differ, or one begins a word of the other. */
export function allNearest(word: string, known: Iterable<string>): string[] {
  const typed = word.toLowerCase()
  const scored: { name: string; score: number }[] = []
  for (const name of new Set(known)) {
    const lower = name.toLowerCase()
    const far = distance(typed, lower)
    const partOf = typed.length > 2 && (`-${lower}`.includes(`-${typed}`) || typed.startsWith(`${lower}-`))
    if (far <= tolerance(Math.max(typed.length, lower.length)) || partOf) scored.push({ name, score: far })
  }
  return scored.sort((a, b) => a.score - b.score).map(entry => entry.name)
}

// Two letters swapped count as two that differ.
function tolerance(letters: number): number {
  return Math.max(letters / 3, letters < 4 ? 1 : 2)
}
