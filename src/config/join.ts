import type { Finding } from '../core/finding.ts'
import type { Gate, GateUse } from '../core/gate.ts'
import { globMatcher } from '../core/glob.ts'
import type { Protection } from '../core/protection.ts'
import type { PackagesConfig } from './package-schema.ts'
import { allGates, type Config } from './schema.ts'
import { gateUses } from './uses.ts'

export interface JoinedConfig {
  readonly config: Config
  readonly findings: readonly Finding[]
}

/**
 * The rules for a push: what the pushed commit asks for, and nothing less than what the remote's branch asks for now, so that a push cannot
 * switch off its own gate. What was taken away stays in force for this push and is said.
 */
export function joinConfigs(
  remote: Config | undefined,
  pushed: Config,
  gates: readonly Gate[] = allGates,
): JoinedConfig {
  if (remote === undefined) return { config: pushed, findings: [] }
  const findings: Finding[] = []

  const protections = remote.protect.flatMap(old => missingFrom(pushed.protect, old))
  for (const kept of protections) findings.push(stays(`the protection of ${nameOf(kept)}`))

  const tags = remote.tags.filter(tag => !pushed.tags.includes(tag))
  for (const tag of tags) findings.push(stays(`the protection of the tags ${tag}`))

  const now = kindsOf(pushed, gates)
  const kept: Kept = { gates: { ...pushed.gates }, commands: { ...pushed.commands }, own: [...pushed.own] }
  for (const [key, { kind, use }] of kindsOf(remote, gates)) {
    const still = now.get(key)
    const isDefault = kind === 'gates' && !Object.hasOwn(remote.gates, use.id)
    if (still === undefined) {
      findings.push(stays(`the gate ${use.id}`))
      // A gate that was on without being named stays on in the same way: as if the push did not speak of it.
      if (isDefault) delete kept.gates[use.id]
      else keep(kept, kind, use, [...now.values()].some(other => other.use.id === use.id) ? `${use.id}-before` : use.id)
    } else if (!isDefault && !same(still.use, use)) findings.push(changed(use.id))
  }
  const protect = [...pushed.protect, ...protections]
  const trust = remote.trust === 'ask' ? 'ask' : pushed.trust
  if (trust !== pushed.trust) findings.push(stays('that commands are accepted first (`trust: ask`)'))
  const packages = packagesKept(remote, pushed.packages, findings)
  return { findings, config: { ...pushed, ...kept, ...packages, protect, trust, tags: [...pushed.tags, ...tags] } }
}

/** Which packages lose a gate only a commit can tell, so that both answers go on from here; which files concern them all is joined now. */
function packagesKept(
  remote: Config,
  now: PackagesConfig,
  findings: Finding[],
): Pick<Config, 'packages' | 'packagesBefore'> {
  const before = remote.packages
  if (before.entries.length === 0) return { packages: now }
  if (JSON.stringify(before.sharedFiles) === JSON.stringify(now.sharedFiles))
    return { packages: now, packagesBefore: remote }
  findings.push(stays('some of `sharedFiles`, which concern every package'))
  const sharedFiles = [...now.sharedFiles, ...before.sharedFiles.filter(glob => !isException(glob))]
  return { packages: { ...now, sharedFiles }, packagesBefore: remote }
}

function same(a: GateUse, b: GateUse): boolean {
  return a.gate.version === b.gate.version && JSON.stringify(a.options) === JSON.stringify(b.options)
}

type Kind = 'gates' | 'commands' | 'own'

interface Kept {
  readonly gates: Record<string, unknown>
  readonly commands: Record<string, unknown>
  readonly own: Gate[]
}

function keep(kept: Kept, kind: Kind, use: GateUse, id: string): void {
  if (kind === 'own') kept.own.push({ ...use.gate, id })
  else kept[kind][id] = use.options
}

// A command may not take the place of a gate in JavaScript by bearing its name.
function kindsOf(config: Config, gates: readonly Gate[]): Map<string, { kind: Kind; use: GateUse }> {
  return new Map(
    gateUses(config, gates).map(use => {
      const kind = config.own.includes(use.gate) ? 'own' : use.gate.id === 'command' ? 'commands' : 'gates'
      return [`${kind} ${use.id}`, { kind, use }]
    }),
  )
}

/** What of an old protection the new ones no longer give; nothing when they give all of it. */
function missingFrom(now: readonly Protection[], old: Protection): Protection[] {
  const [exceptions, refs] = [old.refs.filter(isException), old.refs.filter(ref => !isException(ref))]
  const missing = refs.filter(ref => !now.some(protection => covers(protection, old, ref)))
  return missing.length === 0 ? [] : [{ ...old, refs: [...missing, ...exceptions] }]
}

function covers(now: Protection, old: Protection, ref: string): boolean {
  const everyRemote =
    now.remotes === undefined || (old.remotes?.every(remote => now.remotes!.includes(remote)) ?? false)
  if (!everyRemote) return false
  if (!/[*?[\]{}()!]/.test(ref)) return globMatcher(now.refs)(ref)
  // Whether one glob lies in another is not decided here: only the same one counts, without new exceptions.
  return now.refs.includes(ref) && now.refs.filter(isException).every(exception => old.refs.includes(exception))
}

function isException(ref: string): boolean {
  return ref.startsWith('!')
}

function nameOf(protection: Protection): string {
  const refs = protection.refs.join(', ')
  return protection.remotes === undefined ? refs : `${refs} on ${protection.remotes.join(', ')}`
}

function stays(what: string): Finding {
  return {
    rule: 'config-weakened',
    severity: 'warning',
    what: `This push takes away ${what}.`,
    why: 'A push cannot switch off its own guard: for this push the config that the remote has stays in force.',
    instead: 'If that is wanted, push the change of the config first; it counts from the next push on.',
  }
}

function changed(id: string): Finding {
  return {
    rule: 'config-changed',
    severity: 'warning',
    what: `This push changes the options of the gate ${id}.`,
    why: 'It is judged by the new options already.',
    instead: 'Look at them once more in the diff of the config.',
  }
}
