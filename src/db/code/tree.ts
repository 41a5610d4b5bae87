// What every language's parse tree is asked alike.
import type { Node } from './engine.ts'
import type { LanguageId, Script, Span } from './script.ts'

export function spanOf(node: Node): Span {
  return { offset: node.startIndex, endOffset: node.endIndex }
}

/** Places that the parser could not read. Only looks where there are some. */
export function brokenIn(root: Node): Span[] {
  const found: Span[] = []
  const open = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.isError || node.isMissing) found.push(spanOf(node))
    else if (node.hasError) open.push(...node.children.filter(child => child !== null).reverse())
  }
  return found
}

export function commentsIn(root: Node): Span[] {
  return root.descendantsOfType('comment').flatMap(node => (node === null ? [] : [spanOf(node)]))
}

/** A script of which nothing could be read: it is nested too deeply, or the parser gave up. */
export function unreadScript(language: LanguageId, path: string, text: string): Script {
  return {
    language,
    path,
    text,
    classes: [],
    routines: [],
    values: new Map(),
    steps: [],
    broken: [{ offset: 0, endOffset: text.length }],
    comments: [],
  }
}
