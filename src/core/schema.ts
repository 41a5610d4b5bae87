// The one door for zod: every option of every unit is written once with it, and types, defaults, JSON Schema and pages come from that.
export { z } from 'zod'

import type { z } from 'zod'

/** The shape, defaults and sentences of a unit's options. */
export type Schema<Options> = z.ZodType<Options, unknown>
