import { dirname, join, resolve } from 'node:path'
import type { World } from '../../core/world.ts'

/** What git finds where it looks for a hook. */
export interface HookFile {
  readonly path: string
  readonly is: 'missing' | 'file' | 'folder' | 'device' | 'dangling'
  /** Where the first link points to, as written. */
  readonly link?: string
  /** Empty when it is no file. */
  readonly text: string
  readonly executable: boolean
  readonly interpreter?: Interpreter
}

export interface Interpreter {
  readonly name: string
  readonly found: boolean
  /** A carriage return stands behind it, and the kernel takes that for a part of its name. */
  readonly crlf: boolean
}

type Looking = Pick<World, 'files' | 'env'>

/** Looks through links, as git does. */
export async function lookAtHook(path: string, world: Looking): Promise<HookFile> {
  const { at, facts, link } = await behindLinks(path, world.files)
  const there = { path, ...(link === undefined ? {} : { link }), text: '', executable: false }
  if (facts === undefined) return { ...there, is: link === undefined ? 'missing' : 'dangling' }
  if (facts.kind === 'folder') return { ...there, is: 'folder' }
  if (facts.kind !== 'file') return { ...there, is: 'device' }
  const text = Buffer.from((await world.files.read(at)) ?? new Uint8Array()).toString('latin1')
  const shebang = shebangOf(text)
  const interpreter = shebang === undefined ? {} : { interpreter: await interpreterOf(shebang, world) }
  return { ...there, is: 'file', text, executable: (facts.mode & 0o111) !== 0, ...interpreter }
}

// Linux follows 40 links, macOS 32.
const mostLinks = 32

async function behindLinks(path: string, files: World['files']) {
  let at = path
  let link: string | undefined
  for (let step = 0; step < mostLinks; step += 1) {
    const facts = await files.look(at)
    if (facts?.kind !== 'link') return { at, facts, link }
    link ??= facts.target ?? ''
    at = resolve(dirname(at), facts.target ?? '')
  }
  return { at, facts: undefined, link }
}

export interface Shebang {
  /** The program that reads the file; a name without a slash is looked for in PATH. */
  readonly program: string
  readonly crlf: boolean
}

/** The first line of a script. Undefined for what has none: a binary, or a text that git hands to sh. */
export function shebangOf(text: string): Shebang | undefined {
  const line = /^#!([^\n]*)/.exec(text)?.[1]
  if (line === undefined) return undefined
  const words = line.split(/[ \t\r]+/).filter(Boolean)
  const viaEnv = /\/env$/.test(words[0] ?? '')
  // env(1): options, and variables to set, come before the program.
  const program = viaEnv ? words.slice(1).find(word => !word.startsWith('-') && !word.includes('=')) : words[0]
  return { program: program ?? words[0] ?? '', crlf: line.endsWith('\r') }
}

async function interpreterOf({ program, crlf }: Shebang, { files, env }: Looking): Promise<Interpreter> {
  const places = program.includes('/')
    ? [program]
    : (env.PATH ?? '')
        .split(':')
        .filter(Boolean)
        .map(folder => join(folder, program))
  for (const place of places)
    if ((await behindLinks(place, files)).facts?.kind === 'file') return { name: program, found: true, crlf }
  return { name: program, found: false, crlf }
}
