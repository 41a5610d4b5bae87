import { size, z } from '../../core/schema.ts'

const glob = z.string().min(1)

const allowEntry = z.strictObject({
  path: glob.describe('The file, or a glob of files.'),
  rule: z.string().min(1).optional().describe('Only findings of this rule.'),
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'the fingerprint that the finding shows, 16 hexadecimal digits')
    .optional()
    .describe(
      'Only this value, by the one-way fingerprint that the finding shows; another secret in the same file still stops.',
    ),
  oid: z
    .string()
    .regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'the full object name that the finding shows')
    .optional()
    .describe('Only this content of the file, by its object name in git.'),
  reason: z
    .string()
    .trim()
    .min(1, 'the reason why this is no secret')
    .regex(/^(?!<)/, 'the reason why this is no secret, in your own words')
    .describe('Why this is no secret, or why it may be here. Whoever reads the config next wants to know.'),
})

export const options = z
  .strictObject({
    allow: z
      .array(allowEntry)
      .default([])
      .describe('Findings that are known and accepted; each refusal prints the entry that would allow it.'),
    denyNames: z
      .array(glob)
      .default([])
      .describe('More file names that must not be pushed; one without a slash counts in every folder.'),
    allowNames: z
      .array(glob)
      .default([])
      .describe(
        'File names that may be pushed although they are denied, such as `.env` in a Symfony project. Their content is still looked at.',
      ),
    maxFileSize: size()
      .prefault('500MB')
      .describe('Of larger text files only the beginning is looked at, and that is said.'),
  })
  .prefault({})

export type Options = z.output<typeof options>
