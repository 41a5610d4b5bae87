import { jsonFault } from './json-fault.ts'
import type { Data } from './toml.ts'

/** Reads JSON that nobody looked at before: never throws, whatever the text holds. Nesting costs memory, never a crash. */
export function readJson(text: string): Data {
  const json = text.replace(/^\uFEFF/, '')
  const fault = jsonFault(json)
  if (fault !== undefined)
    return { fault: `expected ${fault.expected}`, line: json.slice(0, fault.offset).split('\n').length }
  try {
    return { value: JSON.parse(json) as unknown }
  } catch (error) {
    return { fault: (error as Error).message, line: 1 }
  }
}
