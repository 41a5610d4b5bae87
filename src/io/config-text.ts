// Text of a config file in, its value and the place of every key out.
import { UsageError } from '../core/errors.ts'
import { jsonFault } from '../core/json-fault.ts'
import type { FoundConfig } from '../core/world.ts'
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  isTooDeep,
  LineCounter,
  type Node,
  parseDocument,
} from '../core/yaml.ts'
import { maxConfigBytes } from './config-size.ts'

export interface ConfigText {
  /** The file's name, for messages. */
  readonly name: string
  readonly bytes: Uint8Array
  readonly format: 'yaml' | 'json'
  /** Only what is under this key is the config: `ship` of package.json. */
  readonly under?: string
}

/**
 * Reads a YAML or JSON config. Undefined when the key it should be under is not there.
 * @throws UsageError with file and line for anything that is not one well-formed UTF-8 document of moderate size.
 */
export function readConfigText(source: ConfigText): Pick<FoundConfig, 'value' | 'format' | 'locate'> | undefined {
  if (source.under !== undefined && !Buffer.from(source.bytes).includes(`"${source.under}"`)) return undefined
  const text = textOf(source)
  if (text.trim() === '')
    throw new UsageError(
      `${source.name}:1: the config file is empty.`,
      `Write ${source.name} anew: npx ship-guard init --force`,
    )
  if (isTooDeep(text))
    throw new UsageError(
      `${source.name} cannot be read: it is nested too deeply.`,
      `Write ${source.name} in a simpler form.`,
    )
  if (source.format === 'json') refuseBadJson(source, text)

  const lines = new LineCounter()
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      stringKeys: true,
      logLevel: 'error',
      version: '1.2',
    })
    const fault = document.errors[0] ?? document.warnings[0]
    if (fault !== undefined) throw atOffset(source, text, fault.pos[0], explain(fault.code, fault.message))
    const whole: unknown = document.toJS({ maxAliasCount: 100 }) ?? {}
    if (source.under === undefined)
      return { value: whole, format: source.format, locate: placesIn(document, lines, []) }
    if (!isObject(whole) || !Object.hasOwn(whole, source.under)) return undefined
    const value = whole[source.under]
    return { value, format: source.format, locate: placesIn(document, lines, [source.under]) }
  } catch (error) {
    if (error instanceof UsageError) throw error
    // Alias bombs, unresolved aliases and nesting deeper than the stack end here: the parser throws without a place.
    const because =
      error instanceof RangeError ? 'it is nested too deeply' : (error as Error).message.replace(/\.$/, '')
    throw new UsageError(`${source.name} cannot be read: ${because}.`, `Write ${source.name} in a simpler form.`, {
      cause: error,
    })
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function textOf({ name, bytes }: ConfigText): string {
  if (bytes.length > maxConfigBytes)
    throw new UsageError(
      `${name} has ${bytes.length} bytes; a config file may have at most ${maxConfigBytes}.`,
      `Look whether ${name} is what you think it is.`,
    )
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new UsageError(`${name}:${badLine(bytes)}: this is not UTF-8 text.`, `Save ${name} as UTF-8.`, {
      cause: error,
    })
  }
  const nul = text.indexOf('\0')
  if (nul >= 0) {
    const { line, column } = placeOf(text, nul)
    throw new UsageError(`${name}:${line}:${column}: this is a NUL character.`, `Save ${name} as plain UTF-8 text.`)
  }
  return text
}

function badLine(bytes: Uint8Array): number {
  let line = 1
  let start = 0
  while (start < bytes.length) {
    const newline = bytes.indexOf(10, start)
    const end = newline < 0 ? bytes.length : newline
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end))
    } catch {
      return line
    }
    start = end + 1
    line++
  }
  return line
}

function refuseBadJson(source: ConfigText, text: string): void {
  const fault = jsonFault(text)
  if (fault === undefined) return
  throw atOffset(source, text, fault.offset, `expected ${fault.expected}`)
}

function atOffset(source: ConfigText, text: string, offset: number, because: string): UsageError {
  const { line, column } = placeOf(text, offset)
  return new UsageError(
    `${source.name}:${line}:${column}: this is not valid ${source.format === 'json' ? 'JSON' : 'YAML'}: ${because}.`,
    `Mend line ${line} of ${source.name}.`,
  )
}

function explain(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'it is indented with a tab; YAML wants spaces'
  if (code === 'DUPLICATE_KEY') return 'this key is written twice'
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here'
  if (code === 'NON_STRING_KEY') return 'a key must be a plain word'
  return message.replace(/\.$/, '')
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}

/** Follows the keys as far as they are written and gives the place of the last one: the key itself, or the item of a list. */
function placesIn(document: Document.Parsed, lines: LineCounter, base: readonly string[]): FoundConfig['locate'] {
  return keys => {
    let node: Node | null = document.contents
    let place: Node | null = node
    for (const key of [...base, ...keys]) {
      const step = stepInto(isAlias(node) ? (node.resolve(document) ?? null) : node, key)
      if (step === undefined) break
      node = step.value
      place = step.place
    }
    const offset = place?.range?.[0]
    if (offset === undefined) return undefined
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
}

function stepInto(node: Node | null, key: string | number): { place: Node; value: Node | null } | undefined {
  if (isMap<Node, Node | null>(node)) {
    const pair = node.items.find(item => isScalar(item.key) && String(item.key.value) === String(key))
    return pair === undefined ? undefined : { place: pair.key, value: pair.value }
  }
  if (isSeq<Node>(node) && typeof key === 'number') {
    const item = node.items[key]
    return item === undefined ? undefined : { place: item, value: item }
  }
  return undefined
}
