import { createHash } from 'node:crypto'
import { type PathBytes, pathBytes, textOf } from '../core/path-bytes.ts'
import type { Oid } from '../core/push.ts'
import type { Mirror } from '../core/world.ts'
import type { DenyRule } from './deny.ts'
import { denier } from './deny-filter.ts'

// These keep files there for what such files mostly hold. Environment files and keys are kept there whatever the repository says.
const byHabit = new Set(['databases', 'backups', 'archives', 'logs'])
// Each is one more line that the sender asks of every file.
const mostLines = 100
const mostInFolder = 10

/**
 * The rules without those files that were deployed themselves, such as migrations in SQL: the repository has them, so they are compared like any
 * other file. Where a folder has many of one ending, all of that ending in it are; what is new there is still searched for data of people.
 */
export async function exceptTracked(
  rules: readonly DenyRule[],
  mirror: Mirror,
  tree: Oid,
): Promise<readonly DenyRule[]> {
  const key = createHash('sha256')
    .update(JSON.stringify([tree, rules]))
    .digest('hex')
  const known = parsed(await mirror.recall(note))
  const lines = known?.key === key ? known.lines : await linesFor(rules, mirror, tree)
  if (known?.key !== key) await mirror.keep(note, JSON.stringify({ key, lines }))
  return rules.map((rule, at) => {
    const own = lines[at] ?? []
    return own.length === 0 ? rule : { ...rule, except: [...(rule.except ?? []), ...own] }
  })
}

const note = 'tracked.json'

interface Known {
  readonly key: string
  /** The exceptions of each rule, in the order of the rules. */
  readonly lines: readonly (readonly string[])[]
}

function parsed(text: string | undefined): Known | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Known)
  } catch {
    return undefined
  }
}

async function linesFor(rules: readonly DenyRule[], mirror: Mirror, tree: Oid): Promise<Known['lines']> {
  const ruleOf = denier(rules)
  const own = new Map<DenyRule, string[]>()
  for await (const path of pathsOf(mirror, tree)) {
    const rule = ruleOf(path)
    const text = textOf(path)
    if (rule === undefined || text === undefined || !byHabit.has(rule.id)) continue
    const paths = own.get(rule)
    if (paths === undefined) own.set(rule, [text])
    else paths.push(text)
  }
  return rules.map(rule => {
    const lines = exceptions(own.get(rule) ?? [])
    return lines.length > mostLines ? [] : lines
  })
}

async function* pathsOf(mirror: Mirror, tree: Oid): AsyncIterable<PathBytes> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', '--name-only', tree]
  for await (const record of mirror.git.records(args)) yield pathBytes(record)
}

/** One pattern a file, or one a folder and ending; of the top folder, where dumps are mostly left lying, always one a file. */
export function exceptions(paths: readonly string[]): readonly string[] {
  const groups = new Map<string, string[]>()
  for (const path of paths) {
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    const key = folder === '' ? path : `${folder}\n${/\.[^./]+$/.exec(path)?.[0] ?? ''}`
    groups.set(key, [...(groups.get(key) ?? []), path])
  }
  return [...groups].flatMap(([key, files]) => {
    const [folder = '', ending = ''] = key.split('\n')
    if (files.length <= mostInFolder || ending === '') return files.map(file => `/${literal(file)}`)
    return [`/${literal(folder)}*${literal(ending)}`]
  })
}

/** gitignore(5): a backslash takes the meaning from what follows; a space at the end counts only so. */
function literal(path: string): string {
  return path.replace(/[\\*?[\]]| $/g, '\\$&')
}
