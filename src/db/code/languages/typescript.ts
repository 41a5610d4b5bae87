import { scriptOf } from '../ecmascript/script.ts'
import { parseCode } from '../engine.ts'
import { treeOf } from '../plain-tree.ts'
import type { Language } from '../script.ts'

const language: Language = {
  id: 'typescript',
  endings: ['.ts', '.cts', '.mts'],
  parse: async (path, text) => scriptOf('typescript', path, text, treeOf(await parseCode('typescript', text))),
}

export default language
