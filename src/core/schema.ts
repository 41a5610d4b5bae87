// The one door for zod: every option of every unit is written once with it, and types, defaults, JSON Schema and pages come from that.
export { z } from 'zod'

import { z } from 'zod'

/** The shape, defaults and sentences of a unit's options. */
export type Schema<Options> = z.ZodType<Options, unknown>

const milliseconds = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

/** Written `500ms`, `90s`, `10m` or `2h`, read as milliseconds. A default is given as it would be written: `duration().prefault('10m')`. */
export function duration() {
  return z
    .string('a duration such as 90s, 10m or 2h')
    .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'a duration such as 90s, 10m or 2h')
    .transform(text => Math.round(Number.parseFloat(text) * milliseconds[unitOf(text) as keyof typeof milliseconds]))
    .refine(ms => ms > 0 && ms <= longestMs, 'a duration between 1ms and 24h')
}

// setTimeout takes no more than 2^31-1 ms (about 24 days) and fires at once for anything longer.
const longestMs = 24 * milliseconds.h

const bytes = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 } as const

/** Written `500KB`, `10MB` or `1GB` (powers of 1024), read as bytes. A default is given as it would be written: `size().prefault('10MB')`. */
export function size() {
  return z
    .string('a size such as 500KB or 10MB')
    .regex(/^\d+(\.\d+)?(B|KB|MB|GB)$/, 'a size such as 500KB or 10MB')
    .transform(text => Math.round(Number.parseFloat(text) * bytes[unitOf(text) as keyof typeof bytes]))
}

function unitOf(text: string): string {
  return text.replace(/^[\d.]+/, '')
}
