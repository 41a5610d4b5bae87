// The laws that ARCHITECTURE.md states, read from its tables, so that what people read and what the test asks are one text.
import { cycleIn, importsOf, target, usesOf } from './source-code.ts'

export interface Walls {
  /** Room (a folder of src, or a file at its top) -> whether it may import another room. */
  readonly mayImport: ReadonlyMap<string, (room: string) => boolean>
  /** Rooms that see units only through registries. */
  readonly throughRegistries: ReadonlySet<string>
  readonly packages: ReadonlyMap<string, string>
  readonly pureModules: ReadonlySet<string>
}

const reachOut = ['io', 'main.ts', 'hook.ts']
const unitRooms = ['gates', 'report', 'db', 'drift']

/** @throws Error when the text has not the sections and tables that it should have. */
export function wallsOf(markdown: string): Walls {
  const mayImport = new Map<string, (room: string) => boolean>()
  const throughRegistries = new Set<string>()
  for (const [rooms, allowed] of rowsOf(sectionOf(markdown, 'Folders'))) {
    const named = namesIn(allowed)
    const permits = allowed.startsWith('everything') ? (room: string) => !named.includes(room) : allows(allowed, named)
    for (const room of namesIn(rooms)) {
      mayImport.set(room, permits)
      if (/\bregistries\b/.test(allowed)) throughRegistries.add(room)
    }
  }
  const packages = rowsOf(sectionOf(markdown, 'Outside packages')).map(
    ([name, file]) => [namesIn(name)[0]!, namesIn(file)[0]!] as const,
  )
  const pureModules = namesIn(sectionOf(markdown, "Node's own modules")).filter(name => name.startsWith('node:'))
  return { mayImport, throughRegistries, packages: new Map(packages), pureModules: new Set(pureModules) }
}

function allows(allowed: string, named: readonly string[]): (room: string) => boolean {
  const registries = /\bregistries\b/.test(allowed) ? unitRooms : []
  return room => named.includes(room) || registries.includes(room)
}

function sectionOf(markdown: string, title: string): string {
  const [, rest] = markdown.split(`\n### ${title}\n`)
  if (rest === undefined) throw new Error(`ARCHITECTURE.md has no section "${title}".`)
  return rest.split(/\n##/)[0]!
}

function rowsOf(section: string): readonly [string, string][] {
  const lines = section.split('\n').filter(line => line.startsWith('|'))
  if (lines.length < 3) throw new Error('A table of ARCHITECTURE.md is missing.')
  return lines.slice(2).map(line => {
    const [, first = '', second = ''] = line.split('|').map(cell => cell.trim())
    return [first, second]
  })
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(match => match[1]!)
}

/** `core/gate.ts` lies in the room `core`; `main.ts` is a room of its own. */
function roomOf(path: string): string {
  return path.split('/')[0]!
}

/** What breaks the walls, one sentence each with file and line. `files`: path under src -> text; test files are free. */
export function breaches(files: ReadonlyMap<string, string>, walls: Walls): readonly string[] {
  const found: string[] = []
  const graph = new Map<string, readonly string[]>()
  for (const [path, text] of files) {
    if (path.endsWith('.test.ts')) continue
    const imports = importsOf(text)
    graph.set(
      path,
      imports.flatMap(({ specifier }) => target(path, specifier) ?? []),
    )
    for (const { specifier, line } of imports) {
      const breach = breachOf(path, specifier, walls)
      if (breach !== undefined) found.push(`${path}:${line} ${breach}`)
    }
    found.push(...endings(path, text), ...drawers(path))
  }
  const cycle = cycleIn(graph)
  if (cycle !== undefined) found.push(`cycle: ${cycle.join(' -> ')}`)
  return found
}

function breachOf(path: string, specifier: string, walls: Walls): string | undefined {
  const to = target(path, specifier)
  if (to !== undefined) return innerBreach(path, to, walls)
  if (specifier.startsWith('node:'))
    return walls.pureModules.has(specifier) || reachOut.includes(roomOf(path))
      ? undefined
      : `imports ${specifier}, which is for ${reachOut.join(', ')}`
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  const door = walls.packages.get(name)
  if (door === undefined) return `imports ${name}, which has no row in the table of outside packages`
  return door === path ? undefined : `imports ${name}, which enters through ${door}`
}

function innerBreach(path: string, to: string, walls: Walls): string | undefined {
  const [from, room] = [roomOf(path), roomOf(to)]
  if (to.startsWith('..')) return `imports ${to}, which is not under src`
  if (to.endsWith('.test.ts')) return `imports the test ${to}`
  if (from === room) return undefined
  const permits = walls.mayImport.get(from)
  if (permits === undefined) return `lies in ${from}, which has no row in the table of folders`
  if (!permits(room)) return `imports ${to}; ${from} may not import ${room}`
  if (walls.throughRegistries.has(from) && unitRooms.includes(room) && !to.endsWith('/registry.generated.ts'))
    return `imports ${to}; ${from} sees units only through their registry`
  return undefined
}

function endings(path: string, text: string): string[] {
  if (['main.ts', 'hook.ts', 'io/interrupt.ts'].includes(path)) return []
  return usesOf('process', ['exit', 'exitCode', 'reallyExit', 'abort'], text).map(
    line => `${path}:${line} ends the process or sets its exit code`,
  )
}

function drawers(path: string): string[] {
  const names = path.split('/').map(part => part.replace(/(\.test)?\.ts$/, ''))
  return names
    .filter(name => /^(utils?|helpers?|common|shared|misc|libs?)$/.test(name))
    .map(name => `${path}: nothing may be called ${name}`)
}
