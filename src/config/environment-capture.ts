// What a person writes about capture, each option once.
import { size, z } from '../core/schema.ts'
import { folderProblem, hostPattern, pathProblem } from '../core/server-names.ts'
import { presets } from '../drift/presets/registry.generated.ts'

const ids = presets.map(preset => preset.id)

const preset = z.enum(ids as [string, ...string[]])

const host = z.string().regex(hostPattern, 'an ssh host alias or user@host')

/** A text that a check finds fault with in its own words. */
function checked(problem: (text: string) => string | undefined) {
  return z.string().superRefine((text, context) => {
    const expected = problem(text)
    if (expected !== undefined) context.addIssue({ code: 'custom', message: expected })
  })
}

const folder = checked(folderProblem)

const pattern = checked(text => {
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'a pattern without control characters'
  if (text.startsWith('!')) return 'a pattern without `!`; exceptions stand under `include`'
  if (/(^|\/)\.\.(\/|$)/.test(text)) return 'a pattern inside the repository'
  // Each one doubles the lines that rsync needs to say it.
  if (text.split('/').filter(part => part === '**').length > 4) return 'a pattern with at most four `**`'
  return /^[\s/]*$/.test(text) ? 'a pattern as in .gitignore, such as /public/uploads/' : undefined
})

const insideRepository = checked(text => {
  if (text === '' || text === '.') return undefined
  const parts = text.replace(/\/$/, '').split('/')
  if (/[\u0000-\u001f\u007f\\]/.test(text) || parts.some(part => ['', '..', '.'].includes(part)))
    return "a folder of the repository, such as public/, or '' for its top"
  return parts.some(part => /^\.git$/i.test(part)) ? 'a folder outside .git' : undefined
})

// Relative to `path`, or absolute.
const place = checked(text => (text.startsWith('/') ? folderProblem(text) : pathProblem(`/${text}`)))

const file = checked(text => {
  if (text === '' || text.endsWith('/')) return 'a file, such as current/REVISION'
  return pathProblem(text.startsWith('/') ? text : `/${text}`)
})

const share = z.number().gt(0, 'a share such as 0.05 for 5 %').max(1, 'a share such as 0.05 for 5 %')

const root = z.strictObject({
  from: place.describe('The folder on the server: below `path`, or absolute.'),
  to: insideRepository.default('').describe("Where it belongs in the repository; '' is the top."),
  uploads: z
    .boolean()
    .default(false)
    .describe('People put files there: they are compared by size and time, and shown apart from code.'),
})

const limits = z.strictObject({
  fileSize: size().prefault('25MB').describe('A larger file is told and stays on the server.'),
  totalSize: size().prefault('5GB').describe('More than this in all is taken for a wrong folder, and nothing is read.'),
  files: z.int().min(1).default(500_000).describe('The same for the number of files.'),
  deletions: z
    .int()
    .min(0)
    .default(50)
    .describe('More deleted files than this stop it, unless the command line allows them.'),
  deletionShare: share.default(0.05).describe('The same as a share of all files: 0.05 is 5 %.'),
})

const written = z.strictObject({
  preset: preset.optional().meta({
    description: 'How the application lies there; fills in what is not written here.',
    examples: ['laravel-deployer'],
  }),
  path: folder.optional().meta({
    description: 'The folder there that everything lies in. Absent: the `path` of the environment.',
    examples: ['/srv/shop'],
  }),
  hosts: z
    .array(
      z.union([
        host,
        z.strictObject({
          ssh: host.describe('An alias of your ssh config or user@host.'),
          port: z.int().min(1).max(65_535).optional().describe('Another port than the one of your ssh config.'),
        }),
      ]),
    )
    .min(1)
    .optional()
    .meta({
      description:
        'Several servers with the same application; each has a mirror of its own. Absent: the `ssh` of the environment.',
      examples: [['deploy@web1.example.com', 'deploy@web2.example.com']],
    }),
  roots: z
    .array(root)
    .min(1)
    .optional()
    .meta({
      description: "Folders there and where they belong in the repository, in place of the preset's.",
      examples: [
        [
          { from: 'current/', to: '' },
          { from: 'shared/uploads/', to: 'public/uploads/', uploads: true },
        ],
      ],
    }),
  exclude: z
    .array(pattern)
    .default([])
    .meta({
      description:
        "Never read from the server, as in .gitignore; added to the preset's and to what is always left there.",
      examples: [['/public/cache/', '*.tmp']],
    }),
  include: z
    .array(pattern)
    .default([])
    .meta({
      description:
        'Read although a rule that is always there leaves such files: say exactly which. Secrets in them are still kept out.',
      examples: [['/resources/certificates/public.pem']],
    }),
  notDeployed: z
    .array(pattern)
    .default([])
    .meta({
      description:
        'In the repository, but never put there by the deploy: not there does not mean deleted. What .gitattributes marks `export-ignore` counts by itself.',
      examples: [['/tests/', '/.github/']],
    }),
  revision: z
    .array(file)
    .min(1)
    .optional()
    .meta({
      description:
        "Files there, one of which holds the deployed commit, below `path` or absolute; in place of the preset's.",
      examples: [['current/REVISION']],
    }),
  limits: limits.prefault({}).describe('What is more than this is taken for a mistake.'),
  compare: z
    .enum(['checksum', 'times'])
    .default('checksum')
    .describe('`checksum` compares contents, `times` trusts size and time and is quicker on slow disks.'),
  modes: z
    .boolean()
    .default(false)
    .describe('Take over executable bits; panels and uploads by FTP set them at random.'),
  bandwidth: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'KiB a second at most. Absent: as fast as it goes.', examples: [2000] }),
  restrictedTo: folder.optional().meta({
    description:
      'The folder that your key is restricted to there by rrsync; `npx ship-guard doctor` prints the line for it.',
    examples: ['/srv/shop'],
  }),
})

/** A preset's name, or everything. */
export const captureSchema = z.union([preset, written]).meta({
  description: "What `npx ship-guard capture` reads there: a preset's name, or a preset and what differs from it.",
})

export type WrittenCapture = z.output<typeof written>
