// TypeScript's grammar for JSX is as large as that without it. Tests are not declared in elements, so these are blanked out for the other one.

const keywords = /(?:^|[^\w$.])(?:return|default|case|else|yield|await|typeof|do|in|of)$/

/** The text with `0` and blanks for every element: all offsets and lines stay. Throws when the text is made to be read for ever. */
export function withoutJsx(text: string): string {
  const elements = new Scanner(text).elements()
  let plain = ''
  let from = 0
  for (const { offset, endOffset } of elements) {
    plain += `${text.slice(from, offset)}0${text.slice(offset + 1, endOffset).replace(/[^\n]/g, ' ')}`
    from = endOffset
  }
  return plain + text.slice(from)
}

class Scanner {
  readonly #text: string
  readonly #found: { offset: number; endOffset: number }[] = []
  #left: number

  constructor(text: string) {
    this.#text = text
    this.#left = 40 * text.length + 1000
  }

  elements(): readonly { readonly offset: number; readonly endOffset: number }[] {
    this.#code(0, true)
    return this.#found
  }

  #step(): void {
    if (--this.#left < 0) throw new Error('too much to read')
  }

  /** Behind the brace that closes the code which begins here, or the end. Notes elements when `isOutside` of all others. */
  #code(from: number, isOutside: boolean): number {
    const text = this.#text
    let depth = 0
    let isValue = false
    for (let at = from; at < text.length; ) {
      this.#step()
      const char = text[at]!
      const skipped = this.#hidden(at, isValue)
      if (skipped > at) {
        isValue = char !== '/' || text[at + 1] === '/' || text[at + 1] === '*' ? isValue || /["'`]/.test(char) : true
        at = skipped
        continue
      }
      const end = char === '<' && !isValue ? this.#element(at) : undefined
      if (end !== undefined) {
        if (isOutside) this.#found.push({ offset: at, endOffset: end })
        at = end
        isValue = true
        continue
      }
      if (char === '{') depth++
      else if (char === '}' && --depth < 0) return at + 1
      if (/[\w$]/.test(char)) {
        const [word] = /^[\w$]+/.exec(text.slice(at, at + 200))!
        at += word.length
        isValue = !keywords.test(word)
      } else {
        if (/\S/.test(char)) isValue = char === ')' || char === ']'
        at++
      }
    }
    return text.length
  }

  /** Behind the comment, string, template or regular expression that begins here; else the same place. */
  #hidden(at: number, isValue: boolean): number {
    const text = this.#text
    const char = text[at]
    const rest = () => text.slice(at, at + 100_000)
    if (char === '"' || char === "'") return at + /^(["'])(?:(?!\1)[^\\\n]|\\[\s\S])*\1?/.exec(rest())![0].length
    if (char === '`') return this.#template(at + 1)
    if (char !== '/') return at
    if (text[at + 1] === '/') return at + /^[^\n]*/.exec(rest())![0].length
    if (text[at + 1] === '*') return (text.indexOf('*/', at + 2) + 1 || text.length - 1) + 1
    if (isValue) return at
    return at + (/^\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/.exec(rest())?.[0].length ?? 0)
  }

  #template(from: number): number {
    const text = this.#text
    for (let at = from; at < text.length; ) {
      this.#step()
      if (text[at] === '`') return at + 1
      if (text[at] === '$' && text[at + 1] === '{') at = this.#code(at + 2, false)
      else at += text[at] === '\\' ? 2 : 1
    }
    return text.length
  }

  /** Behind the element that begins here; undefined when none does: a comparison, or the parameters of a type. */
  #element(from: number): number | undefined {
    const text = this.#text
    const [tag] = /^<(?:[A-Za-z_$][\w$.:-]*)?/.exec(text.slice(from, from + 300))!
    if (tag === '<' && text[from + 1] !== '>') return undefined
    for (let at = from + tag.length; at < text.length; ) {
      this.#step()
      const char = text[at]!
      if (char === '/' && text[at + 1] === '>') return at + 2
      if (char === '>') return this.#children(at + 1)
      if (char === '{') at = this.#code(at + 1, false)
      else if (char === '"' || char === "'") {
        const end = text.indexOf(char, at + 1)
        if (end < 0) return undefined
        at = end + 1
      } else if (/[\w\s$.:=/*-]/.test(char)) at++
      else return undefined
    }
    return undefined
  }

  #children(from: number): number | undefined {
    const text = this.#text
    for (let at = from; at < text.length; ) {
      this.#step()
      if (text[at] === '<' && text[at + 1] === '/') {
        const end = text.indexOf('>', at)
        return end < 0 ? undefined : end + 1
      }
      if (text[at] === '<') {
        const end = this.#element(at)
        if (end === undefined) return undefined
        at = end
      } else if (text[at] === '{') at = this.#code(at + 1, false)
      else at++
    }
    return undefined
  }
}
