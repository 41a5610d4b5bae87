import type { Gate } from '../core/gate.ts'
import { z } from '../core/schema.ts'
import { configSchema } from './schema.ts'

/** As much of JSON Schema (draft 2020-12) as zod writes for us. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly examples?: readonly unknown[]
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly propertyNames?: JsonSchema
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
}

/** The schema of what a person writes, for editors and pages. Gates written in JavaScript have no place in data, so `own` is left out. */
export function configJsonSchema(gates: readonly Gate[]): JsonSchema {
  return z.toJSONSchema(configSchema(gates), {
    io: 'input',
    unrepresentable: 'any',
    reused: 'inline',
    override({ zodSchema, jsonSchema }) {
      // zod leaves examples out where a value is transformed, because it takes them for results.
      const examples = z.globalRegistry.get(zodSchema)?.examples
      if (examples !== undefined) jsonSchema.examples = examples as unknown[]
      if (jsonSchema.properties === undefined) return
      delete jsonSchema.properties.own
      jsonSchema.additionalProperties = false
    },
  }) as JsonSchema
}

/** The keys that may stand at this place; empty where any name may. */
export function keysAt(schema: JsonSchema, keys: readonly PropertyKey[]): string[] {
  let here = [schema]
  for (const key of keys) here = here.flatMap(one => branches(one)).flatMap(one => inside(one, key))
  return [...new Set(here.flatMap(one => branches(one)).flatMap(one => Object.keys(one.properties ?? {})))]
}

/** Every place where a key of this name may stand, as `gates.tests`. */
export function placesOf(schema: JsonSchema, name: string): string[] {
  const found: string[] = []
  const walk = (one: JsonSchema, path: readonly string[]) => {
    for (const branch of branches(one))
      for (const [key, value] of Object.entries(branch.properties ?? {})) {
        if (key === name) found.push([...path, key].join('.'))
        walk(value, [...path, key])
      }
  }
  walk(schema, [])
  return found
}

function branches(schema: JsonSchema): readonly JsonSchema[] {
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  return alternatives.length === 0 ? [schema] : [schema, ...alternatives.flatMap(one => branches(one))]
}

function inside(schema: JsonSchema, key: PropertyKey): readonly JsonSchema[] {
  if (typeof key === 'number') return schema.items === undefined ? [] : [schema.items]
  const property = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties![String(key)] : undefined
  if (property !== undefined) return [property]
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []
}
