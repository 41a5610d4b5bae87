import { z } from '../../core/schema.ts'

export const options = z.strictObject({
  environments: z
    .array(z.string().min(1), 'the environments to look at')
    .min(1)
    .meta({
      description: 'Environments of this config whose `capture` says what to look at.',
      examples: [['production']],
    }),
  uploads: z
    .boolean()
    .default(false)
    .describe('Count what lies in roots of uploads as well. Deploys with releases never touch those.'),
})

export type Options = z.output<typeof options>
