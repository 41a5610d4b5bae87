import { z } from '../../core/schema.ts'

const level = z.enum(['error', 'warning', 'off'])

const allowed = z.strictObject({
  path: z.string().min(1).describe('The test file, or a glob of test files.'),
  reason: z
    .string()
    .trim()
    .min(1, 'the reason why these tests may go or rest')
    .regex(/^(?!<)/, 'the reason why these tests may go or rest, in your own words')
    .describe('Why. Whoever reads the config next wants to know.'),
})

export const options = z
  .strictObject({
    focused: level
      .default('error')
      .describe('A test that is run alone (`it.only`, `fdescribe`, `:focus`): all others then do not run.'),
    skipped: level
      .default('warning')
      .describe(
        'A test that the push switches off (`it.skip`, `markTestSkipped`, `xfail`, `t.Skip`), and a runner’s config that leaves tests out. One that is skipped only under a condition counts one step less.',
      ),
    deleted: level
      .default('warning')
      .describe('A test that the push takes away while what it tested is still there: one in a file, or a whole file.'),
    allow: z.array(allowed).default([]).describe('Test files of which this is known and accepted.'),
  })
  .prefault({})

export type Options = z.output<typeof options>
