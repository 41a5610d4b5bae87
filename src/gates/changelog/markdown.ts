// The one door for marked. Only its block grammar is used: headings, lists, code, comments, each with its lines.
import { Lexer, type Token, type TokensList } from 'marked'

export interface Block {
  readonly kind: 'heading' | 'item' | 'definition' | 'other'
  /** Lines from 1; blank lines behind a block do not belong to it. */
  readonly line: number
  readonly endLine: number
  /** A heading's text or an item's without its bullet, as written. */
  readonly text: string
  /** Of a heading: 1 to 6. */
  readonly depth: number
  /** A code block or an HTML comment that is opened and never closed: it swallows the rest of the file. */
  readonly unclosed?: 'code block' | 'comment'
}

/** The blocks of a Markdown text (CommonMark) whose line ends are `\n`, each item of a list on its own. */
export function blocksOf(text: string): readonly Block[] {
  const lexer = new TopLexer()
  // A link defined twice would be left out of the tokens, and every line below it would be counted wrong.
  lexer.tokens.links = new Proxy({}, { get: () => undefined, set: () => true })
  const blocks: Block[] = []
  let line = 1
  for (const token of lexer.blockTokens(text)) {
    for (const part of partsOf(token)) {
      if (part.raw.trim() !== '') blocks.push(blockOf(part, line))
      line += newlines(part.raw)
    }
  }
  return blocks
}

/** What lies inside a list item or a quotation is not asked for; a file with 10,000 of them inside each other would only exhaust the stack. */
class TopLexer extends Lexer {
  private inside = false

  override blockTokens(source: string, tokens?: Token[], lastParagraphClipped?: boolean): Token[]
  override blockTokens(source: string, tokens?: TokensList, lastParagraphClipped?: boolean): TokensList
  override blockTokens(source: string, tokens: Token[] = [], lastParagraphClipped = false): Token[] {
    if (this.inside) return tokens
    this.inside = true
    return super.blockTokens(source, tokens, lastParagraphClipped)
  }
}

/** A token or an item of a list: the items' texts together are the list's, but for line ends behind the last one. */
function partsOf(token: Token): readonly { type: string; raw: string; text?: string; depth?: number }[] {
  if (token.type !== 'list') return [token]
  const items = (token as { items: { raw: string }[] }).items.map(({ raw }) => ({ type: 'item', raw }))
  const length = items.reduce((sum, item) => sum + item.raw.length, 0)
  return [...items, { type: 'space', raw: token.raw.slice(length) }]
}

function blockOf(token: { type: string; raw: string; text?: string; depth?: number }, first: number): Block {
  const { type, raw } = token
  const line = first + newlines(/^\s*(?=\S)/.exec(raw)?.[0] ?? '')
  const endLine = first + newlines(raw.trimEnd())
  if (type === 'heading') return { kind: 'heading', line, endLine, text: token.text ?? '', depth: token.depth ?? 1 }
  if (type === 'item')
    return { kind: 'item', line, endLine, text: raw.replace(/^\s*(?:[-*+]|\d{1,9}[.)])(?:\s+|$)/, ''), depth: 0 }
  const kind = type === 'def' ? 'definition' : 'other'
  const unclosed = isUnclosed(type, raw)
  return { kind, line, endLine, text: raw, depth: 0, ...(unclosed === undefined ? {} : { unclosed }) }
}

function isUnclosed(type: string, raw: string): Block['unclosed'] {
  if (type === 'html') return /^\s*<!--/.test(raw) && !raw.includes('-->') ? 'comment' : undefined
  const fence = type === 'code' ? /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1] : undefined
  if (fence === undefined) return undefined
  const last = raw.trimEnd().split('\n').slice(1).at(-1)?.trim() ?? ''
  return last.length >= fence.length && [...last].every(char => char === fence[0]) ? undefined : 'code block'
}

function newlines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}
