// The one door for fast-string-truncated-width: East Asian characters and emoji take two columns, combining marks none.
import measure from 'fast-string-truncated-width'

/** How many columns of a terminal the text takes. For one line without escape sequences: see `printable`. */
export function width(text: string): number {
  return measure(text).width
}

/** The text, cut to so many columns; `…` says that something is missing. */
export function cut(text: string, columns: number): string {
  const fits = measure(text, { limit: Math.max(1, columns), ellipsis: '…', ellipsisWidth: 1 })
  return fits.ellipsed ? `${text.slice(0, fits.index)}…` : text.slice(0, fits.index)
}

/** The text padded with spaces to so many columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)))
}

/**
 * Lines of at most so many columns, broken at spaces. A long word of ASCII (a path, a URL, a token) stays whole, because half of it can be
 * neither clicked nor copied; other long words are broken, because some scripts write no spaces.
 */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const word of text.split(/ +/).flatMap(word => pieces(word, columns))) {
    const wide = width(word)
    if (line !== '' && used + 1 + wide > columns) {
      lines.push(line)
      line = ''
      used = 0
    }
    used += wide + (line === '' ? 0 : 1)
    line = line === '' ? word : `${line} ${word}`
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

function pieces(word: string, columns: number): string[] {
  if (/^[\x21-\x7e]*$/.test(word) || width(word) <= columns) return [word]
  const parts: string[] = []
  let rest = word
  while (rest !== '') {
    const end = measure(rest, { limit: columns }).index || [...rest][0]!.length
    parts.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return parts
}
