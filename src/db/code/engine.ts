// The one door for tree-sitter: real parsers of each language, compiled to WebAssembly. Loaded late, one language at a time.
import { fileURLToPath } from 'node:url'
import type { Node, Parser as ParserType } from 'web-tree-sitter'
import type { LanguageId } from './script.ts'

export type { Node } from 'web-tree-sitter'

const grammars: Readonly<Record<LanguageId, string>> = {
  php: 'tree-sitter-php/tree-sitter-php.wasm',
  python: 'tree-sitter-python/tree-sitter-python.wasm',
  ruby: 'tree-sitter-ruby/tree-sitter-ruby.wasm',
  javascript: 'tree-sitter-javascript/tree-sitter-javascript.wasm',
  typescript: 'tree-sitter-typescript/tree-sitter-typescript.wasm',
}

const parsers = new Map<LanguageId, Promise<ParserType>>()

/** The root of the text's tree. Offsets (`startIndex`) are UTF-16. What cannot be read stands in it as ERROR and MISSING nodes. */
export async function parseCode(language: LanguageId, text: string): Promise<Node> {
  const parser = parsers.get(language) ?? load(language)
  parsers.set(language, parser)
  return (await parser).parse(text)!.rootNode
}

async function load(language: LanguageId): Promise<ParserType> {
  const { Parser, Language } = await import('web-tree-sitter')
  await Parser.init({ locateFile: () => pathOf('web-tree-sitter/web-tree-sitter.wasm') })
  const parser = new Parser()
  parser.setLanguage(await Language.load(pathOf(grammars[language])))
  return parser
}

/** In the built package the files lie beside this chunk; from source they lie in their own packages. */
function pathOf(path: string): string {
  const isSource = import.meta.url.endsWith('.ts')
  const place = isSource ? `../../../node_modules/${path}` : `./${path.slice(path.lastIndexOf('/') + 1)}`
  return fileURLToPath(new URL(place, import.meta.url))
}
