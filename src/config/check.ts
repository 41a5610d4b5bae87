import { basename } from 'node:path'
import type { Gate } from '../core/gate.ts'
import type { FoundConfig } from '../core/world.ts'
import { configJsonSchema, type JsonSchema } from './keys.ts'
import { type Checked, type ConfigProblem, problemsOf } from './problem.ts'
import { allGates, type Config, configSchema, gatesOfPackages, toConfig } from './schema.ts'

export type CheckedConfig = { readonly config: Config } | { readonly problems: readonly ConfigProblem[] }

/** Anything -> a config, or every problem at once. Pure; never throws. Nothing found means all defaults. */
export function checkConfig(found: FoundConfig | undefined, gates: readonly Gate[] = allGates): CheckedConfig {
  const given = found ?? { path: '.shiprc', value: {}, format: 'yaml', locate: () => undefined }
  let json: JsonSchema | undefined
  const checked: Checked = {
    found: given,
    file: basename(given.path),
    schema: () => {
      json ??= configJsonSchema(gates)
      return json
    },
  }
  const parsed = schemaOf(gates).safeParse(given.value)
  const problems = [
    ...(parsed.success ? [] : problemsOf(parsed.error.issues, checked)),
    ...ownInData(given, checked),
    ...clashes(given.value, gates, checked),
  ]
  const switchedOn = withDefaults(asMap(given.value).gates, ['gates'], gates, checked)
  const inPackages = packagesGiven(given.value).map((one, at) =>
    withDefaults(asMap(one).gates, ['packages', at, 'gates'], gatesOfPackages(gates), checked),
  )
  problems.push(...[switchedOn, ...inPackages].flatMap(one => one.problems))
  if (!parsed.success || problems.length > 0) return { problems: inOrder(problems) }

  const config = toConfig(parsed.data)
  const entries = config.packages.entries.map((entry, at) => ({
    ...entry,
    gates: { ...entry.gates, ...inPackages[at]?.options },
  }))
  return {
    config: {
      ...config,
      gates: { ...config.gates, ...switchedOn.options },
      packages: { ...config.packages, entries },
    },
  }
}

function packagesGiven(value: unknown): readonly unknown[] {
  const { packages } = asMap(value)
  return Array.isArray(packages) ? packages : []
}

const schemas = new WeakMap<readonly Gate[], ReturnType<typeof configSchema>>()

function schemaOf(gates: readonly Gate[]): ReturnType<typeof configSchema> {
  const known = schemas.get(gates) ?? configSchema(gates)
  schemas.set(gates, known)
  return known
}

/** `true` means a gate's defaults; a gate that cannot do without options says which. */
function withDefaults(
  value: unknown,
  keys: readonly (string | number)[],
  gates: readonly Gate[],
  checked: Checked,
): { options: Record<string, unknown>; problems: ConfigProblem[] } {
  const given = asMap(value)
  const options: Record<string, unknown> = {}
  const problems: ConfigProblem[] = []
  for (const gate of gates) {
    if (!Object.hasOwn(given, gate.id) || given[gate.id] !== true || gate.id === 'command') continue
    const parsed = gate.options.safeParse({})
    if (parsed.success) options[gate.id] = parsed.data
    else problems.push(...problemsOf(parsed.error.issues, checked, [...keys, gate.id]))
  }
  return { options, problems }
}

function ownInData(found: FoundConfig, checked: Checked): ConfigProblem[] {
  if (found.format === 'code' || !Object.hasOwn(asMap(found.value), 'own')) return []
  const place = found.locate(['own'])
  return [
    {
      file: checked.file,
      ...place,
      keys: ['own'],
      expected: 'a JavaScript config for gates of your own',
      found: `\`own\` in ${checked.file}`,
      instead: 'Move the config to ship.config.js, or use gates.command for a gate that runs a command.',
    },
  ]
}

/** Verdicts are kept by name, so two gates may not share one. */
function clashes(value: unknown, gates: readonly Gate[], checked: Checked): ConfigProblem[] {
  const { own } = asMap(value)
  if (!Array.isArray(own)) return []
  const taken = new Set([...gates.map(gate => gate.id), ...Object.keys(asMap(asMap(asMap(value).gates).command))])
  return own.flatMap((gate: unknown, at): ConfigProblem[] => {
    const { id } = asMap(gate)
    if (typeof id !== 'string') return []
    if (!taken.has(id)) {
      taken.add(id)
      return []
    }
    const keys = ['own', at, 'id']
    return [
      {
        file: checked.file,
        ...checked.found.locate(keys),
        keys,
        expected: 'an id of its own',
        found: `${JSON.stringify(id)}, which another gate has`,
        instead: `Give this gate another id.`,
      },
    ]
  })
}

function asMap(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}
