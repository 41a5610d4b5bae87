// How the parse tree names things. Node names: postgres/src/include/nodes/parsenodes.h. Zeros and false are left out of it.
import type { Name } from '../../statement.ts'
import type { Node } from './engine.ts'

export type Is<Kind extends string> =
  Extract<Node, Record<Kind, unknown>> extends Record<Kind, infer Value> ? Value : never
export type Relation = NonNullable<Is<'AlterTableStmt'>['relation']>

export function nameOf(relation: Relation): Name {
  const name = relation.relname ?? ''
  return relation.schemaname === undefined ? { name } : { schema: relation.schemaname, name }
}

export function namesOf(relations: readonly Node[]): Name[] {
  return relations.flatMap(relation => ('RangeVar' in relation ? [nameOf(relation.RangeVar)] : []))
}

/** A name as the parser gives it for dropped objects: a list of strings, the last one the object's. */
export function nameFrom(parts: readonly Node[]): Name {
  const strings = stringsOf(parts)
  const name = strings.at(-1) ?? ''
  const schema = strings.at(-2)
  return schema === undefined ? { name } : { schema, name }
}

export function stringsOf(parts: readonly Node[]): string[] {
  const strings: string[] = []
  for (const part of parts) if ('String' in part) strings.push(part.String.sval ?? '')
  return strings
}

export function textOf(node: Node | undefined): string | undefined {
  return node !== undefined && 'String' in node ? (node.String.sval ?? '') : undefined
}

/** Value of `(full, parallel 4)`, `(autovacuum_enabled = false)`; undefined when the option is not said. `on` when it is said without a value. */
export function optionValue(options: readonly Node[], wanted: string): string | undefined {
  for (const option of options) {
    if (!('DefElem' in option) || option.DefElem.defname !== wanted) continue
    const { arg } = option.DefElem
    if (arg === undefined) return 'on'
    if ('Boolean' in arg) return arg.Boolean.boolval === true ? 'on' : 'off'
    if ('Integer' in arg) return String(arg.Integer.ival ?? 0)
    // `= off` without quotes is read as the name of a type.
    if ('TypeName' in arg) return nameFrom(arg.TypeName.names ?? []).name.toLowerCase()
    if ('Float' in arg) return arg.Float.fval ?? ''
    return textOf(arg)?.toLowerCase() ?? ''
  }
  return undefined
}

export function isOff(value: string | undefined): boolean {
  return value !== undefined && ['off', 'false', 'no', '0', 'f', 'n'].includes(value)
}

/** Visits every node below this one, this one included. Trees may be deeper than the stack. */
export function walk(root: unknown, visit: (kind: string, value: Readonly<Record<string, unknown>>) => void): void {
  const open: unknown[] = [root]
  while (open.length > 0) {
    const value = open.pop()
    if (Array.isArray(value)) {
      for (let at = value.length - 1; at >= 0; at--) open.push(value[at])
    } else if (isObject(value)) {
      const children = Object.entries(value)
      for (let at = children.length - 1; at >= 0; at--) {
        const [kind, child] = children[at]!
        if (!isObject(child)) continue
        if (!Array.isArray(child)) visit(kind, child)
        open.push(child)
      }
    }
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
