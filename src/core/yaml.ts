// The one door for yaml.
import { parseDocument } from 'yaml'
import type { Data } from './toml.ts'

export { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

/** Reads one YAML 1.2 document that nobody looked at before: never throws, whatever the text holds. An empty one is `null`. */
export function readYaml(text: string): Data {
  if (isTooDeep(text)) return { fault: 'it is nested too deeply', line: 1 }
  try {
    const document = parseDocument(text, { prettyErrors: false, stringKeys: true, logLevel: 'error', version: '1.2' })
    const fault = document.errors[0] ?? document.warnings[0]
    if (fault !== undefined) return { fault: sentence(fault.message), line: lineAt(text, fault.pos[0]) }
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown }
  } catch (error) {
    // Alias bombs and unresolved aliases end here, without a place.
    return { fault: sentence((error as Error).message), line: 1 }
  }
}

function sentence(message: string): string {
  return message.replace(/\.$/, '')
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/**
 * The YAML parser calls itself for every level; V8 ends the whole process when the stack runs out inside a regular expression. Every level needs a
 * bracket, a dash of its own on the line, or deeper indentation.
 */
export function isTooDeep(text: string): boolean {
  const most = 64
  let depth = 0
  for (const char of text) {
    if (char === '[' || char === '{') depth++
    else if ((char === ']' || char === '}') && depth > 0) depth--
    if (depth > most) return true
  }
  return text.split('\n').some(line => {
    if (/^ {256}/.test(line)) return true
    let marks = 0
    for (const _ of line.matchAll(/(?<![^\s])[-?:](?=\s)/g)) if (++marks > most) return true
    return false
  })
}
