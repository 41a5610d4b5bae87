import type { Gate, GateUse } from '../core/gate.ts'
import type { PackageFacts, PackageRule, PackageRules } from '../core/package.ts'
import { allGates, type Config } from './schema.ts'
import { changelogIn, gatesChosen } from './uses.ts'

type Asked = Pick<Config, 'packages' | 'gates' | 'environments'>

/** What a config asks of the packages of a commit. */
export function packageRules(config: Asked, gates: readonly Gate[] = allGates): PackageRules {
  const { entries, bare, sharedFiles } = config.packages
  const rules = entries.map((entry, at): PackageRule => {
    const chosen = gatesChosen(entry.gates, gates, config.environments)
    return {
      folders: entry.path,
      name: entry.name,
      dependsOn: entry.dependsOn,
      written: bare ? 'packages' : `packages[${at + 1}]`,
      gates: facts => (bare ? gatesByItself(facts, config, gates) : chosen),
    }
  })
  return { rules, sharedFiles }
}

/** With `packages: auto` alone: a changelog where there is one, and the tests where the manifest says how they are run and the config does not. */
function gatesByItself(facts: PackageFacts, config: Asked, gates: readonly Gate[]): ReadonlyMap<string, GateUse> {
  const uses = new Map<string, GateUse>()
  const add = (id: string, options: unknown) => {
    const gate = gates.find(one => one.id === id)
    const isOff = Object.hasOwn(config.gates, id) && config.gates[id] === false
    if (gate !== undefined && !isOff) uses.set(id, { id, gate, options: gate.options.parse(options) })
  }
  if (facts.files.some(name => changelogIn(name))) add('changelog', {})
  if (facts.tests !== undefined && !Object.hasOwn(config.gates, 'tests')) add('tests', { run: facts.tests })
  return uses
}
