/** Text with every match turned into spaces; line breaks stay, so that places do. */
export function blanked(text: string, what: RegExp): string {
  return text.replace(what, match => match.replace(/[^\n]/g, ' '))
}

/** Text without the blocks that begin at a match: up to the closing brace, or as long as lines stand further in. */
export function withoutBlocks(text: string, begins: RegExp, ends: 'braces' | 'indent'): string {
  const plain = blanked(text, strings)
  let result = text
  for (const match of plain.matchAll(begins)) {
    const end = ends === 'braces' ? endOfBraces(plain, match.index + match[0].length) : endOfIndent(plain, match.index)
    result = result.slice(0, match.index) + blanked(text.slice(match.index, end), /[^\n]+/g) + result.slice(end)
  }
  return result
}

// Quotes that run over a line end are no strings but apostrophes.
const strings = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/g

/** The first block of braces after the parameters; without one, up to the end of the statement. */
function endOfBraces(text: string, from: number): number {
  let at = from
  let parentheses = text[from - 1] === '(' ? 1 : 0
  for (let depth = 0; at < text.length; at++) {
    const char = text[at]!
    if (depth === 0 && char === '(') parentheses++
    else if (depth === 0 && char === ')') parentheses--
    else if (parentheses > 0) continue
    else if (char === '{') depth++
    else if (char === '}' && --depth <= 0) return at + 1
    else if (depth === 0 && (char === ';' || nextExport.test(text.slice(at, at + 10)))) return at
  }
  return text.length
}

// An arrow function without braces and semicolon ends where the next export begins.
const nextExport = /^\n(?:export|module)/

/** The line of `at` and every line after it that is empty or stands further in; a closing `end` or bracket belongs to it. */
function endOfIndent(text: string, at: number): number {
  const start = text.lastIndexOf('\n', at) + 1
  const own = /^[ \t]*/.exec(text.slice(start))![0].length
  let end = text.indexOf('\n', at)
  while (end >= 0) {
    const line = /[^\n]*/.exec(text.slice(end + 1))![0]
    const indent = /^[ \t]*/.exec(line)![0].length
    if (line.trim() !== '' && indent <= own) return end
    end = text.indexOf('\n', end + 1)
    if (end < 0) return text.length
  }
  return text.length
}
