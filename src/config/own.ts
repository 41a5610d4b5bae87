import type { Gate, GateContext, Source } from '../core/gate.ts'
import type { Schema } from '../core/schema.ts'
import { z } from '../core/schema.ts'

const reading: readonly Source[] = [{ files: ['**'] }, 'base', 'history', 'messages']

function aFunction<F>() {
  return z.custom<F>(value => typeof value === 'function', 'a function')
}

const source = z.union([
  z.strictObject({ files: z.array(z.string()) }),
  z.enum(['base', 'history', 'messages', 'clock', 'network', 'environment', 'database']),
])

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
  })
  .transform((given): Gate => {
    const { reads = reading, options = z.unknown(), fast = false, version = codeVersion(given.check), ...rest } = given
    return {
      ...(rest as Pick<Gate, 'id' | 'title' | 'why' | 'tools' | 'timeoutMs' | 'watches'>),
      options,
      fast,
      version,
      reads: typeof reads === 'function' ? reads : () => reads,
      check: async (context: GateContext<unknown>) => (await given.check(context)) ?? [],
    }
  })

/** Somebody who changes `check` and forgets `version` must not be answered by a verdict of the old one (FNV-1a over its text). */
function codeVersion(check: Gate['check']): number {
  let hash = 0x811c9dc5
  for (const char of Function.prototype.toString.call(check)) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193)
  return hash >>> 0
}
