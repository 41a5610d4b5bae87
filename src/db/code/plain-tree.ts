import type { Node } from './engine.ts'
import type { Span } from './script.ts'

/** A parse tree as plain objects: asking the parser's own nodes costs a call into WebAssembly each time. */
export interface CodeNode extends Span {
  readonly type: string
  /** The name of its place in the parent: `left`, `body` … */
  readonly field: string | undefined
  readonly children: readonly CodeNode[]
  /** Nodes in it, itself included. */
  readonly size: number
}

export interface CodeTree {
  readonly root: CodeNode
  /** Places that the parser could not read, outermost only. */
  readonly broken: readonly Span[]
  readonly comments: readonly Span[]
}

interface Growing extends Span {
  type: string
  field: string | undefined
  children: Growing[]
  size: number
}

/** Copies a parser's tree, comments taken out, and gives the parser's memory back. */
export function treeOf(node: Node): CodeTree {
  const cursor = node.walk()
  const broken: Span[] = []
  const comments: Span[] = []
  const path: Growing[] = []
  const grow = (): Growing => ({
    type: cursor.nodeIsNamed ? cursor.nodeType : `'${cursor.nodeType}`,
    field: cursor.currentFieldName ?? undefined,
    offset: cursor.startIndex,
    endOffset: cursor.endIndex,
    children: [],
    size: 1,
  })
  const root = grow()
  if (root.type === 'ERROR') broken.push(root)
  path.push(root)
  let isDown = cursor.gotoFirstChild()
  // Not recursive: a text of a million brackets is a tree of that depth.
  while (path.length > 0) {
    if (isDown) {
      const child = grow()
      const isBroken = child.type === 'ERROR' || cursor.nodeIsMissing
      if (isBroken && !within(broken, child)) broken.push({ offset: child.offset, endOffset: child.endOffset })
      const isComment = child.type === 'comment'
      if (isComment) comments.push({ offset: child.offset, endOffset: child.endOffset })
      else path.at(-1)!.children.push(child)
      path.push(child)
      isDown = cursor.gotoFirstChild()
      continue
    }
    const done = path.pop()!
    const above = path.at(-1)
    if (above === undefined) break
    above.size += done.size
    isDown = cursor.gotoNextSibling()
    if (!isDown) cursor.gotoParent()
  }
  cursor.delete()
  node.tree.delete()
  return { root, broken, comments }
}

function within(spans: readonly Span[], { offset, endOffset }: Span): boolean {
  const last = spans.at(-1)
  return last !== undefined && last.offset <= offset && last.endOffset >= endOffset && last.endOffset > last.offset
}

/** The child at a place of the grammar. */
export function childOf(node: CodeNode, field: string): CodeNode | undefined {
  return node.children.find(child => child.field === field)
}

export function childrenOf(node: CodeNode, field: string): readonly CodeNode[] {
  return node.children.filter(child => child.field === field)
}

/** Children without punctuation and keywords. */
export function namedOf(node: CodeNode): readonly CodeNode[] {
  return node.children.filter(child => !child.type.startsWith("'"))
}
