// What migrations in JavaScript and TypeScript have in common, whoever runs them.

import type { Running } from '../../tool.ts'
import { inlined, ownRoutines } from '../inline.ts'
import type { ClassShape, Routine, Script, Step } from '../script.ts'

/** Files of a migration folder that hold code. */
export const codeEndings = '{js,cjs,mjs,ts,cts,mts}'

export interface Way {
  readonly steps: readonly Step[]
  readonly parameters: readonly string[]
  readonly of: ClassShape | undefined
}

/** What runs on the way up: an export of this name, or a method of a class. Own functions are read where they are called. */
export function wayOf(script: Script, name = 'up'): Way | undefined {
  const routine = script.routines.findLast(one => one.name === name)
  if (routine !== undefined) return inWay(script, routine, undefined)
  for (const of of script.classes) {
    const method = of.routines.find(one => one.name === name)
    if (method !== undefined) return inWay(script, method, of)
  }
  return undefined
}

function inWay(script: Script, { steps, parameters }: Routine, of: ClassShape | undefined): Way {
  return { steps: inlined(steps, ownRoutines(script, of)), parameters, of }
}

/** Declarations of types are no migrations; neither is what a compiler made of a file that lies beside it. */
export function withoutCompiled(paths: readonly string[]): string[] {
  const all = new Set(paths)
  return paths.filter(path => {
    if (/\.d\.[cm]?ts$/.test(path) || path.endsWith('.map')) return false
    return !/\.[cm]?js$/.test(path) || !all.has(path.replace(/js$/, 'ts'))
  })
}

const block =
  /\bdown\b['"]?\s*(?:=|:)?\s*(?:async\b\s*)?(?:function\b\s*\w*)?\s*\([^)]*\)\s*(?::\s*[\w<>[\]. |]+?)?\s*(?:=>)?\s*\{([^{}]*)\}/

/** The way back, as its text shows it. */
export function downOf(text: string): Running['down'] {
  if (/\bdown\b\s*[=:]\s*false\b/.test(text)) return 'irreversible'
  if (!/\bdown\b['"]?\s*(?:[=:(]|,|\})/.test(text)) return 'missing'
  const inner = block.exec(text)?.[1]
  if (inner === undefined) return 'present'
  const plain = inner.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '').trim()
  if (plain === '' || /^return(?:\s+(?:Promise\.resolve\(\)|null|undefined))?;?$/.test(plain)) return 'empty'
  return /^throw\b/.test(plain) ? 'irreversible' : 'present'
}

/** The folder that a config names: `path.join(__dirname, 'db', 'migrations')` is `db/migrations`. */
export function folderIn(said: string | undefined): string | undefined {
  const one = /^\s*["'`]([^"'`$]+)["'`]/.exec(said ?? '')?.[1]
  if (one !== undefined) return one
  const call = /^[^)]*/.exec(said ?? '')![0]
  const parts = [...call.matchAll(/["'`]([^"'`$]+)["'`]/g)].map(match => match[1]!)
  return parts.length === 0 ? undefined : parts.join('/')
}
