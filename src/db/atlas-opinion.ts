// What the user's own Atlas says of the same migrations, as a second opinion: its findings joined with ours by code and line.
import type { Finding } from '../core/finding.ts'
import { z } from '../core/schema.ts'
import type { Command, CommandResult } from '../core/world.ts'
import { Places } from './place.ts'
import type { Rule } from './rule.ts'

export interface AtlasQuestion {
  /** Absolute: a folder with exactly the migrations, in the checkout of the commit that is judged. */
  readonly folder: string
  /** How many of the last ones are new. */
  readonly latest: number
  /** Absolute: an `atlas.hcl` of ours, `configText`. */
  readonly config: string
  /** Of an empty scratch database of ours. */
  readonly devUrl: string
}

/** Reads the database's address from the environment, so that it stands in no argument (Atlas, "Project Configuration", getenv). */
export const configText = 'env "ship_guard" {\n  dev = getenv("SHIP_GUARD_DEV_URL")\n}\n'

/** `atlas migrate lint` on the last migrations of a folder, answering in JSON. */
export function atlasCommand({ folder, latest, config, devUrl }: AtlasQuestion): Command {
  return {
    argv: [
      ...['atlas', 'migrate', 'lint', '--config', `file://${config}`, '--env', 'ship_guard'],
      ...['--dir', `file://${folder}`, '--latest', String(latest), '--format', '{{ json . }}'],
    ] as unknown as Command['argv'],
    env: { SHIP_GUARD_DEV_URL: devUrl, ATLAS_NO_UPDATE_NOTIFIER: '1' },
  }
}

// The report that `--format '{{ json . }}'` prints; `Pos` is a byte offset into `Text`.
const report = z.object({
  Files: z
    .array(
      z.object({
        Name: z.string(),
        Text: z.string().default(''),
        Error: z.string().optional(),
        Reports: z
          .array(
            z.object({
              Text: z.string().default(''),
              Diagnostics: z
                .array(z.object({ Pos: z.number().default(0), Text: z.string(), Code: z.string().optional() }))
                .nullish(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
})

export type Opinion =
  | { readonly findings: readonly Finding[] }
  /** Atlas is not there, wants a login, or says what nobody understands. */
  | { readonly because: string }

/** `pathOf`: a file of the folder as the repository names it. */
export function readOpinion(result: CommandResult, pathOf: (name: string) => string, rules: readonly Rule[]): Opinion {
  if (result.ended === 'not-started') return { because: 'atlas is not installed' }
  const printed = parsed(new TextDecoder().decode(result.stdout))
  if (printed === undefined) {
    const words = new TextDecoder().decode(result.output).trim().split('\n').slice(-3).join(' ').slice(0, 300)
    return { because: words === '' ? 'atlas said nothing' : words }
  }
  const files = printed.Files ?? []
  const broken = files.find(file => file.Error !== undefined && file.Error !== '' && (file.Reports ?? []).length === 0)
  if (broken !== undefined) return { because: `${broken.Name}: ${broken.Error}` }
  return { findings: files.flatMap(file => findingsOf(file, pathOf(file.Name), rules)) }
}

type FileReport = NonNullable<z.output<typeof report>['Files']>[number]

function findingsOf({ Text, Error: failed, Reports }: FileReport, path: string, rules: readonly Rule[]): Finding[] {
  const bytes = new TextEncoder().encode(Text)
  const places = new Places(Text)
  return (Reports ?? []).flatMap(({ Diagnostics }) =>
    (Diagnostics ?? []).map(({ Pos, Text: what, Code }): Finding => {
      const offset = new TextDecoder().decode(bytes.subarray(0, Pos)).length
      const rule = rules.find(one => one.code !== undefined && one.code === Code)
      const isError = failed !== undefined && failed !== '' && (Code?.startsWith('DS') ?? false)
      return {
        rule: rule?.id ?? 'atlas-opinion',
        ...(Code === undefined ? {} : { code: Code }),
        severity: isError ? 'error' : 'warning',
        what: `Atlas: ${what.trim().replace(/\.?$/, '.')}`,
        why: rule?.why ?? 'Atlas looked at what the statements do to a real schema.',
        instead:
          rule?.instead ??
          'Read what Atlas says about this code, and change the migration or tell Atlas that it is meant.',
        at: { file: path, ...places.at(offset) },
      }
    }),
  )
}

function parsed(text: string): z.output<typeof report> | undefined {
  try {
    return report.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Ours, and of Atlas's what ours does not say already: the same code at the same line. */
export function joined(own: readonly Finding[], atlas: readonly Finding[]): Finding[] {
  const key = ({ code, at }: Finding) => `${code ?? ''} ${at?.file ?? ''}:${at?.line ?? 0}`
  const said = new Set(own.map(key))
  return [...own, ...atlas.filter(finding => finding.code === undefined || !said.has(key(finding)))]
}
