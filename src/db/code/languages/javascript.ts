import { scriptOf } from '../ecmascript/script.ts'
import { parseCode } from '../engine.ts'
import { treeOf } from '../plain-tree.ts'
import type { Language } from '../script.ts'

const language: Language = {
  id: 'javascript',
  endings: ['.js', '.cjs', '.mjs'],
  parse: async (path, text) => scriptOf('javascript', path, text, treeOf(await parseCode('javascript', text))),
}

export default language
