import type { Finding } from '../core/finding.ts'
import type { Gate } from '../core/gate.ts'
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

  const still = new Map(gateUses(pushed, gates).map(use => [use.id, use]))
  const kept = gateUses(remote, gates).filter(use => !still.has(use.id))
  for (const use of kept) findings.push(stays(`the gate ${use.id}`))
  for (const use of gateUses(remote, gates)) {
    const now = still.get(use.id)
    if (now !== undefined && !same(use.options, now.options)) findings.push(changed(use.id))
  }

  const isOwn = (id: string) => remote.own.some(gate => gate.id === id)
  const isCommand = (id: string) => Object.hasOwn(remote.commands, id)
  const byId = kept.filter(use => !isOwn(use.id) && !isCommand(use.id)).map(use => [use.id, use.options] as const)
  const commands = kept.filter(use => isCommand(use.id)).map(use => [use.id, use.options] as const)
  return {
    findings,
    config: {
      ...pushed,
      protect: [...pushed.protect, ...protections],
      tags: [...pushed.tags, ...tags],
      gates: { ...pushed.gates, ...Object.fromEntries(byId) },
      commands: { ...pushed.commands, ...Object.fromEntries(commands) },
      own: [...pushed.own, ...remote.own.filter(gate => kept.some(use => use.id === gate.id))],
    },
  }
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
    severity: 'info',
    what: `This push changes the options of the gate ${id}.`,
    why: 'It is judged by the new options already.',
    instead: 'Look at them once more in the diff of the config.',
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
