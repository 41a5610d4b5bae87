import type { DialectId } from '../../statement.ts'
import type { Running, TextFile } from '../../tool.ts'

/** MySQL has no transactions around DDL, and Rails starts none there. */
export function runningOf({ text }: TextFile, _all: ReadonlySet<string>, dialect: DialectId): Running {
  const plain = text.replace(/^[ \t]*#[^\n]*/gm, '')
  const isWrapped = dialect !== 'mysql' && !/^[ \t]*disable_ddl_transaction!/m.test(plain)
  return { transaction: isWrapped ? 'file' : 'none', down: downOf(plain) }
}

function downOf(text: string): Running['down'] {
  const change = methodOf('change', text)
  if (change !== undefined) return isReversible(change) ? 'present' : 'irreversible'
  const down = methodOf('down', text)
  if (down === undefined) return 'missing'
  if (/IrreversibleMigration/.test(down)) return 'irreversible'
  return down.trim() === '' ? 'empty' : 'present'
}

/** The body of a method, told by its indent. */
function methodOf(name: string, text: string): string | undefined {
  const found = new RegExp(`^([ \\t]*)def (?:self\\.)?${name}\\b[^\\n]*\\n([\\s\\S]*?)^\\1end\\b`, 'm').exec(text)
  return found?.[2]
}

/**
 * What Rails cannot turn around by itself (CommandRecorder): SQL, changes of a type, and drops that do not say what was there. Whatever stands in
 * `reversible` or `up_only` has been thought about.
 */
function isReversible(change: string): boolean {
  const left = change
    .replace(/^([ \t]*)(?:reversible do|up_only do)[\s\S]*?^\1end\b/gm, '')
    .replace(/up_only\s*\{[^}]*\}/g, '')
  if (/^[ \t]*(?:execute|change_column|change_column_default\s+[^\n]*,\s*[^:\n]*$|t\.change)\b(?!_)/m.test(left))
    return false
  if (/^[ \t]*drop_table\b(?![^\n]*(?:\bdo\b|\{))/m.test(left)) return false
  return !/^[ \t]*(?:remove_column\s*\(?\s*:\w+\s*,\s*:\w+\s*\)?\s*$|t\.remove\b(?![^\n]*type:))/m.test(left)
}
