import { parseScript } from '../../db/code/languages.ts'
import type { MigrationFile } from '../../db/lint.ts'
import type { DialectId } from '../../db/statement.ts'
import type { Tool } from '../../db/tool.ts'
import { isInLanguageOf } from './projects.ts'

export interface MigrationText extends Pick<MigrationFile, 'path' | 'text' | 'isNew'> {
  readonly tool: Tool
  readonly dialect: DialectId
  /** Every path of its project. */
  readonly all: ReadonlySet<string>
}

/** A migration as `lint` takes it. Code that no parser knows stands as SQL that cannot be read. */
export async function migrationFile({ path, text, isNew, tool, dialect, all }: MigrationText): Promise<MigrationFile> {
  const running = tool.running({ path, text }, all, dialect)
  const { read } = tool
  const isCode = !path.endsWith('.sql') && isInLanguageOf(tool, path)
  if (!isCode || read === undefined) return { path, text: tool.sql?.(path, text) ?? text, isNew, running }
  const script = await parseScript(path, text)
  if (script === undefined) return { path, text, isNew, running }
  return { path, text, isNew, running, code: { script, read: once(id => read(script, id)) } }
}

function once<Key, Result>(make: (key: Key) => Result): (key: Key) => Result {
  const made = new Map<Key, Result>()
  return key => {
    const known = made.get(key)
    if (known !== undefined) return known
    const result = make(key)
    made.set(key, result)
    return result
  }
}
