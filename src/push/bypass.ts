import { userInfo } from 'node:os'
import type { Finding } from '../core/finding.ts'
import type { GateUse } from '../core/gate.ts'
import { writeDown } from '../core/log.ts'
import { nearest } from '../core/nearest.ts'
import { printable } from '../core/printable.ts'
import { type Push, shortRef } from '../core/push.ts'
import { type Decision, resultOf, type Verdict } from '../core/verdict.ts'
import type { Git, World } from '../core/world.ts'

/** What the person who pushes asked to be switched off for this one push. */
export interface Bypass {
  /** Names as they were typed; `all` for every gate. */
  readonly gates: 'all' | readonly string[]
  /** Absent when none was given, or only blanks. */
  readonly reason?: string
}

const longestReason = 500

/**
 * Reads `SHIP_GUARD_SKIP` (gates, separated by commas; `all` or `*` for all of them), `SHIP_GUARD=0` (all) and `SHIP_GUARD_REASON`; undefined
 * when nothing is to be switched off.
 */
export function bypassAsked(env: World['env']): Bypass | undefined {
  const names = (env.SHIP_GUARD_SKIP ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
  const isAll = env.SHIP_GUARD?.trim() === '0' || names.some(name => name === '*' || name.toLowerCase() === 'all')
  if (!isAll && names.length === 0) return undefined
  const reason = (env.SHIP_GUARD_REASON ?? '').trim().slice(0, longestReason)
  // What has neither a letter nor a digit says nothing.
  return { gates: isAll ? 'all' : names, ...(/[\p{L}\p{N}]/u.test(reason) ? { reason: printable(reason) } : {}) }
}

/** The gates that are asked, and what stands in the place of those that were switched off. */
export interface Bypassed {
  readonly uses: readonly GateUse[]
  readonly skipped: readonly Verdict[]
  /** Why nothing is switched off although it was asked for. */
  readonly finding?: Finding
}

/** @param known every gate that judges some ref of this push: a name that is none of them is a mistake. */
export function bypassed(
  bypass: Bypass | undefined,
  push: Pick<Push, 'commit'>,
  uses: readonly GateUse[],
  known: readonly GateUse[] = uses,
): Bypassed {
  if (bypass === undefined) return { uses, skipped: [] }
  const { gates, reason } = bypass
  const unknown = gates === 'all' ? [] : gates.filter(name => !known.some(use => isMeant(use, name)))
  if (unknown.length > 0) return { uses, skipped: [], finding: unknownGates(unknown, known) }
  if (reason === undefined) return { uses, skipped: [], finding: withoutReason(gates) }
  const skip = (use: GateUse) => gates === 'all' || gates.some(name => isMeant(use, name))
  return {
    uses: uses.filter(use => !skip(use)),
    skipped: uses.filter(skip).map(use => ({
      gate: use.id,
      title: use.gate.title,
      commit: push.commit,
      digest: '',
      tookMs: 0,
      stored: false,
      outcome: 'skipped',
      because: reason,
      bypassed: true,
    })),
  }
}

// A gate of several packages is named once for all of them. Commands are only known by the names that the config gives them.
function isMeant(use: GateUse, name: string): boolean {
  return use.id === name || (use.gate.id === name && name !== 'command')
}

/**
 * Writes down that a push went through with gates switched off. What the record is missing for is refused: the finding says so.
 * Nothing is written for a push that is kept back anyway.
 */
export async function recordBypass(
  decision: Decision,
  { git, world }: { readonly git: Git; readonly world: Pick<World, 'files' | 'now' | 'signal'> },
): Promise<Finding | undefined> {
  const skipped = decision.verdicts.filter(verdict => verdict.outcome === 'skipped' && verdict.bypassed === true)
  const [first] = skipped
  if (first?.outcome !== 'skipped' || resultOf(decision) !== 'passed' || world.signal.aborted) return undefined
  const { remote, ref, commit } = decision.push
  const gates = skipped.length === decision.verdicts.length ? ['*'] : skipped.map(verdict => verdict.gate)
  const entry = { remote: remote.name, ref, commit, gates, reason: first.because, by: await whoPushes(git) }
  try {
    await writeDown(world.files, git.commonDir, 'bypasses', entry, world.now())
    return undefined
  } catch (error) {
    return notRecorded(ref, error)
  }
}

// git-var(1): who would be the committer, then the time, which the record has already.
async function whoPushes(git: Pick<Git, 'answer'>): Promise<string> {
  const ident = await git.answer(['var', 'GIT_COMMITTER_IDENT'])
  return printable(ident?.replace(/ \d+ [-+]\d+$/, '') ?? userInfo().username)
}

function unknownGates(names: readonly string[], known: readonly GateUse[]): Finding {
  const ids = [...new Set(known.map(use => use.id))]
  const [first = ''] = names
  const meant = nearest(first, ids)
  return {
    rule: 'bypass-unknown-gate',
    severity: 'error',
    what: `SHIP_GUARD_SKIP names ${names.map(name => `"${name}"`).join(', ')}, which is no gate of this push.`,
    why: 'Whoever misspells a gate would believe it switched off, or switch off another one next time.',
    instead: `${meant === undefined ? '' : `Did you mean ${meant}? `}Gates: ${ids.join(', ') || 'none'} (all means every one).`,
  }
}

function withoutReason(gates: Bypass['gates']): Finding {
  const names = gates === 'all' ? 'all' : gates.join(',')
  return {
    rule: 'bypass-without-reason',
    severity: 'error',
    what: `SHIP_GUARD_SKIP=${names} gives no reason.`,
    why: 'Who finds the broken branch tomorrow has to know why nobody looked. The reason is kept in this clone and shown by status.',
    instead: `Say it in a few words: SHIP_GUARD_SKIP=${names} SHIP_GUARD_REASON="why it cannot wait" git push`,
  }
}

function notRecorded(ref: string, error: unknown): Finding {
  return {
    rule: 'bypass-not-recorded',
    severity: 'error',
    what: `That gates were switched off for ${shortRef(ref)} could not be written down: ${error instanceof Error ? error.message : String(error)}`,
    why: 'A bypass without a record is one that nobody finds again.',
    instead:
      'Make the folder ship-guard/log in the git dir writable (git rev-parse --git-common-dir says where), and push again.',
  }
}
