import type { Environments } from '../core/environment.ts'
import { Skipped } from '../core/errors.ts'
import type { Gate, GateUse } from '../core/gate.ts'
import { allGates, type Config } from './schema.ts'

/** Gates that judge without being named in the config. Tests are missing here: nobody but the user knows how they are run. */
const onByDefault = new Set(['db', 'changelog', 'secrets'])
/** And these where tests are asked, here or in a package. */
const onWithTests = new Set(['muted-tests'])

/** Every gate that a push must pass by this config, in a settled order: ours, the user's commands, the user's own. */
export function gateUses(config: Config, gates: readonly Gate[] = allGates): GateUse[] {
  const uses: GateUse[] = []
  for (const gate of gates) {
    if (gate.id === 'command') {
      for (const [name, options] of Object.entries(config.commands)) uses.push({ id: name, gate, options })
      continue
    }
    const chosen = Object.hasOwn(config.gates, gate.id) ? config.gates[gate.id] : undefined
    if (chosen === false) continue
    if (chosen !== undefined) uses.push({ id: gate.id, gate, options: chosen })
    else if (onByDefault.has(gate.id) || (onWithTests.has(gate.id) && asksTests(config)))
      uses.push({ id: gate.id, gate: unnamed(gate), options: gate.options.parse({}) })
  }
  for (const gate of config.own) uses.push({ id: gate.id, gate, options: gate.options.parse({}) })
  const { environments } = config
  return Object.keys(environments).length === 0 ? uses : uses.map(use => ({ ...use, environments }))
}

function asksTests({ gates, packages }: Config): boolean {
  const named = Object.hasOwn(gates, 'tests')
  return named ? gates.tests !== false : packages.entries.length > 0
}

/** A project that keeps no changelog, say, and asked for nothing is not held up for one. */
function unnamed(gate: Gate): Gate {
  if (gate.unlessNamed === undefined) return gate
  return {
    ...gate,
    async check(context) {
      const because = await gate.unlessNamed!(context)
      if (because !== undefined) throw new Skipped(because)
      return gate.check(context)
    },
  }
}

/** The gates that a part of a config names, by id; `false` for what it switches off. */
export function gatesChosen(
  chosen: Readonly<Record<string, unknown>>,
  gates: readonly Gate[],
  environments: Environments,
): ReadonlyMap<string, GateUse | false> {
  const within = Object.keys(environments).length === 0 ? {} : { environments }
  const uses = new Map<string, GateUse | false>()
  for (const gate of gates) {
    const options = Object.hasOwn(chosen, gate.id) ? chosen[gate.id] : undefined
    if (gate.id === 'command')
      for (const [name, own] of Object.entries(options ?? {}))
        uses.set(name, { id: name, gate, options: own, ...within })
    else if (options !== undefined) uses.set(gate.id, options !== false && { id: gate.id, gate, options, ...within })
  }
  return uses
}
