import { counted } from '../core/amount.ts'
import { duration } from '../core/duration.ts'
import type { Entry } from '../core/log.ts'
import { printable } from '../core/printable.ts'
import { nameOf } from '../core/remote.ts'
import { pad, width } from '../core/width.ts'
import type { PushAround } from '../push/audit.ts'
import type { BranchStanding, Foreseen } from '../push/foresight.ts'

export interface FlakyTest {
  readonly test: string
  /** How often it was found to pass and fail on the same commit. */
  readonly times: number
  /** ISO 8601. */
  readonly last: string
}

/** What `status` shows, and prints with --json. Lists are newest first. */
export interface Status {
  /** Absent before the first commit. */
  readonly head?: { readonly commit: string; readonly branch?: string }
  readonly branches: readonly BranchStanding[]
  /** The push that is meant most likely: of HEAD, to its own branch when that is protected, else to the branch of all work. */
  readonly push?: {
    readonly remote: string
    readonly ref: string
    readonly isProtected: boolean
    readonly nothingNew: boolean
    readonly gates: readonly Foreseen[]
    readonly problem?: string
  }
  readonly bypasses: readonly Entry<'bypasses'>[]
  readonly around: readonly PushAround[]
  /** Remotes, or their branches, of which nothing can be told. */
  readonly blind: readonly string[]
  readonly flakes: readonly FlakyTest[]
}

const shownOfPast = 5

/** The same as lines for people. */
export function statusText(status: Status): string {
  const parts = [headLines(status), pushLines(status), bypassLines(status), aroundLines(status), flakeLines(status)]
  return parts
    .filter(lines => lines.length > 0)
    .map(lines => lines.map(line => printable(line)).join('\n'))
    .join('\n\n')
}

function headLines({ head, branches, push }: Status): string[] {
  if (head === undefined) return ['There is no commit yet.']
  const where = `On ${head.branch ?? 'no branch'} at ${head.commit.slice(0, 7)}`
  if (branches.length === 0) return [`${where}; no branch of ${push?.remote ?? 'a remote'} is known that counts here.`]
  const columns = Math.max(...branches.map(({ name }) => width(name)))
  return [
    `${where}. HEAD beside ${push!.remote}, as last fetched:`,
    ...branches.map(one => `  ${pad(one.name, columns)}  ${standing(one)}${one.isProtected ? '' : ' (not protected)'}`),
  ]
}

function standing({ ahead, behind }: BranchStanding): string {
  if (ahead === 0 && behind === 0) return 'level'
  const parts = [
    ...(ahead > 0 ? [`${counted(ahead, 'commit')} ahead`] : []),
    ...(behind > 0 ? [`${behind} behind`] : []),
  ]
  return parts.join(', ')
}

function pushLines({ push }: Status): string[] {
  if (push === undefined) return []
  const name = nameOf({ remote: { name: push.remote, url: '' }, ref: push.ref })
  if (push.problem !== undefined) return [`A push to ${name} would be refused: ${push.problem}`]
  if (push.nothingNew) return [`Nothing to push to ${name}.`]
  if (!push.isProtected) return [`${name} is not protected: a push to it asks no gate.`]
  const columns = Math.max(0, ...push.gates.map(({ gate }) => width(gate)))
  const asked = push.gates.filter(({ state }) => state !== 'not-asked')
  const waiting = push.gates.filter(({ state }) => state === 'runs')
  const last =
    waiting.length === 0
      ? 'It would be let through at once.'
      : `Ask them before the connection opens: npx ship-guard check --for ${push.ref.replace(/^refs\/heads\//, '')}`
  return [
    `A push to ${name} would ask ${counted(asked.length, 'gate')}:`,
    ...push.gates.map(one => `  ${pad(one.gate, columns)}  ${foreseen(one)}`),
    last,
  ]
}

function foreseen({ state, because, usualMs }: Foreseen): string {
  if (state === 'kept') return 'passed, kept'
  if (state === 'not-asked') return `not asked: ${because}`
  return usualMs === undefined ? 'runs' : `runs, usually ${duration(usualMs)}`
}

function bypassLines({ bypasses }: Status): string[] {
  return past('Bypassed, with a reason', bypasses, one => {
    const gates = one.gates.includes('*') ? 'all gates' : one.gates.join(', ')
    return `${pushed(one)}  ${gates}, by ${one.by}: ${one.reason}`
  })
}

function aroundLines({ around, blind }: Status): string[] {
  const lines = past('Pushed around the guard', around, one => {
    const said = one.said === undefined ? 'it was not asked' : `it had said ${one.said}`
    return `${pushed(one)}  ${said}`
  })
  return blind.length === 0 ? lines : [...lines, `Nothing can be told of pushes to ${blind.join(', ')}.`]
}

function flakeLines({ flakes }: Status): string[] {
  return past('Flaky tests', flakes, one => `${day(one.last)}  ${one.test}  ${counted(one.times, 'time')}`)
}

interface Pushed {
  readonly at: string
  readonly remote: string
  readonly ref: string
  readonly commit?: string
}

function pushed({ at, remote, ref, commit = '' }: Pushed): string {
  return `${day(at)}  ${nameOf({ remote: { name: remote, url: '' }, ref })} ${commit.slice(0, 7)}`.trimEnd()
}

function day(at: string): string {
  return at.slice(0, 16).replace('T', ' ')
}

function past<One>(title: string, all: readonly One[], line: (one: One) => string): string[] {
  if (all.length === 0) return []
  const more = all.length - shownOfPast
  const rest = more > 0 ? [`  … and ${more} more: npx ship-guard status --json`] : []
  return [`${title}:`, ...all.slice(0, shownOfPast).map(one => `  ${line(one)}`), ...rest]
}
