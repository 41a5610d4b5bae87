// Comments in a migration that speak to us, to Atlas or to squawk, and what they stand above.
import type { Script, Span, Step, Value } from './code/script.ts'
import type { Dialect } from './dialect.ts'
import { Places } from './place.ts'
import { split } from './split.ts'
import type { Running } from './tool.ts'

export interface Allowance {
  readonly by: 'ship-guard' | 'atlas' | 'squawk'
  /** Names of rules as written; empty for a bare `atlas:nolint` or `squawk-ignore`, which means all that this tool has. */
  readonly names: readonly string[]
  readonly reason: string
  readonly line: number
  readonly column: number
  /** Whether it stands above the statement at this offset. `file`: it speaks for all of them; undefined: it stands above none. */
  readonly covers: ((offset: number) => boolean) | 'file' | undefined
}

export interface Directives {
  readonly allowances: readonly Allowance[]
  /** What the file itself says about how it is run. */
  readonly transaction?: Running['transaction']
}

const marks = /ship-guard:allow|atlas:|squawk-/

export function directivesIn(text: string, dialect: Dialect): Directives {
  if (!marks.test(text)) return { allowances: [] }
  const places = new Places(text)
  const pieces = split(text, dialect.splitting)
  const header = headerOf(text, pieces[0]?.comments ?? [])
  const allowances = pieces.flatMap(({ from, to, comments }) => {
    const above = directlyAbove(
      from,
      comments.filter(comment => comment.start < from),
      places,
    )
    return comments.flatMap((comment): Allowance[] => {
      const said = read(text.slice(comment.start, comment.end))
      if (said === undefined) return []
      const { wholeFile, ...allowance } = said
      const inHeader = comment.end <= header && allowance.by === 'atlas'
      const stands = from < to && comment.start >= above
      const covers =
        wholeFile || inHeader ? 'file' : stands ? (offset: number) => offset >= from && offset < to : undefined
      return [{ ...allowance, ...places.at(comment.start), covers }]
    })
  })
  const transaction = transactionOf(
    pieces.flatMap(({ comments }) => comments),
    text,
    header,
  )
  return transaction === undefined ? { allowances } : { allowances, transaction }
}

/** In code a comment answers for the call below it or on its own line. */
export function directivesInCode({ text, comments, ...script }: Script): Directives {
  if (!marks.test(text)) return { allowances: [] }
  const places = new Places(text)
  const steps = stepsOf(script)
  const commented = new Set(comments.flatMap(({ offset, endOffset }) => linesFrom(offset, endOffset - 1, places)))
  const allowances = comments.flatMap(({ offset, endOffset }): Allowance[] => {
    const said = read(text.slice(offset, endOffset))
    if (said === undefined) return []
    const { wholeFile, ...allowance } = said
    const line = places.line(offset)
    const isTrailing = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() !== ''
    let target = isTrailing ? line : places.line(endOffset - 1) + 1
    while (!isTrailing && commented.has(target)) target++
    const covers = wholeFile ? 'file' : (at: number) => linesOf(at, steps, places, isTrailing).includes(target)
    return [{ ...allowance, ...places.at(offset), covers }]
  })
  return { allowances: [...allowances, ...inSqlStrings(text, comments, places)] }
}

/** SQL in a string of several lines may have comments of its own: they answer for a statement that begins on the next line. */
function inSqlStrings(text: string, comments: readonly Span[], places: Places): Allowance[] {
  const isComment = (at: number) => comments.some(({ offset, endOffset }) => offset <= at && at < endOffset)
  return [...text.matchAll(/^[ \t]*(--[ \t]*(?:ship-guard:allow|atlas:nolint|squawk-ignore(?!-)).*)$/gm)].flatMap(
    found => {
      const at = found.index + found[0].indexOf('--')
      const said = read(found[1]!)
      if (said === undefined || isComment(at)) return []
      const { wholeFile: _, ...allowance } = said
      const place = places.at(at)
      return [{ ...allowance, ...place, covers: (offset: number) => places.line(offset) === place.line + 1 }]
    },
  )
}

/** Lines where what stands at this offset begins: itself, and the innermost call that is a statement of its own. */
function linesOf(offset: number, steps: readonly Span[], places: Places, withEnd: boolean): number[] {
  const around = steps.filter(step => step.offset <= offset && offset < step.endOffset)
  const inner = around.reduce<Span | undefined>(
    (best, one) => (best === undefined || one.offset >= best.offset ? one : best),
    undefined,
  )
  const lines = [places.line(offset)]
  if (inner !== undefined) lines.push(places.line(inner.offset))
  if (inner !== undefined && withEnd) lines.push(places.line(inner.endOffset - 1))
  return lines
}

function linesFrom(offset: number, last: number, places: Places): number[] {
  const [from, to] = [places.line(offset), places.line(Math.max(offset, last))]
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

/** Every call that runs as a statement, and those that stand in a list (Django's operations). */
function stepsOf(script: Pick<Script, 'classes' | 'routines' | 'values' | 'steps'>): Span[] {
  const found: Span[] = []
  const step = ({ call }: Step) => {
    found.push(call)
    value(call)
  }
  const value = (one: Value): void => {
    if (one.is === 'call') {
      if (one.on !== undefined) value(one.on)
      for (const inner of [...one.args, ...one.named.values()]) value(inner)
    } else if (one.is === 'function') one.steps.forEach(step)
    else if (one.is === 'either') one.values.forEach(value)
    else if (one.is === 'map') for (const entry of one.entries) value(entry.value)
    else if (one.is === 'list')
      for (const item of one.items) {
        if (item.is === 'call') found.push(item)
        value(item)
      }
  }
  script.steps.forEach(step)
  for (const routine of script.routines) routine.steps.forEach(step)
  for (const one of script.values.values()) value(one)
  for (const { routines, members, steps } of script.classes) {
    steps.forEach(step)
    for (const routine of routines) routine.steps.forEach(step)
    for (const one of members.values()) value(one)
  }
  return found
}

/** Where the comments at the top of the file end, when an empty line follows: Atlas reads directives for the whole file there. */
function headerOf(text: string, comments: readonly { readonly start: number; readonly end: number }[]): number {
  let end = 0
  for (const comment of comments) {
    const between = text.slice(end, comment.start)
    if (/[^\s\ufeff]/.test(between) || (end > 0 && emptyLine.test(between))) break
    end = comment.end
  }
  const rest = text.slice(end)
  return /^[ \t\r]*\n[ \t\r]*(?:\n|$)|^\s*$/.test(rest) ? end : 0
}

const emptyLine = /\n[ \t\r]*\n/

/** From which offset on the comments touch the statement, line upon line, with no empty line between. */
function directlyAbove(from: number, comments: readonly { start: number; end: number }[], places: Places): number {
  let top = from
  for (const { start, end } of [...comments].reverse()) {
    if (places.line(Math.max(start, end - 1)) < places.line(top) - 1) break
    top = start
  }
  return top
}

type Said = Pick<Allowance, 'by' | 'names' | 'reason'> & { readonly wholeFile: boolean }

function read(comment: string): Said | undefined {
  const body = bodyOf(comment)
  const own = /^ship-guard:allow(?:\s+([^\s,]+(?:\s*,\s*[^\s,]+)*))?([\s\S]*)$/.exec(body)
  if (own !== null) return { by: 'ship-guard', names: listed(own[1] ?? ''), reason: own[2]!.trim(), wholeFile: false }
  const atlas = /^atlas:nolint\b([^\n]*)$/.exec(body)
  if (atlas !== null) return { by: 'atlas', ...withReason(atlas[1]!), wholeFile: false }
  const squawk = /^squawk-ignore(-file)?\b(?!-)([\s\S]*)$/.exec(body)
  return squawk === null ? undefined : { by: 'squawk', ...withReason(squawk[2]!), wholeFile: squawk[1] !== undefined }
}

function bodyOf(comment: string): string {
  return comment.replace(/^(?:--|#|\/\/|\/\*+)\s*|\s*\*\/$/g, '').trim()
}

function withReason(said: string): { names: string[]; reason: string } {
  const [names = '', ...reason] = said.split(/(?:^|\s)--(?=\s|$)/)
  return { names: listed(names), reason: reason.join('--').trim() }
}

function listed(names: string): string[] {
  return names.split(/[\s,]+/).filter(name => name !== '')
}

function transactionOf(
  comments: readonly { readonly start: number; readonly end: number }[],
  text: string,
  header: number,
): Running['transaction'] | undefined {
  for (const { start, end } of comments) {
    const body = bodyOf(text.slice(start, end))
    if (/^squawk-disable-assume-in-transaction\b/.test(body)) return 'none'
    const mode = end <= header ? /^atlas:txmode\s+(\w+)/.exec(body)?.[1] : undefined
    if (mode !== undefined) return mode === 'none' ? 'none' : 'file'
  }
  return undefined
}
