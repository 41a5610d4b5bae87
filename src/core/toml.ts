// The one door for smol-toml.
import { parse, TomlError } from 'smol-toml'

/** What a text in YAML or TOML says, or why it cannot be read, with the line. */
export type Data =
  | { readonly value: unknown; readonly fault?: never }
  | { readonly fault: string; readonly line: number; readonly value?: never }

/** Reads TOML 1.0 that nobody looked at before: never throws, whatever the text holds. */
export function readToml(text: string): Data {
  try {
    return { value: parse(text.replace(/^\uFEFF/, ''), { maxDepth: 64, unsafeKeyBehaviour: 'drop' }) }
  } catch (error) {
    const fault = /^Invalid TOML document: (.*)/.exec((error as Error).message)?.[1] ?? (error as Error).message
    return { fault: fault.split('\n')[0]!.replace(/\.$/, ''), line: error instanceof TomlError ? error.line : 1 }
  }
}
