// Reads as much of a command line as is needed to find the test runner in it and to run that part again. It is read, never rebuilt: what runs later
// is made of the user's own words, as they wrote them.

/** One word as it is written, and what the shell makes of it; undefined where a variable stands in it. */
export interface Word {
  readonly text: string
  readonly value: string | undefined
}

/** One simple command and what joins it to the one before. */
export interface Part {
  readonly joint: '' | '&&' | '||' | ';' | '|' | '&'
  readonly words: readonly Word[]
}

const reserved = new Set('if then elif else fi for while until do done case esac { } ! function select time'.split(' '))

/** The commands of a line; undefined for one that does more than run commands in order: loops, subshells, here-documents, command substitution. */
export function readShellLine(line: string): readonly Part[] | undefined {
  const parts: { joint: Part['joint']; words: Word[] }[] = [{ joint: '', words: [] }]
  let rest = line.trim()
  while (rest !== '') {
    const current = parts.at(-1)!
    const joint = /^(?:&&|\|\||[;|&\n])/.exec(rest)?.[0]
    const redirect = /^(?:\d*(?:>>|>&|>\||>|<)|&>>?)[ \t]*/.exec(rest)?.[0]
    if (/^[()#]/.test(rest) || rest.startsWith('<<')) return undefined
    if (redirect !== undefined) {
      const target = readWord(rest.slice(redirect.length))
      if (target === undefined) return undefined
      rest = rest.slice(redirect.length + target.text.length)
    } else if (joint !== undefined) {
      if (current.words.length === 0) return undefined
      parts.push({ joint: (joint === '\n' ? ';' : joint) as Part['joint'], words: [] })
      rest = rest.slice(joint.length)
    } else {
      const word = readWord(rest)
      if (word === undefined || (current.words.length === 0 && reserved.has(word.text))) return undefined
      current.words.push(word)
      rest = rest.slice(word.text.length)
    }
    rest = rest.replace(/^(?:[ \t]|\\\n)+/, '')
    if (parts.at(-1)!.words.length === 0) rest = rest.trimStart()
  }
  if (parts.at(-1)!.words.length === 0) parts.pop()
  return parts.length === 0 ? undefined : parts
}

// One bare character, an escaped one, or a quoted piece.
const piece = /^(?:\\([^\n])|'([^']*)'|"((?:[^"\\`$]|\\[\s\S]|\$(?!\())*)"|(\$\w+|\$\{\w+\})|([^\s'"\\`$;|&()<>]+))/

function readWord(rest: string): Word | undefined {
  let text = ''
  let value: string | undefined = ''
  for (let match = piece.exec(rest); match !== null; match = piece.exec(rest.slice(text.length))) {
    const [whole, escaped, single, double, variable, bare] = match
    text += whole
    const known = variable === undefined && !/(?<!\\)\$/.test(double ?? '')
    const said = escaped ?? single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? bare ?? ''
    value = known && value !== undefined ? value + said : undefined
  }
  if (text === '' || /^[`$'"\\]/.test(rest.slice(text.length))) return undefined
  return { text, value }
}

/**
 * A command line in which `{name}` and the like become positional parameters of `sh -c`, wherever they stand in quotes: `"$2"` for the second.
 * Nothing from outside is ever pasted into it.
 */
export function withParameters(line: string, names: readonly string[]): string {
  let quote = ''
  let made = ''
  for (let at = 0; at < line.length; ) {
    const index = names.findIndex(name => line.startsWith(`{${name}}`, at))
    const char = line[at]!
    if (index >= 0) {
      made += `${quote}"$${index + 1}"${quote}`
      at += names[index]!.length + 2
      continue
    }
    if (char === '\\' && quote !== "'") {
      made += line.slice(at, at + 2)
      at += 2
      continue
    }
    if (quote === '' && (char === "'" || char === '"')) quote = char
    else if (char === quote) quote = ''
    made += char
    at++
  }
  return made
}
