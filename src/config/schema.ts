// The only source of a config key: types, defaults, checks, schema.json, .shiprc.example and the reference page come from here.
import type { Environments } from '../core/environment.ts'
import type { Gate } from '../core/gate.ts'
import type { Protection } from '../core/protection.ts'
import { duration, z } from '../core/schema.ts'
import { gates as registry } from '../gates/registry.generated.ts'
import { environmentSchema } from './environment.ts'
import { ownGate } from './own.ts'
import { type PackagesConfig, packagesSchema, sharedFilesSchema, toPackages } from './package-schema.ts'

/** A checked config: defaults filled in, durations in milliseconds. */
export interface Config {
  readonly protect: readonly Protection[]
  /** By gate id: checked options, `false` when switched off. A gate that is not named is left to its default (see `gateUses`). */
  readonly gates: Readonly<Record<string, unknown>>
  /** The user's own commands: by the name they chose, the checked options of the `command` gate. */
  readonly commands: Readonly<Record<string, unknown>>
  /** Gates written as JavaScript objects. */
  readonly own: readonly Gate[]
  readonly checkout: {
    readonly mode: 'auto' | 'strict'
    readonly link: readonly string[]
    readonly prepare?: string | undefined
    /** Milliseconds. */
    readonly timeout: number
  }
  readonly tags: readonly string[]
  readonly postMerge: 'fast' | 'warm' | 'off'
  readonly trust: 'ask' | 'always'
  readonly slow: { /** Milliseconds. */ readonly budget: number; readonly onMiss: 'run' | 'require' }
  readonly environments: Environments
  readonly packages: PackagesConfig
  /** The remote's config that this one was joined with, when it speaks of packages: only a commit can tell which of them lose a gate. */
  readonly packagesBefore?: Pick<Config, 'packages' | 'gates' | 'environments'>
}

// A registry lists gates of many option types; here each is asked only for its own.
export const allGates = registry as unknown as readonly Gate[]

export const defaultLinks = [
  'node_modules',
  'vendor',
  'vendor/bundle',
  '.venv',
  'venv',
  '.env',
  '.env.testing',
  '.env.test',
]

// What git allows in a ref name (git-check-ref-format(1)), and the glob signs.
const refGlob = z
  .string()
  .regex(
    /^!?(?!\/)(?!.*(\.\.|\/\/|@\{|\/$))[^\s~^:\\\u0000-\u001f\u007f]+$/,
    'a branch name or glob such as main or release/*',
  )

const folder = z
  .string()
  .regex(/^(?!\/|.*(^|\/)\.\.(\/|$))[^\\\u0000]+$/, 'a path inside the repository, such as node_modules')

const remote = z.string().min(1)

const refs = z.union([refGlob, z.array(refGlob).min(1)])

const protectEntry = z.union([
  refGlob,
  z.strictObject({
    remote: remote.optional().describe('Name or URL of the remote this is about.'),
    remotes: z.array(remote).min(1).optional().describe('The same for several remotes. Without either: every remote.'),
    refs: refs.describe('Branch names or globs; one that begins with refs/ means exactly that ref.'),
  }),
])

const checkout = z.strictObject({
  mode: z
    .enum(['auto', 'strict'])
    .default('auto')
    .describe(
      'Where commands run: `auto` in your work tree when it is clean and holds the pushed commit, else in a kept work tree of that commit; `strict` always in the latter.',
    ),
  link: z
    .array(folder)
    .default(defaultLinks)
    .describe(
      'Untracked folders and files that commands need there; dependency folders are linked while lock files are equal.',
    ),
  prepare: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'The command that installs dependencies there when the lock files differ.',
      examples: ['npm ci'],
    }),
  timeout: duration().prefault('10m').describe('How long `prepare` may take.'),
})

const slow = z.strictObject({
  budget: duration()
    .prefault('60s')
    .describe('How long an SSH connection to the remote may safely wait for the gates, such as 60s or 5m.'),
  onMiss: z
    .enum(['run', 'require'])
    .default('run')
    .describe(
      'When no kept answers are there: `run` asks the gates while the connection waits, `require` keeps the push back at once and names the command that asks them before.',
    ),
})

/** Gates about the repository or its servers as a whole, which no package can ask for itself. */
const wholeRepository = new Set(['drift', 'branch-sync'])

/** Those that a package may ask. */
export function gatesOfPackages(gates: readonly Gate[]): readonly Gate[] {
  return gates.filter(gate => !wholeRepository.has(gate.id))
}

export const commandName = /^[a-z][a-z0-9-]*$/

function gatesSchema(gates: readonly Gate[]) {
  const shape: Record<string, z.ZodType> = {}
  const taken = new Set(gates.map(gate => gate.id))
  for (const gate of gates) {
    if (gate.id === 'command') {
      const name = z
        .string()
        .regex(commandName, 'a name of small letters, digits and hyphens')
        .refine(text => !taken.has(text), 'a name that is not that of a gate')
      shape.command = z
        .record(name, strict(gate.options))
        .prefault({})
        .meta({
          description: `${gate.title}: a name you choose, then what it runs. ${gate.why}`,
          examples: [{ lint: { run: 'npm run lint' } }],
        })
    } else {
      shape[gate.id] = z
        .union([z.boolean(), strict(gate.options)])
        .optional()
        .describe(`${gate.title}. ${gate.why} \`false\` switches it off.`)
    }
  }
  return z.strictObject(shape)
}

// A gate's own default for missing options would count as naming the gate: `tests` would be on in a config that does not speak of it.
function strict(options: z.ZodType): z.ZodType {
  if (options instanceof z.ZodPrefault || options instanceof z.ZodDefault || options instanceof z.ZodOptional)
    return strict(options.unwrap() as z.ZodType)
  return options instanceof z.ZodObject ? options.strict() : options
}

/** The schema of a whole config for these gates. */
export function configSchema(gates: readonly Gate[]) {
  return z
    .strictObject({
      $schema: z.string().optional().describe('Where editors find the schema of this file.'),
      protect: z
        .array(protectEntry)
        .prefault(['develop', 'main'])
        .transform(protections)
        .describe(
          'Branches that a push must pass the gates for, by their name on the remote: names, globs (`release/*`, `!release/old`) or `{ remote, refs }`.',
        ),
      gates: gatesSchema(gates)
        .prefault({})
        .describe('What a push must pass. Each gate takes its options, `true`, or `false` to switch it off.'),
      packages: packagesSchema(gatesSchema(gatesOfPackages(gates))),
      sharedFiles: sharedFilesSchema,
      own: z.array(ownGate).prefault([]).describe('Gates of your own, written in JavaScript.'),
      checkout: checkout.prefault({}).describe('The folder in which commands see exactly the pushed commit.'),
      tags: z
        .array(refGlob)
        .prefault([])
        .meta({ description: 'Tags that must pass the gates as well.', examples: [['v*']] }),
      environments: z
        .record(z.string().regex(commandName, 'a name of small letters, digits and hyphens'), environmentSchema)
        .prefault({})
        .meta({
          description:
            'Where your application runs, by the names you give: what has run on their databases can be asked, and what was changed there be brought back.',
          examples: [{ staging: { ssh: 'deploy@staging.example.com', path: '/srv/shop/current' } }],
        }),
      postMerge: z
        .enum(['fast', 'warm', 'off'])
        .default('fast')
        .describe(
          'After a merge or pull: `fast` says at once what would block a push of it, `warm` also asks the slow gates in the background so that the push finds their answers, `off` says nothing.',
        ),
      trust: z
        .enum(['ask', 'always'])
        .default('always')
        .describe(
          'Commands of this config that you have not accepted on this machine: `always` shows them before they run, `ask` also waits for your yes, and keeps the push back where nobody can be asked.',
        ),
      slow: slow
        .prefault({})
        .describe('What becomes of gates that take longer than a connection to the remote may stay silent.'),
    })
    .describe('The config of ship-guard.')
}

type ProtectEntry = string | { remote?: string | undefined; remotes?: string[] | undefined; refs: string | string[] }

/** Names without a remote belong together, so that `!release/old` takes away from `release/*` before it. */
function protections(entries: readonly ProtectEntry[]): readonly Protection[] {
  const everywhere = entries.filter(entry => typeof entry === 'string')
  const some = entries.flatMap((entry): Protection[] => {
    if (typeof entry === 'string') return []
    const remotes = [...(entry.remote === undefined ? [] : [entry.remote]), ...(entry.remotes ?? [])]
    const wanted = typeof entry.refs === 'string' ? [entry.refs] : entry.refs
    return [remotes.length === 0 ? { refs: wanted } : { remotes, refs: wanted }]
  })
  return everywhere.length === 0 ? some : [{ refs: everywhere }, ...some]
}

/** A checked value in the shape that everyone else reads. */
export function toConfig(parsed: z.output<ReturnType<typeof configSchema>>): Config {
  const { protect, own, checkout, tags, postMerge, trust, slow, gates } = parsed
  const environments = Object.fromEntries(
    Object.entries(parsed.environments).map(([name, one]) => [name, { name, ...one }]),
  )
  const { command, ...byId } = gates as Record<string, unknown>
  const chosen = Object.fromEntries(Object.entries(byId).filter(([, value]) => value !== undefined))
  const commands = (command as Record<string, unknown> | undefined) ?? {}
  const packages = toPackages(parsed.packages, parsed.sharedFiles)
  return { protect, own, checkout, tags, postMerge, trust, slow, gates: chosen, commands, environments, packages }
}

/** What is in force where there is no config file. */
export const defaultConfig: Config = toConfig(configSchema([]).parse({}))
