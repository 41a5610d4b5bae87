import { textOf } from '../core/path-bytes.ts'
import type { Oid } from '../core/push.ts'
import type { Mirror } from '../core/world.ts'
import { filesOf } from './base/trees.ts'
import type { DenyRule } from './deny.ts'
import { denier } from './deny-filter.ts'

// These keep files there for what such files mostly hold. Environment files and keys are kept there whatever the repository says.
const byHabit = new Set(['databases', 'backups', 'archives', 'logs'])
// Each is one more line that the sender asks of every file.
const most = 500

/**
 * The rules without those files that were deployed themselves, such as migrations in SQL: the repository has them, so they are compared like any
 * other file. Beyond 500 of them the rules stay as they are.
 */
export async function exceptTracked(
  rules: readonly DenyRule[],
  mirror: Mirror,
  tree: Oid,
): Promise<readonly DenyRule[]> {
  const habits = rules.filter(rule => byHabit.has(rule.id))
  const ruleOf = denier(rules)
  const own = new Map<DenyRule, string[]>(habits.map(rule => [rule, []]))
  let count = 0
  for (const path of (await filesOf(mirror.git, tree)).keys()) {
    const rule = ruleOf(path)
    const text = textOf(path)
    if (rule === undefined || text === undefined || !own.has(rule)) continue
    if (++count > most) return rules
    own.get(rule)!.push(`/${literal(text)}`)
  }
  return rules.map(rule => {
    const paths = own.get(rule) ?? []
    return paths.length === 0 ? rule : { ...rule, except: [...(rule.except ?? []), ...paths] }
  })
}

/** gitignore(5): a backslash takes the meaning from what follows; a space at the end counts only so. */
function literal(path: string): string {
  return path.replace(/[\\*?[\]]| $/g, '\\$&')
}
