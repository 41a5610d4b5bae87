// JSON.parse says where it stopped only in some of its messages and not in the same way on every Node, and the YAML reader that knows every place
// accepts far more than JSON. This finds the first place that is not JSON (RFC 8259).

export interface JsonFault {
  /** Offset in the text, in UTF-16 units. */
  readonly offset: number
  readonly expected: string
}

/** The first place where a text stops being JSON; undefined when it is JSON. Keeps its own stack: nesting costs memory, never a crash. */
export function jsonFault(text: string): JsonFault | undefined {
  const scan = new Scan(text)
  const open: ('{' | '[')[] = []
  let want: 'value' | 'value or end' | 'key' | 'key or end' | 'comma or end' = 'value'
  while (true) {
    scan.space()
    if (want === 'key' || want === 'key or end') {
      if (want === 'key or end' && scan.take('}')) {
        open.pop()
        want = 'comma or end'
      } else {
        if (!scan.match(string)) return scan.fault('a key in double quotes')
        scan.space()
        if (!scan.take(':')) return scan.fault('":" after the key')
        want = 'value'
      }
    } else if (want === 'comma or end') {
      const inside = open.at(-1)
      if (inside === undefined) return scan.atEnd() ? undefined : scan.fault('the end of the file')
      if (scan.take(',')) want = inside === '{' ? 'key' : 'value'
      else if (scan.take(inside === '{' ? '}' : ']')) open.pop()
      else return scan.fault(`"," or "${inside === '{' ? '}' : ']'}"`)
    } else if (want === 'value or end' && scan.take(']')) {
      open.pop()
      want = 'comma or end'
    } else if (scan.take('{')) {
      open.push('{')
      want = 'key or end'
    } else if (scan.take('[')) {
      open.push('[')
      want = 'value or end'
    } else if (scan.match(string) || scan.match(number) || scan.match(word)) want = 'comma or end'
    else return scan.fault('a value')
  }
}

const space = /[ \t\r\n]*/y
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const word = /true|false|null/y

class Scan {
  private at = 0
  private readonly text: string
  constructor(text: string) {
    this.text = text
  }
  space(): void {
    this.match(space)
  }
  match(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    if (!pattern.test(this.text)) return false
    this.at = pattern.lastIndex
    return true
  }
  take(char: string): boolean {
    if (this.text[this.at] !== char) return false
    this.at++
    return true
  }
  atEnd(): boolean {
    return this.at === this.text.length
  }
  fault(expected: string): JsonFault {
    return { offset: this.at, expected }
  }
}
