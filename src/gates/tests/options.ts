import { duration, z } from '../../core/schema.ts'
import { flakesOption } from './flakes.ts'

const oneOrMore = z.union([z.string().min(1), z.array(z.string().min(1))])

export const options = z
  .strictObject({
    run: oneOrMore
      .default([])
      .describe(
        'The command that runs the tests, as you type it in a shell at the top of the repository; several run one after the other until one fails.',
      ),
    junit: oneOrMore
      .default([])
      .describe(
        'Globs of the JUnit XML files that the command writes, for example `build/junit/*.xml`. Failed tests are then named with their place.',
      ),
    tap: z
      .union([z.boolean(), z.literal('auto')])
      .default('auto')
      .describe('Whether the command prints TAP (Test Anything Protocol); `auto` recognises it by its version line.'),
    timeout: duration()
      .prefault('10m')
      .describe(
        'How long all commands together may take, such as 90s or 30m, runs of single tests included. Then they are ended and the push waits.',
      ),
    reruns: z
      .int()
      .min(0)
      .max(20)
      .default(3)
      .describe(
        'How often a failed test is run again alone, at most, to tell what is broken from what fails by chance. 0: never.',
      ),
    rerun: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The command that runs one test alone, where it cannot be told from `run`. `{file}` and `{name}` become the file and the name of the test, `{pattern}` its name as a regular expression.',
      ),
    flakes: flakesOption,
    env: z.record(z.string(), z.string()).default({}).describe('Environment variables for the command.'),
    reads: z
      .array(z.string().min(1))
      .default(['**'])
      .describe('Globs of the files that the tests depend on. When none of them changed, a kept result is used again.'),
    tailLines: z.int().min(0).max(1000).default(20).describe('How many of the last lines of output are shown.'),
  })
  .prefault({})

export type Options = z.output<typeof options>
