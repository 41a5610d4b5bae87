import type { Call, Value } from './script.ts'
import { toldBy } from './values.ts'

/** An argument by its place or its name. */
export function argument(call: Call, index: number | undefined, name?: string): Value | undefined {
  const named = name === undefined ? undefined : call.named.get(name)
  return named ?? (index === undefined ? undefined : call.args[index])
}

export function textOf(value: Value | undefined): string | undefined {
  return value?.is === 'text' ? value.text : undefined
}

/** The name that a value stands for: its text, or the word in the source where it is not known. */
export function nameOf(value: Value | undefined): string {
  return toldBy(value)[0]?.name ?? '?'
}

export function numberOf(value: Value | undefined): number | undefined {
  return value?.is === 'number' ? value.value : undefined
}

export function isTrue(value: Value | undefined): boolean {
  return value?.is === 'boolean' && value.value
}

export function isFalse(value: Value | undefined): boolean {
  return value?.is === 'boolean' && !value.value
}

/** Said, and not null. */
export function isGiven(value: Value | undefined): value is Value {
  return value !== undefined && value.is !== 'nothing'
}

export function itemsOf(value: Value | undefined): readonly Value[] | undefined {
  return value?.is === 'list' ? value.items : undefined
}

export function entryOf(value: Value | undefined, key: string): Value | undefined {
  return value?.is === 'map' ? value.entries.find(entry => entry.key === key)?.value : undefined
}

/** Names in a list; one alone stands for a list of one. */
export function namesOf(value: Value | undefined): readonly string[] {
  return value === undefined || value.is === 'nothing' ? [] : toldBy(value).map(told => told.name)
}
