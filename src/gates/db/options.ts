import { z } from '../../core/schema.ts'
import type { LintInput } from '../../db/lint.ts'
import type { Flavour, RuleSettings } from '../../db/rule.ts'
import { tools } from '../../db/tools/registry.generated.ts'

const names = z.array(z.string().min(1)).min(1)
const level = z.enum(['off', 'info', 'warning', 'error'])

const pattern = z
  .string()
  .min(1)
  .refine(text => isPattern(text), 'a regular expression, such as ^[a-z_]+$')
  .optional()
  .meta({ examples: ['^[a-z_]+$'] })

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp
  } catch {
    return false
  }
}

const naming = z.strictObject({
  schema: pattern,
  table: pattern,
  column: pattern,
  index: pattern,
  'foreign-key': pattern,
  check: pattern,
})

const owner = z.strictObject({
  tables: z.string().min(1).describe('Names of tables, as a glob.'),
  allow: names.optional().describe('Names or mail addresses of commit authors who may change them; nobody else may.'),
  deny: names.optional().describe('Names or mail addresses of commit authors who may not.'),
})

export const options = z
  .strictObject({
    migrations: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .meta({
        description:
          'Globs of the migrations. Absent: where each tool keeps its own. What only runs on the way down is left out by itself.',
        examples: [['db/changes/*.sql']],
      }),
    tool: z
      .enum(['auto', ...tools.map(tool => tool.id)])
      .default('auto')
      .describe('The migration tool. `auto` looks at what the repository holds.'),
    dialect: z
      .enum(['auto', 'postgres', 'mysql', 'mariadb', 'sqlite'])
      .default('auto')
      .describe('The database that runs them. `auto` looks at what the repository says about its database.'),
    version: z
      .string()
      .regex(/^\d+(\.\d+)*$/, 'a version in quotes, such as "15" or "10.11"')
      .optional()
      .meta({
        description: 'Version of that database; what it can do without a lock depends on it.',
        examples: ['15'],
      }),
    rules: z
      .record(z.string().min(1), level)
      .prefault({})
      .meta({
        description:
          'How much single rules count, by id, code, squawk’s name or Atlas’s analyzer: `off`, `info`, `warning`, `error`.',
        examples: [{ 'create-index-without-concurrently': 'error', PG305: 'off' }],
      }),
    style: z
      .boolean()
      .default(false)
      .describe('Whether rules of style are asked too: types, names, robust statements.'),
    naming: naming.prefault({}).meta({
      description: 'Regular expressions that new names must match.',
      examples: [{ table: '^[a-z_]+$' }],
    }),
    owners: z
      .array(owner)
      .prefault([])
      .meta({
        description: 'Who may change which tables.',
        examples: [[{ tables: 'billing_*', allow: ['ann@example.com'] }]],
      }),
    replay: z
      .enum(['auto', 'required', 'off'])
      .default('auto')
      .describe(
        'Whether new migrations are run on a scratch database of our own, to see what they really do: `auto` where SQL migrations and an engine for them are at hand, `required` always (also through the tool’s own commands), `off` never.',
      ),
    scratch: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, 'the NAME of an environment variable, never a URL')
      .default('SHIP_GUARD_SCRATCH_URL')
      .describe(
        'The environment variable that holds the URL of an empty database for this; absent: an engine is looked for.',
      ),
    engine: z
      .enum(['own', 'atlas'])
      .default('own')
      .describe(
        '`atlas` asks your own Atlas as well, when it is installed and logged in, and joins its findings with ours.',
      ),
    status: z
      .array(z.string().min(1))
      .prefault([])
      .meta({
        description:
          'Environments whose database must have run what the remote branch has, and nothing else, before a push.',
        examples: [['staging']],
      }),
  })
  .prefault({})

export type Options = z.output<typeof options>

/** The options that judge single statements, as `lint` takes them. */
export function lintSettings(
  { version, rules, style, naming, owners }: Options,
  flavour: Flavour | undefined,
): Partial<LintInput> {
  const patterns = Object.fromEntries(Object.entries(naming).filter(([, value]) => value !== undefined))
  return {
    ...(flavour === undefined ? {} : { flavour }),
    ...(version === undefined ? {} : { version: version.split('.').map(Number) }),
    levels: rules,
    profiles: style ? ['style'] : [],
    settings: { naming: patterns, owners: owners.map(ownerOf) },
  }
}

function ownerOf({ tables, allow, deny }: Options['owners'][number]): RuleSettings['owners'][number] {
  return { tables, ...(allow === undefined ? {} : { allow }), ...(deny === undefined ? {} : { deny }) }
}
