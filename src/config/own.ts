import { CannotTell } from '../core/errors.ts'
import type { Finding, FindingKind } from '../core/finding.ts'
import type { Gate, GateContext, Source } from '../core/gate.ts'
import type { Schema } from '../core/schema.ts'
import { z } from '../core/schema.ts'

const reading: readonly Source[] = [{ files: ['**'] }, 'base', 'history', 'messages']

function aFunction<F>() {
  return z.custom<F>(value => typeof value === 'function', 'a function')
}

const source = z.union([
  z.strictObject({ files: z.array(z.string()) }),
  z.enum(['base', 'history', 'messages', 'authors', 'branches', 'clock', 'network', 'environment', 'database']),
])

const text = z.string().min(1)
const finding: Schema<Finding> = z.object({
  rule: text,
  code: text.optional(),
  severity: z.enum(['error', 'warning', 'info']),
  what: text,
  why: text,
  instead: text,
  at: z
    .object({
      file: text,
      line: z.number().optional(),
      column: z.number().optional(),
      endLine: z.number().optional(),
    })
    .optional(),
}) as Schema<Finding>
const kind: Schema<FindingKind> = z.strictObject({ id: text, title: text, why: text, instead: text })

/** A gate as a person writes it in a JavaScript config; what is missing gets the safe answer: it depends on everything and is not fast. */
export const ownGate = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name of small letters, digits and hyphens'),
    title: z.string().min(1),
    why: z.string().min(1),
    check: aFunction<Gate['check']>(),
    version: z.number().int().min(0).optional(),
    fast: z.boolean().optional(),
    reads: z.union([z.array(source), aFunction<Gate['reads']>()]).optional(),
    options: z
      .custom<Schema<unknown>>(value => typeof (value as Schema<unknown> | undefined)?.parse === 'function', 'a schema')
      .optional(),
    tools: aFunction<NonNullable<Gate['tools']>>().optional(),
    timeoutMs: aFunction<NonNullable<Gate['timeoutMs']>>().optional(),
    watches: aFunction<NonNullable<Gate['watches']>>().optional(),
    finds: z.array(kind).optional(),
  })
  .transform((given): Gate => {
    const { reads = reading, options = z.unknown(), fast = false, version = codeVersion(given.check), ...rest } = given
    return {
      ...(rest as Pick<Gate, 'id' | 'title' | 'why' | 'tools' | 'timeoutMs' | 'watches' | 'finds'>),
      options,
      fast,
      version,
      reads: typeof reads === 'function' ? reads : () => reads,
      check: async (context: GateContext<unknown>) => findingsIn(await given.check(context), given.id),
    }
  })

/** Code without types may answer anything. What is no finding is no pass either: `severity: 'Error'` was meant to stop something. */
function findingsIn(answer: unknown, id: string): readonly Finding[] {
  if (answer === undefined || answer === null) return []
  const read = z.array(finding).safeParse(answer)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const at = (issue?.path ?? []).map(key => (typeof key === 'number' ? `finding ${key + 1}` : String(key))).join(', ')
  const wrong = at === '' ? 'what it answered is no list of findings' : `${at}: ${issue?.message}`
  throw new CannotTell(
    `The gate ${id} gave an answer that cannot be used: ${wrong}.`,
    'Let its check answer a list, empty when all is well, of { rule, severity, what, why, instead }; severity is error, warning or info.',
  )
}

/** Somebody who changes `check` and forgets `version` must not be answered by a verdict of the old one (FNV-1a over its text). */
function codeVersion(check: Gate['check']): number {
  let hash = 0x811c9dc5
  for (const char of Function.prototype.toString.call(check)) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193)
  return hash >>> 0
}
