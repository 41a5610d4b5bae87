import { dialects } from '../dialects/registry.generated.ts'
import type { Column, DialectId } from '../statement.ts'

const known = new Map<string, Column | undefined>()

/** A column as the dialect itself reads its definition: `varchar(20)`, `timestamp DEFAULT now()`. Its name is `c`. Undefined when it cannot be read. */
export function sqlColumn(definition: string, dialect: DialectId): Column | undefined {
  const key = `${dialect} ${definition}`
  if (!known.has(key)) known.set(key, parsed(definition, dialect))
  return known.get(key)
}

function parsed(definition: string, dialect: DialectId): Column | undefined {
  const statements = dialects.find(one => one.id === dialect)!.parse(`ALTER TABLE t ADD COLUMN c ${definition}`)
  const [first] = statements
  return statements.length === 1 && first?.kind === 'add-column' ? first.columns[0] : undefined
}
