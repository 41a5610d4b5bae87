import type { Language, LanguageId, Script } from './script.ts'
import { unreadScript } from './tree.ts'

const endings: Readonly<Record<string, LanguageId>> = {
  '.php': 'php',
  '.py': 'python',
  '.rb': 'ruby',
  '.js': 'javascript',
  '.cjs': 'javascript',
  '.mjs': 'javascript',
  '.ts': 'typescript',
  '.cts': 'typescript',
  '.mts': 'typescript',
}

const loaders: Readonly<Record<LanguageId, () => Promise<{ readonly default: Language }>>> = {
  php: () => import('./languages/php.ts'),
  python: () => import('./languages/python.ts'),
  ruby: () => import('./languages/ruby.ts'),
  javascript: () => import('./languages/javascript.ts'),
  typescript: () => import('./languages/typescript.ts'),
}

/** By the file's ending; undefined when it is in no language that we read. */
export function languageOf(path: string): LanguageId | undefined {
  return endings[/\.[a-z]+$/i.exec(path)?.[0].toLowerCase() ?? '']
}

/** A migration in code, read by a real parser of its language, which is loaded only now. Undefined for other files. Never throws for what stands in it. */
export async function parseScript(path: string, text: string): Promise<Script | undefined> {
  const id = languageOf(path)
  if (id === undefined) return undefined
  const { default: language } = await loaders[id]()
  try {
    return await language.parse(path, text)
  } catch {
    // Nesting too deep for the stack, or the parser gave up: nothing of it was read, and that stops.
    return unreadScript(id, path, text)
  }
}
