import { join } from 'node:path'
import { type Manager, passedOver } from './managers.ts'
import type { HookEvent } from './shim.ts'

/** What starts a shim from a hook of another tool, wherever the work tree is. */
export function callOf(event: HookEvent): string {
  return `sh "$(git rev-parse --git-common-dir)/ship-guard/hooks/${event}"`
}

/** The hooks of ours that a manager's next run takes away, because its config does not start us. */
export function endangeredBy({ takes, calls }: Manager, events: readonly HookEvent[]): readonly HookEvent[] {
  return events.filter(event => takes.includes(event) && !calls.includes(event))
}

/** The hooks for which a manager's config must be changed: it does not start us, or passes us over at times. */
export function ledAstrayBy(manager: Manager, events: readonly HookEvent[]): readonly HookEvent[] {
  const endangered = endangeredBy(manager, events)
  return events.filter(event => endangered.includes(event) || manager.skips?.includes(event) === true)
}

const scriptName = 'ship-guard.sh'

interface Script {
  /** From the top of the work tree. */
  readonly path: string
  readonly content: string
}

/** The files that a manager's config names in the place of a command, because the tool never passes over those. */
export function scriptsFor({ id, scripts }: Manager, events: readonly HookEvent[]): readonly Script[] {
  if (id !== 'lefthook' || scripts === undefined) return []
  return events
    .filter(event => passedOver.has(event))
    .map(event => ({
      path: join(scripts, event, scriptName),
      content: `#!/bin/sh\n# A script, because lefthook skips a command when it thinks that there is nothing to do.\nexec ${callOf(event)} "$@"\n`,
    }))
}

/** The lines for a manager's own config with which it starts us; undefined in a format that we do not write. */
export function snippetFor({ id, config }: Manager, events: readonly HookEvent[]): string | undefined {
  switch (id) {
    case 'lefthook':
      return /\.ya?ml$/.test(config) ? events.map(lefthookJob).join('\n') : undefined
    case 'overcommit':
      return events.map(overcommitHook).join('\n')
    case 'simple-git-hooks':
      return events.map(event => `"${event}": ${JSON.stringify(`${callOf(event)} "$@"`)},`).join('\n')
    default:
      return undefined
  }
}

// The hooks that get lines on stdin.
const withStdin: ReadonlySet<HookEvent> = new Set(['pre-push', 'post-rewrite'])

function lefthookJob(event: HookEvent): string {
  return [`${event}:`, '  jobs:', ...lefthookItem(event).map(line => `    ${line}`)].join('\n')
}

function lefthookItem(event: HookEvent): readonly string[] {
  return ['- name: ship-guard', ...lefthookKeys(event).map(line => `  ${line}`)]
}

function lefthookKeys(event: HookEvent): readonly string[] {
  if (!passedOver.has(event)) return lefthookRun(event)
  return [`script: ${scriptName}`, 'runner: sh', ...stdinKey(event)]
}

// Older installs wrote this for every hook.
function lefthookRun(event: HookEvent): readonly string[] {
  return [`run: ${callOf(event)} {0}`, ...stdinKey(event)]
}

function stdinKey(event: HookEvent): readonly string[] {
  return withStdin.has(event) ? ['use_stdin: true'] : []
}

function lefthookScript(event: HookEvent): readonly string[] {
  return [`${scriptName}:`, '  runner: sh', ...stdinKey(event).map(line => `  ${line}`)]
}

function lefthookScripts(event: HookEvent): readonly string[] {
  return ['scripts:', ...lefthookScript(event).map(line => `  ${line}`)]
}

// Every form in which an install has written them, the longest first.
function lefthookForms(event: HookEvent): readonly (readonly string[])[] {
  const older = [
    ['- name: ship-guard', ...lefthookRun(event).map(line => `  ${line}`)],
    ['ship-guard:', ...lefthookRun(event).map(line => `  ${line}`)],
  ]
  return passedOver.has(event) ? [...older, lefthookItem(event), lefthookScripts(event), lefthookScript(event)] : older
}

function overcommitHook(event: HookEvent): string {
  return [`${overcommitName(event)}:`, ...overcommitItem(event).map(line => `  ${line}`)].join('\n')
}

// overcommit hands arguments and stdin on to a command of its config (HookContext::Base#execute_hook).
function overcommitItem(event: HookEvent): readonly string[] {
  return ['ShipGuard:', '  enabled: true', `  command: ['sh', '-c', 'exec ${callOf(event)} "$@"', '${event}']`]
}

function overcommitName(event: HookEvent): string {
  return event.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/**
 * A manager's config with our call in it; undefined when that cannot be done by adding lines to what a person wrote, so that they put the snippet in
 * by hand.
 */
export function withCalls(text: string, manager: Manager, events: readonly HookEvent[]): string | undefined {
  if (manager.id === 'simple-git-hooks') return manager.config.endsWith('.json') ? inJson(text, events) : undefined
  if (!/\.ya?ml$/.test(manager.config) || text.includes('\r')) return undefined
  let lines: readonly string[] | undefined = text.split('\n')
  for (const event of events) {
    if (lines === undefined) return undefined
    if (manager.id === 'lefthook') lines = inLefthook(lines, event)
    else if (manager.id === 'overcommit') lines = inOvercommit(lines, event)
    else return undefined
  }
  return lines?.join('\n')
}

/** The config as it was before `withCalls`, where what that added stands untouched. */
export function withoutCalls(text: string, { id, config, calls }: Manager): string {
  if (id === 'simple-git-hooks') return config.endsWith('.json') ? outOfJson(text, calls) : text
  const added = calls.flatMap(event =>
    id === 'lefthook' ? lefthookForms(event) : [['', ...overcommitHook(event).split('\n')], overcommitItem(event)],
  )
  return added.reduce(withoutLines, text.split('\n')).join('\n')
}

function withoutLines(lines: string[], taken: readonly string[]): string[] {
  const at = lines.findIndex((line, start) => {
    const indent = /^ */.exec(line)![0]
    const same = taken.every((one, down) => lines[start + down] === (one === '' ? '' : `${indent}${one}`))
    const next = lines[start + taken.length]
    // A section in which a person has something too stays, and so does the only line below a key: alone the key would mean something else.
    if (!same || next?.startsWith(`${indent} `) === true) return false
    return taken[0] === '' || !isAlone(lines, start, taken.length, indent)
  })
  return at === -1 ? lines : [...lines.slice(0, at), ...lines.slice(at + taken.length)]
}

function isAlone(lines: readonly string[], start: number, count: number, indent: string): boolean {
  const beside = (line: string | undefined) => line?.startsWith(indent) === true && /\S/.test(line)
  return !beside(lines[start + count]) && !beside(lines[start - 1])
}

function outOfJson(text: string, events: readonly HookEvent[]): string {
  return (
    changedJson(text, held => {
      for (const event of events) {
        const call = `${callOf(event)} "$@"`
        const own = held[event]
        if (own === call) delete held[event]
        else if (typeof own === 'string' && own.startsWith(`${call} && `)) held[event] = own.slice(call.length + 4)
      }
      return true
    }) ?? text
  )
}

function inLefthook(before: readonly string[], event: HookEvent): readonly string[] | undefined {
  const lines = passedOver.has(event) ? withoutRuns(before, event) : before
  // Started twice, the guard would judge twice.
  if (lines.some(line => !/^\s*#/.test(line) && line.includes(`ship-guard/hooks/${event}`))) return undefined
  if (passedOver.has(event) && countOf(lines, event) > countOf(before, event)) return lines
  return addedUnder(lines, [event, 'jobs'], lefthookItem(event), /^- /) ?? besideCommands(lines, event)
}

function besideCommands(lines: readonly string[], event: HookEvent): readonly string[] | undefined {
  if (!passedOver.has(event))
    return addedUnder(
      lines,
      [event, 'commands'],
      ['ship-guard:', ...lefthookRun(event).map(line => `  ${line}`)],
      /^[^-]/,
    )
  // Scripts have a section of their own.
  const inSection = addedUnder(lines, [event, 'scripts'], lefthookScript(event), /^[^-]/)
  if (inSection !== undefined) return inSection
  const hasCommands = addedUnder(lines, [event, 'commands'], [], /^[^-]/) !== undefined
  const own = lines.slice(lines.findIndex(line => line.startsWith(`${event}:`)) + 1)
  const end = own.findIndex(line => /^[^\s#]/.test(line))
  const taken = own.slice(0, end === -1 ? undefined : end).some(line => /^\s*["']?scripts\b/.test(line))
  return hasCommands && !taken ? addedUnder(lines, [event], lefthookScripts(event), /^[^-]/) : undefined
}

// A job can be a script in its place; a command cannot.
function withoutRuns(lines: readonly string[], event: HookEvent): readonly string[] {
  const [item, command] = lefthookForms(event)
  const at = lines.findIndex((line, start) => {
    const indent = /^ */.exec(line)![0]
    return item!.every((one, down) => lines[start + down] === `${indent}${one}`)
  })
  if (at === -1) return withoutLines([...lines], command!)
  const indent = /^ */.exec(lines[at]!)![0]
  const now = lefthookItem(event).map(line => `${indent}${line}`)
  return [...lines.slice(0, at), ...now, ...lines.slice(at + item!.length)]
}

function countOf(lines: readonly string[], event: HookEvent): number {
  const [first] = lefthookKeys(event)
  return lines.filter(line => line.trim() === first).length
}

function inOvercommit(lines: readonly string[], event: HookEvent): readonly string[] | undefined {
  const name = overcommitName(event)
  if (lines.some(line => line.startsWith(name))) return addedUnder(lines, [name], overcommitItem(event), /^[^-]/)
  // Of an empty or a plain block file the end is a good place.
  if (lines.some(line => /^(\{|---|\.\.\.)/.test(line) && line !== lines[0])) return undefined
  const end = lines.findLastIndex(line => line.trim() !== '') + 1
  if (end === 0) return undefined
  return [...lines.slice(0, end), '', ...overcommitHook(event).split('\n'), ...lines.slice(end)]
}

/** The lines with `added` as first thing under the keys of `path`, each a plain key with a block below it; undefined when it is written otherwise. */
function addedUnder(
  lines: readonly string[],
  path: readonly string[],
  added: readonly string[],
  fits: RegExp,
): readonly string[] | undefined {
  let [from, to] = [0, lines.length]
  let indent = ''
  for (const key of path) {
    const at = lines.findIndex(
      (line, index) => index >= from && index < to && new RegExp(`^${indent}${key}:\\s*(#.*)?$`).test(line),
    )
    if (at === -1) return undefined
    const first = nextFilled(lines, at + 1, to)
    const below = /^ */.exec(lines[first] ?? '')![0]
    // A list may stand as deep as its key.
    if (below.length < indent.length + (fits.source === '^- ' && key === path.at(-1) ? 0 : 1)) return undefined
    const end = lines.findIndex((line, index) => index > at && index >= first && isOutside(line, indent, below))
    from = at + 1
    to = end === -1 || end > to ? to : end
    indent = below
  }
  const first = nextFilled(lines, from, to)
  if (!fits.test((lines[first] ?? '').trim())) return undefined
  return [...lines.slice(0, first), ...added.map(line => `${indent}${line}`), ...lines.slice(first)]
}

function isOutside(line: string, indent: string, below: string): boolean {
  if (/^\s*(#.*)?$/.test(line)) return false
  const depth = /^ */.exec(line)![0].length
  return depth < below.length || (depth === indent.length && !/^ *- /.test(line))
}

function nextFilled(lines: readonly string[], from: number, to: number): number {
  const at = lines.findIndex((line, index) => index >= from && index < to && !/^\s*(#.*)?$/.test(line))
  return at === -1 ? to : at
}

function inJson(text: string, events: readonly HookEvent[]): string | undefined {
  return changedJson(text, held => {
    for (const event of events) {
      const own = held[event]
      if (own !== undefined && typeof own !== 'string') return false
      held[event] = `${callOf(event)} "$@"${own === undefined ? '' : ` && ${own}`}`
    }
    return true
  })
}

/** The text with its hooks changed, indented as it was; undefined when it is no such config or `change` says no. */
function changedJson(text: string, change: (held: Record<string, unknown>) => boolean): string | undefined {
  const value = parsed(text)
  const indent = /^[\t ]+(?=")/m.exec(text)?.[0] ?? '  '
  const end = text.endsWith('\n') ? '\n' : ''
  // Whoever writes it another way keeps it that way.
  if (!isObject(value) || JSON.stringify(value, null, indent) + end !== text) return undefined
  const held = isObject(value['simple-git-hooks']) ? value['simple-git-hooks'] : value
  if (!change(held)) return undefined
  return JSON.stringify(value, null, indent) + end
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
