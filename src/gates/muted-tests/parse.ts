import { parseCode } from '../../db/code/engine.ts'
import { type CodeTree, treeOf } from '../../db/code/plain-tree.ts'
import type { LanguageId } from '../../db/code/script.ts'
import type { ParsedTests, TestFile } from './declared.ts'
import { readEcmascript } from './ecmascript.ts'
import { readGo } from './go.ts'
import { withoutJsx } from './jsx.ts'
import { readPhp } from './php.ts'
import { readPython } from './python.ts'
import { readRuby } from './ruby.ts'

const readers: Readonly<Record<LanguageId, (parsed: ParsedTests) => TestFile>> = {
  javascript: readEcmascript,
  typescript: readEcmascript,
  php: readPhp,
  python: readPython,
  ruby: readRuby,
}

/** Grammars to try, the first that reads it whole. */
const grammars: Readonly<Record<string, readonly LanguageId[]>> = {
  js: ['javascript', 'typescript'],
  jsx: ['javascript'],
  cjs: ['javascript'],
  mjs: ['javascript'],
  ts: ['typescript'],
  cts: ['typescript'],
  mts: ['typescript'],
  tsx: ['typescript'],
  php: ['php'],
  py: ['python'],
  rb: ['ruby'],
}

/** Whether the tests in files of this name can be read. */
export function isReadable(path: string): boolean {
  const ending = endingOf(path)
  return ending === 'go' || Object.hasOwn(grammars, ending)
}

/** The tests of a file; undefined when it cannot be read. Never throws for what stands in it. */
export async function readTests(path: string, text: string): Promise<TestFile | undefined> {
  const ending = endingOf(path)
  try {
    if (ending === 'go') return readGo(text)
    let best: { tree: CodeTree; id: LanguageId } | undefined
    for (const id of grammars[ending] ?? []) {
      const tree = treeOf(await parseCode(id, ending === 'tsx' ? withoutJsx(text) : text))
      if (best === undefined || tree.broken.length < best.tree.broken.length) best = { tree, id }
      if (tree.broken.length === 0) break
    }
    return best === undefined ? undefined : readers[best.id]({ text, tree: best.tree })
  } catch {
    // Nested too deeply for the stack, or the parser gave up.
    return undefined
  }
}

function endingOf(path: string): string {
  return /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
}
