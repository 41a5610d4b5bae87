import { parseScript } from '../../src/db/code/languages.ts'
import { dialectOf } from '../../src/db/lint.ts'
import { type Column, type DialectId, type Effect, shown } from '../../src/db/statement.ts'
import type { Tool } from '../../src/db/tool.ts'

/** What a migration in code does, one line an effect; `(a condition)` where it may not run. What is only told comes last. */
export async function readEffects(tool: Tool, path: string, text: string, dialect: DialectId): Promise<string[]> {
  await dialectOf(dialect).load?.()
  const script = await parseScript(path, text)
  const { statements, unread } = tool.read!(script!, dialect)
  const lines = statements.map(one => `${shownEffect(one)}${one.inside === undefined ? '' : ` (${one.inside})`}`)
  return [...lines, ...unread.map(() => 'unread')]
}

function shownEffect(effect: Effect): string {
  const words = [effect.kind as string]
  if ('table' in effect && effect.table !== undefined) words.push(shown(effect.table))
  if ('tables' in effect) words.push(...effect.tables.map(shown))
  switch (effect.kind) {
    case 'add-column':
      words.push(effect.columns.map(shownColumn).join(', '))
      break
    case 'drop-column':
      words.push(...effect.columns)
      break
    case 'rename-column':
      words.push(effect.column, effect.to)
      break
    case 'rename-table':
      words.push(shown(effect.to))
      break
    case 'change-column':
      words.push(effect.column, effect.change.set)
      break
    case 'create-index':
      words.push(effect.index.name ?? '', effect.index.columns.join(','), effect.index.unique === true ? 'unique' : '')
      break
    case 'drop-index':
      words.push(...effect.indexes.map(shown))
      break
    case 'add-constraint':
      words.push(effect.constraint.type, effect.constraint.name ?? '', effect.constraint.columns.join(','))
      break
    case 'drop-constraint':
      words.push(effect.type ?? '', effect.name ?? '')
      break
    case 'create-extension':
      words.push(effect.name)
      break
    case 'drop-cascade':
      words.push(...effect.names)
      break
    case 'data':
      if (effect.change !== undefined) words.push(effect.change.verb, shown(effect.change.table))
  }
  if ('concurrently' in effect && effect.concurrently) words.push('concurrently')
  return words.filter(word => word !== '').join(' ')
}

function shownColumn(column: Column): string {
  const { type } = column
  const args = type?.args === undefined ? '' : `(${type.args.join(',')})`
  const words = [column.name, column.notNull === true || column.default !== undefined ? `${type?.name}${args}` : '']
  if (column.notNull === true) words.push('not null')
  if (column.default !== undefined) words.push(`default ${column.default.text}`)
  return words.filter(word => word !== '').join(' ')
}
