import { Reader, type Token } from '../../tokens.ts'

/**
 * The texts that user variables may hold, as far as the file itself shows: `SET @sql = IF(x, 'ALTER …', 'SELECT 1')` gives two.
 * `undefined` for a variable means that its text is made in a way that cannot be read.
 */
export class Variables {
  readonly #values = new Map<string, readonly string[] | undefined>()

  /** Takes note of every assignment in one statement. */
  note(tokens: readonly Token[]): void {
    for (const [index, token] of tokens.entries()) {
      if (token.word !== '@') continue
      const name = tokens[index + 1]?.value.toLowerCase()
      if (name === undefined) continue
      const before = tokens[index - 1]?.word
      const assigns =
        tokens[index + 2]?.word === '=' || (tokens[index + 2]?.word === ':' && tokens[index + 3]?.word === '=')
      if (assigns && (before === 'SET' || before === ',') && tokens[0]?.word === 'SET') {
        const from = index + (tokens[index + 2]?.word === ':' ? 4 : 3)
        this.#assign(name, this.texts(new Reader(tokens.slice(from)).until(word => word === ',' || word === ';')))
      } else if (assigns ? tokens[index + 2]?.word === ':' : before === 'INTO') this.#assign(name, undefined)
    }
  }

  #assign(name: string, texts: readonly string[] | undefined): void {
    const held = this.#values.has(name) ? this.#values.get(name) : []
    this.#values.set(name, held === undefined || texts === undefined ? undefined : [...held, ...texts])
  }

  /** Every text that an expression may give; undefined when that cannot be told. */
  texts(tokens: readonly Token[]): readonly string[] | undefined {
    const reader = new Reader(tokens)
    if (tokens.length === 0) return undefined
    if (tokens.every(token => token.kind === 'string')) return [tokens.map(token => token.value).join('')]
    if (reader.take('@')) return tokens.length === 2 ? this.#values.get(tokens[1]!.value.toLowerCase()) : undefined
    if (reader.take('SELECT')) return this.texts(reader.until(word => word === 'FROM'))
    const call = reader.word()
    if (call !== '(') reader.at++
    const list = reader.list()
    if (list === undefined || !reader.done) return undefined
    if (call === '(') return list.length === 1 ? this.texts(list[0]!) : undefined
    if (call === 'IF' && list.length === 3) return either(this.texts(list[1]!), this.texts(list[2]!))
    return call === 'CONCAT' ? this.#joined(list) : undefined
  }

  /** A part that cannot be told may stand between backticks: what comes there is a name. */
  #joined(parts: readonly (readonly Token[])[]): Texts {
    return parts
      .map((part, index) => {
        const between = lastOf(parts[index - 1])?.endsWith('`') && firstOf(parts[index + 1])?.startsWith('`')
        return this.texts(part) ?? (between === true ? ['some_name'] : undefined)
      })
      .reduce(followedBy, [''])
  }
}

function firstOf(part: readonly Token[] | undefined): string | undefined {
  return part?.[0]?.kind === 'string' ? part[0].value : undefined
}

function lastOf(part: readonly Token[] | undefined): string | undefined {
  const last = part?.at(-1)
  return last?.kind === 'string' ? last.value : undefined
}

type Texts = readonly string[] | undefined

function either(left: Texts, right: Texts): Texts {
  return left === undefined || right === undefined ? undefined : [...left, ...right]
}

function followedBy(left: Texts, right: Texts): Texts {
  if (left === undefined || right === undefined || left.length * right.length > 100) return undefined
  return left.flatMap(start => right.map(end => start + end))
}
