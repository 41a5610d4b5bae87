import { type Schema, z } from '../../core/schema.ts'

/** One key of a unit's options, as a person writes it in `.shiprc`. */
export interface OptionFact {
  /** Nested keys are joined with dots. */
  readonly name: string
  /** In words: `duration`, `list of string`, `boolean or "auto"`. */
  readonly type: string
  readonly required: boolean
  readonly default?: unknown
  readonly about?: string
}

interface JsonSchema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly additionalProperties?: JsonSchema | boolean
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: unknown
  readonly description?: string
}

/** The options of a unit, read from its schema. Where it also takes a short form (a string instead of an object), the long one is told. */
export function optionsOf(schema: Schema<unknown>): readonly OptionFact[] {
  return facts(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, '')
}

function facts(schema: JsonSchema, prefix: string): OptionFact[] {
  const object = objectIn(schema)
  if (object?.properties === undefined) return []
  return Object.entries(object.properties).flatMap(([key, value]) => {
    const name = prefix + key
    const fact: OptionFact = {
      name,
      type: typeText(value),
      required: object.required?.includes(key) ?? false,
      ...(value.default === undefined ? {} : { default: value.default }),
      ...(value.description === undefined ? {} : { about: value.description }),
    }
    return [fact, ...facts(value, `${name}.`)]
  })
}

function objectIn(schema: JsonSchema): JsonSchema | undefined {
  if (schema.properties !== undefined) return schema
  return choices(schema).find(choice => choice.properties !== undefined)
}

function choices({ anyOf, oneOf, allOf }: JsonSchema): readonly JsonSchema[] {
  return anyOf ?? oneOf ?? allOf ?? []
}

function typeText(schema: JsonSchema): string {
  const several = choices(schema)
  if (several.length > 0) return [...new Set(several.map(typeText))].join(' or ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(value => JSON.stringify(value)).join(' or ')
  switch (schema.type) {
    case 'array':
      return schema.items === undefined ? 'list' : `list of ${typeText(schema.items)}`
    case 'object':
      return objectText(schema)
    case 'string':
      return stringText(schema.pattern)
    case 'integer':
    case 'number':
      return numberText(schema)
    default:
      return schema.type ?? 'anything'
  }
}

function objectText({ properties, additionalProperties }: JsonSchema): string {
  if (properties !== undefined) return `{ ${Object.keys(properties).join(', ')} }`
  return typeof additionalProperties === 'object' ? `{ name: ${typeText(additionalProperties)} }` : 'object'
}

// The patterns of core/schema.ts.
function stringText(pattern: string | undefined): string {
  if (pattern?.endsWith('(ms|s|m|h)$')) return 'duration'
  if (pattern?.endsWith('(B|KB|MB|GB)$')) return 'size'
  return 'string'
}

function numberText({ type, minimum, maximum }: JsonSchema): string {
  const bounded = maximum !== undefined && Math.abs(maximum) < Number.MAX_SAFE_INTEGER
  return bounded ? `${type} from ${minimum ?? '…'} to ${maximum}` : type!
}
