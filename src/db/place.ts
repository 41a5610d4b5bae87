/** Turns offsets into lines and columns, counted in characters (code points) from 1. Cheap as long as the columns asked for go forward within a line. */
export class Places {
  readonly #text: string
  readonly #lineStarts: number[] = [0]
  #known = 0
  #column = 1

  constructor(text: string) {
    this.#text = text
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1)
  }

  line(offset: number): number {
    let [low, high] = [0, this.#lineStarts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#lineStarts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }

  at(offset: number): { line: number; column: number } {
    const line = this.line(offset)
    const start = this.#lineStarts[line - 1]!
    if (this.#known < start || this.#known > offset) {
      this.#known = start
      this.#column = 1
    }
    while (this.#known < offset) {
      this.#known += this.#text.codePointAt(this.#known)! > 0xffff ? 2 : 1
      this.#column++
    }
    return { line, column: this.#column }
  }
}
