import type { DialectId } from '../../statement.ts'
import type { Running, TextFile } from '../../tool.ts'

/** MySQL has no transactions around DDL, and Django starts none there. */
export function runningOf({ text }: TextFile, _all: ReadonlySet<string>, dialect: DialectId): Running {
  const isAtomic = dialect !== 'mysql' && !/^[ \t]+atomic[ \t]*=[ \t]*False\b/m.test(text)
  return { transaction: isAtomic ? 'file' : 'none', down: isReversible(text) ? 'present' : 'irreversible' }
}

/** Django writes the way back of its own operations; SQL and functions have one only when it is said. */
function isReversible(text: string): boolean {
  const plain = withoutTexts(text)
  return [...plain.matchAll(/\bRun(?:SQL|Python)\s*\(/g)].every(match => {
    const inner = argumentsFrom(plain, match.index + match[0].length)
    return inner.length > 1 || inner.some(one => /^\s*reverse_(?:sql|code)\s*=/.test(one))
  })
}

/** Strings and comments blanked out. */
function withoutTexts(text: string): string {
  const strings = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|#[^\n]*/g
  return text.replace(strings, found => '_'.repeat(found.length))
}

/** Arguments up to the closing bracket; one that only names what is no way back (`elidable=True`) is left out. */
function argumentsFrom(text: string, from: number): string[] {
  const found: string[] = []
  let [depth, start, at] = [0, from, from]
  for (; at < text.length && depth >= 0; at++) {
    const char = text[at]!
    if ('([{'.includes(char)) depth++
    if (')]}'.includes(char)) depth--
    if ((char === ',' && depth === 0) || depth < 0) {
      found.push(text.slice(start, at))
      start = at + 1
    }
  }
  return found.filter(one => one.trim() !== '' && !/^\s*(?:elidable|hints|state_operations|atomic)\s*=/.test(one))
}
