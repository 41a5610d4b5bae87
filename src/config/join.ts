import type { Finding } from '../core/finding.ts'
import type { Gate, GateUse } from '../core/gate.ts'
import type { Protection } from '../core/protection.ts'
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

  const protections = remote.protect.filter(kept => !pushed.protect.some(other => covers(other, kept)))
  for (const kept of protections) findings.push(stays(`the protection of ${nameOf(kept)}`))

  const tags = remote.tags.filter(tag => !pushed.tags.includes(tag))
  for (const tag of tags) findings.push(stays(`the protection of the tags ${tag}`))

  const now = kindsOf(pushed, gates)
  const kept: Kept = { gates: {}, commands: {}, own: [] }
  for (const [key, { kind, use }] of kindsOf(remote, gates)) {
    const still = now.get(key)
    if (still === undefined) {
      findings.push(stays(`the gate ${use.id}`))
      keep(kept, kind, use, [...now.values()].some(other => other.use.id === use.id) ? `${use.id}-before` : use.id)
    } else if (!same(still.use, use)) findings.push(changed(use.id))
  }
  return {
    findings,
    config: {
      ...pushed,
      protect: [...pushed.protect, ...protections],
      tags: [...pushed.tags, ...tags],
      gates: { ...pushed.gates, ...kept.gates },
      commands: { ...pushed.commands, ...kept.commands },
      own: [...pushed.own, ...kept.own],
    },
  }
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

/** Whether every pattern of `old` is still there for at least the same remotes, with the same exceptions. */
function covers(now: Protection, old: Protection): boolean {
  const everyRemote =
    now.remotes === undefined || (old.remotes?.every(remote => now.remotes!.includes(remote)) ?? false)
  const exceptions = now.refs.filter(ref => ref.startsWith('!'))
  return everyRemote && old.refs.every(ref => now.refs.includes(ref)) && exceptions.every(ref => old.refs.includes(ref))
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
