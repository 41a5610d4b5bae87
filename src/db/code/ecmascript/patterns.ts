// What names hold: patterns on the left, properties of what is on the right.
import { type CodeNode, childOf, namedOf } from '../plain-tree.ts'
import type { Scope } from '../scope.ts'
import type { Span, Value } from '../script.ts'
import { either, unknown } from '../values.ts'
import { boundNames, keyText, type TextOf } from './literals.ts'

export function span({ offset, endOffset }: Span): Span {
  return { offset, endOffset }
}

/** Binds a pattern to a value: `const { a, b: c } = options`. */
export function bindPattern(pattern: CodeNode, value: Value, scope: Scope, textOf: TextOf): void {
  switch (pattern.type) {
    case 'identifier':
      scope.set(textOf(pattern), value)
      return
    case 'lexical_declaration':
    case 'variable_declaration':
    case 'variable_declarator':
      for (const child of namedOf(pattern)) bindPattern(child, value, scope, textOf)
      return
    case 'object_pattern':
      for (const child of namedOf(pattern)) bindProperty(child, value, scope, textOf)
      return
    case 'array_pattern': {
      const items = value.is === 'list' ? value.items : []
      for (const [index, child] of namedOf(pattern).entries()) bindOr(child, items[index], scope, textOf)
      return
    }
    case 'required_parameter':
    case 'optional_parameter':
    case 'assignment_pattern':
    case 'object_assignment_pattern':
      bindOr(childOf(pattern, 'pattern') ?? childOf(pattern, 'left'), value, scope, textOf)
      return
    default:
      forgetNames(pattern, scope, textOf)
  }
}

function bindOr(pattern: CodeNode | undefined, value: Value | undefined, scope: Scope, textOf: TextOf): void {
  if (pattern === undefined) return
  if (value === undefined) forgetNames(pattern, scope, textOf)
  else bindPattern(pattern, value, scope, textOf)
}

function bindProperty(child: CodeNode, value: Value, scope: Scope, textOf: TextOf): void {
  const names = boundNames(child, textOf)
  const isPair = child.type === 'pair_pattern'
  const key = isPair ? keyText(childOf(child, 'key'), textOf) : names[0]
  // What comes out of `require('sequelize')` keeps its own name: `DataTypes.STRING`.
  const isPackage = value.is === 'call' && (value.name === 'require' || value.name === 'import')
  if (key === undefined || child.type === 'rest_pattern' || isPackage) {
    forgetNames(child, scope, textOf)
    return
  }
  const property = propertyOf(value, key, child, textOf)
  const nested = isPair ? childOf(child, 'value') : undefined
  if (nested !== undefined) bindPattern(nested, property, scope, textOf)
  else if (names[0] !== undefined) scope.set(names[0], property)
}

/** Names whose values are not known stand for themselves. */
export function forgetNames(pattern: CodeNode, scope: Scope, textOf: TextOf): void {
  scope.forget(boundNames(pattern, textOf), pattern)
}

export function propertyOf(value: Value, key: string, at: Span, textOf: TextOf): Value {
  switch (value.is) {
    case 'name':
      return { ...span(at), is: 'name', name: `${value.name}.${key}` }
    case 'map':
      return value.entries.findLast(entry => entry.key === key)?.value ?? unknown(at, textOf(at))
    case 'either':
      return either(
        value.values.map(one => propertyOf(one, key, at, textOf)),
        at,
        textOf(at),
      )
    // A property of what a call gives stands as a call without arguments.
    case 'call':
      return { ...span(at), is: 'call', on: value, name: key, args: [], named: new Map() }
    default:
      return unknown(at, textOf(at))
  }
}

// A function that is a property of something is called on that: `const drop = knex.schema.dropTable; drop('a')`.
export function onOf(target: Value | undefined): Value | undefined {
  if (target?.is !== 'name') return undefined
  const dot = target.name.lastIndexOf('.')
  return dot < 0 ? undefined : { ...span(target), is: 'name', name: target.name.slice(0, dot) }
}

export function nameOf(target: Value | undefined): string | undefined {
  return target?.is === 'name' ? target.name.slice(target.name.lastIndexOf('.') + 1) : undefined
}
