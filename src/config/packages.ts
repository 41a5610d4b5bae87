import type { Gate, GateUse } from '../core/gate.ts'
import type { PackageFacts, PackageRule, PackageRules } from '../core/package.ts'
import { allGates, type Config } from './schema.ts'
import { gatesChosen } from './uses.ts'

type Asked = Pick<Config, 'packages' | 'gates' | 'environments'>

/** What a config asks of the packages of a commit. */
export function packageRules(config: Asked, gates: readonly Gate[] = allGates): PackageRules {
  const { entries, bare, sharedFiles } = config.packages
  const rules = entries.map((entry, at): PackageRule => {
    const chosen = bare ? testsAlone(config, gates) : gatesChosen(entry.gates, gates, config.environments)
    return {
      folders: entry.path,
      name: entry.name,
      dependsOn: entry.dependsOn,
      written: bare ? 'packages' : `packages[${at + 1}]`,
      gates: facts => withTests(chosen, facts, entry.path === 'auto'),
    }
  })
  return { rules, sharedFiles }
}

/** With the word `auto` alone: the tests of each package, unless the whole repository has its own. */
function testsAlone({ gates: chosen }: Asked, gates: readonly Gate[]): ReadonlyMap<string, GateUse> {
  const gate = gates.find(one => one.id === 'tests')
  if (gate === undefined || Object.hasOwn(chosen, 'tests')) return new Map()
  return new Map([['tests', { id: 'tests', gate, options: gate.options.parse({}) }]])
}

/** Where the config does not say how tests are run, the package's own manifest does; one found by itself that says nothing has none. */
function withTests(
  chosen: ReadonlyMap<string, GateUse | false>,
  { tests }: PackageFacts,
  isFound: boolean,
): ReadonlyMap<string, GateUse | false> {
  const use = chosen.get('tests')
  if (use === undefined || use === false || !isUnsaid(use.options)) return chosen
  const uses = new Map(chosen)
  if (tests !== undefined) uses.set('tests', { ...use, options: { ...use.options, run: tests } })
  else if (isFound) uses.delete('tests')
  return uses
}

function isUnsaid(options: unknown): options is { readonly run: readonly [] } {
  return (
    typeof options === 'object' &&
    options !== null &&
    'run' in options &&
    Array.isArray(options.run) &&
    options.run.length === 0
  )
}
