// One environment of the config: where the application runs, and what capture reads there.
import type { Environment } from '../core/environment.ts'
import { z } from '../core/schema.ts'
import { hostPattern } from '../core/server-names.ts'
import { captureSchema, type WrittenCapture } from './environment-capture.ts'
import { captureSource } from './environment-source.ts'

const host = z.string().regex(hostPattern, 'an ssh host alias or user@host')

const written = z.strictObject({
  ssh: host.optional().meta({
    description: 'Where it runs: an alias of your ssh config or user@host. Absent: on this machine.',
    examples: ['deploy@staging.example.com'],
  }),
  port: z.int().min(1).max(65_535).optional().describe('Another port than the one of your ssh config.'),
  path: z
    .string()
    .regex(/^(?!-)[^\u0000-\u001f\u007f]+$/, 'a folder')
    .optional()
    .meta({ description: 'The folder of the application there.', examples: ['/srv/shop/current'] }),
  via: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({
      description: 'Words put before every command there, for containers.',
      examples: [['docker', 'compose', 'exec', '-T', 'app']],
    }),
  dump: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({
      description:
        'A command there that prints a dump of its database, for rehearsals. Passwords belong in its own config there.',
      examples: [['sh', '-c', 'pg_dump "$DATABASE_URL"']],
    }),
  capture: captureSchema.optional(),
})

/** An environment as everyone reads it, but for its name. */
export const environmentSchema = written.transform(({ capture, ...place }, context): Omit<Environment, 'name'> => {
  if (capture === undefined) return place
  const wanted: WrittenCapture =
    typeof capture === 'string' ? captureSchema.options[1].parse({ preset: capture }) : capture
  const { source, problems } = captureSource(wanted, place)
  for (const { keys, expected } of problems)
    context.addIssue({ code: 'custom', path: ['capture', ...keys], message: expected })
  return source === undefined ? z.NEVER : { ...place, capture: source }
})
