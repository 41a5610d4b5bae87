import { z } from '../core/schema.ts'

/** One entry of `packages`, checked. */
export interface PackageEntry {
  readonly path: readonly string[] | 'auto'
  readonly name?: string | undefined
  readonly gates: Readonly<Record<string, unknown>>
  readonly dependsOn: readonly string[]
}

/** What a config says about packages, checked. `bare`: only the word `auto`, so that each is asked what it can be asked. */
export interface PackagesConfig {
  readonly entries: readonly PackageEntry[]
  readonly bare: boolean
  readonly sharedFiles: readonly string[]
}

const globSigns = /[*?[\]{}()!+@]/

const folderGlob = z
  .string()
  .min(1)
  .max(500)
  .regex(
    /^(?!\/|.*(^|\/)\.\.(\/|$))[^\\\u0000-\u001f]+$/,
    'a folder inside the repository or a glob of folders, such as packages/*',
  )

const name = z.string().regex(/^[A-Za-z0-9][\w.@+-]*$/, 'a name of letters, digits, dots and hyphens, such as api')

/** The schema of `packages`, where `gates` is that of a package's gates. */
export function packagesSchema(gates: z.ZodType<Record<string, unknown>, Record<string, unknown> | undefined>) {
  const entry = z
    .strictObject({
      path: z
        .union([folderGlob, z.array(folderGlob).min(1)])
        .describe(
          'The folder of a package, or globs of several (`packages/*`, `!packages/old`); `auto` means every package that the workspace files name.',
        ),
      name: name
        .optional()
        .describe(
          'What its gates are called by, `api/tests`. Default: the last part of the folder where that is unique.',
        ),
      gates: gates.prefault({}).describe('What a push that concerns the package must pass, asked in its folder.'),
      dependsOn: z
        .array(z.string().min(1).max(500))
        .default([])
        .describe(
          'What it depends on beside what its manifest says: names of packages, folders, or globs of files of the repository.',
        ),
    })
    .superRefine(({ path, name }, context) => {
      const isOne = typeof path === 'string' && path !== 'auto' && !globSigns.test(path)
      if (name !== undefined && !isOne)
        context.addIssue({ code: 'custom', path: ['name'], message: 'no name where `path` may mean several folders' })
    })
  return z
    .union([z.literal('auto'), z.array(entry)])
    .default([])
    .meta({
      description:
        'Parts of the repository with gates of their own, asked only when a push changes them or what they depend on. `auto` reads npm, pnpm, yarn, lerna, composer, Go, Cargo, uv and Poetry workspaces, and asks the tests of each package as its own manifest runs them.',
      examples: ['auto', [{ path: 'packages/*', gates: { tests: { run: 'npm test' } } }]],
    })
}

/** The globs of files outside the packages that concern them all. A file at the top that is no document may configure anything. */
export const sharedFilesSchema = z
  .array(z.string().min(1))
  .default(['*', '!*.md', '!*.txt', '!LICENSE*', '!.gitignore', '!.gitattributes', '!.editorconfig', '!CODEOWNERS'])
  .describe(
    'Globs of files that concern every package: lock files and what else lies at the top, unless it is a document.',
  )

type Parsed = z.output<ReturnType<typeof packagesSchema>>

/** A checked value in the shape that everyone else reads. */
export function toPackages(packages: Parsed, sharedFiles: readonly string[]): PackagesConfig {
  if (packages === 'auto') return { entries: [{ path: 'auto', gates: {}, dependsOn: [] }], bare: true, sharedFiles }
  const entries = packages.map(entry => ({
    ...entry,
    path: entry.path === 'auto' ? ('auto' as const) : typeof entry.path === 'string' ? [entry.path] : entry.path,
  }))
  return { entries, bare: false, sharedFiles }
}
