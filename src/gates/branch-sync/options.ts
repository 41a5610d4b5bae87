import { z } from '../../core/schema.ts'

const branch = z.string().min(1)
const level = z.enum(['error', 'warning', 'off'])

export const options = z
  .strictObject({
    develop: branch.default('develop').describe('The branch that all work is committed on.'),
    releases: z
      .array(branch)
      .default(['staging', 'production', 'main'])
      .describe(
        'The branches that a release goes through after it, in that order. One that the remote does not have is left out.',
      ),
    lacking: level
      .default('error')
      .describe(
        'How it counts when a later branch has commits that an earlier one lacks: the next release undoes them.',
      ),
    behind: level
      .default('error')
      .describe('How it counts when the remote’s branch has commits that are not in the push.'),
    big: level
      .default('warning')
      .describe(
        'How it counts when a big change is committed straight on the branch of all work. `off` tells no size.',
      ),
    bigCommits: z.int().min(1).default(4).describe('From how many commits on a change is big.'),
    bigFiles: z.int().min(1).default(25).describe('From how many changed files on a change is big.'),
  })
  .prefault({})

export type Options = z.output<typeof options>
