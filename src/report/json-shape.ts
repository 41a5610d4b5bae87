// The only source of the json report's form: the type that json.ts must fill, and the published report.schema.json, come from it.
import { z } from '../core/schema.ts'

const oid = z.string().describe('An object name of git: 40 (SHA-1) or 64 (SHA-256) hexadecimal digits.')
const tookMs = z.int().nonnegative().describe('Milliseconds.')
const result = z.enum(['passed', 'refused', 'undecided'])

const place = z
  .strictObject({
    file: z.string().describe('Path inside the repository, as git stores it.'),
    line: z.int().positive().describe('Counted from 1.').optional(),
    column: z.int().positive().describe('Counted from 1, in characters.').optional(),
    endLine: z.int().positive().optional(),
  })
  .meta({ id: 'place' })

const finding = z
  .strictObject({
    rule: z.string().describe('Rule id, for example drop-column.'),
    code: z.string().describe("The field's own code where there is one, for example DS103.").optional(),
    severity: z
      .enum(['error', 'warning', 'info'])
      .describe('An error refuses the push; the others are told and let it pass.'),
    what: z.string().describe('What happened.'),
    why: z.string().describe('Why it matters.'),
    instead: z.string().describe('What to do now.'),
    at: place.optional(),
  })
  .meta({ id: 'finding' })

const ran = {
  gate: z.string().describe('Gate id, or the name that the config gives to a command.'),
  title: z.string(),
  commit: oid,
  digest: z.string().describe("sha256 over everything that the gate's answer depends on."),
  tookMs,
  stored: z.boolean().describe('Whether the answer was kept from an earlier run.'),
}
const verdict = z
  .discriminatedUnion('outcome', [
    z.strictObject({ ...ran, outcome: z.literal('passed'), findings: z.array(finding) }),
    z.strictObject({ ...ran, outcome: z.literal('refused'), findings: z.array(finding).min(1) }),
    z.strictObject({
      ...ran,
      outcome: z.literal('skipped'),
      because: z.string(),
      bypassed: z.literal(true).describe('Switched off by the person who pushed, for this push alone.').optional(),
    }),
    z.strictObject({ ...ran, outcome: z.literal('undecided'), because: z.string(), instead: z.string() }),
  ])
  .meta({ id: 'verdict' })

const decision = z
  .strictObject({
    remote: z.strictObject({
      name: z.string(),
      url: z.string().describe('Without the password or token it may carry.'),
    }),
    ref: z.string().describe('Full name on the remote, for example refs/heads/main.'),
    commit: oid,
    base: oid.describe('What the remote had; absent when the whole history is new.').optional(),
    result,
    findings: z.array(finding).describe('About the push itself: a deletion, a forced update, a changed guard.'),
    verdicts: z.array(verdict),
  })
  .meta({ id: 'decision' })

/** The json report, format 1. A field is only ever added; taking one away or changing its meaning raises `format`. */
export const jsonShape = z.strictObject({
  format: z.literal(1),
  version: z.string().describe('The ship-guard that judged.'),
  result,
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(3)]).describe('0 passed, 1 refused, 3 undecided.'),
  tookMs,
  decisions: z.array(decision).describe('One a pushed ref that is protected, worst first.'),
})

export type JsonShape = z.infer<typeof jsonShape>

/** The published JSON Schema (draft 2020-12). Objects stay open in it, so that a newer ship-guard's added fields do not break a reader. */
export function reportSchema(): object {
  const schema = z.toJSONSchema(jsonShape, {
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  })
  return { ...schema, title: 'ship-guard report', description: 'What `npx ship-guard check --report json` prints.' }
}
