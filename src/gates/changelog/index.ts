import { CannotTell } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import { defineGate, type GateContext, type Source } from '../../core/gate.ts'
import { globMatcher } from '../../core/glob.ts'
import { z } from '../../core/schema.ts'
import type { Change } from '../../core/tree.ts'
import { baseFiles, type Files, pushedFiles } from './files.ts'
import { finds } from './finds.ts'
import { formatIds } from './format.ts'
import { changedHouse, houseOf, noneYet } from './house.ts'
import { changelogNames } from './names.ts'

// A lock file alone changes no version that the project asks for. Manifests (package.json, composer.json) are not in the list: what they ask
// for is something that people notice.
const lockFiles =
  '{package-lock.json,yarn.lock,pnpm-lock.yaml,bun.lock,bun.lockb,deno.lock,composer.lock,Gemfile.lock,poetry.lock,uv.lock,pdm.lock,Pipfile.lock,Cargo.lock,go.sum,mix.lock,pubspec.lock}'

const needsNoEntry = [
  '{test,tests,spec,__tests__}/**',
  '**/{test,tests,spec,__tests__,__snapshots__}/**',
  '**/*.{test,spec}.*',
  '**/*_test.go',
  '{doc,docs}/**',
  '*.md',
  '{.github,.gitlab,.circleci,.husky,.vscode,.idea}/**',
  '{.gitlab-ci.yml,.travis.yml,azure-pipelines.yml,Jenkinsfile,bitbucket-pipelines.yml}',
  '.shiprc*',
  '**/.git{ignore,attributes,keep}',
  '**/.editorconfig',
  `**/${lockFiles}`,
]

const options = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .optional()
      .describe(`The changelog, where it is one file. Default: the first of ${changelogNames} that is there.`),
    except: z
      .array(z.string().min(1))
      .default(needsNoEntry)
      .describe(
        'Globs of paths that need no entry: tests, documents, CI, lock files. A push that changes nothing else passes. Your list takes the place of this one.',
      ),
    format: z
      .enum(['auto', ...formatIds])
      .default('auto')
      .describe(
        '`auto` looks at the files. `keep-a-changelog` reads versions, dates and headings of one file; `any` asks only that it gained a line; `gnu` reads a ChangeLog of dated entries; `changesets` and `fragments` ask for a file for each change; `conventional` judges the commits from which a tool writes the changelog.',
      ),
    types: z
      .array(z.string().regex(/^[\p{L}][\p{L}\p{N}_-]*$/u, 'A type is one word.'))
      .default([])
      .describe('Types of conventional commits that this repository has besides the usual ones, such as feat and fix.'),
  })
  .prefault({})

type Options = z.output<typeof options>

// Which paths changed decides whether an entry is needed, so every file counts.
const always: readonly Source[] = [{ files: ['**'] }, 'base']

export default defineGate<Options>({
  id: 'changelog',
  title: 'Changelog entry',
  why: 'People who upgrade read the changelog before anything else; an entry that is not written with the change is not written at all.',
  version: 2,
  fast: true,
  options,
  finds,
  reads: ({ format }) => (format === 'conventional' ? [...always, 'history', 'messages'] : always),
  async unlessNamed({ tree }) {
    const [files, base] = [await pushedFiles(tree), await baseFiles(tree)]
    const now = await houseOf({ format: 'auto' }, files, base)
    const before = await houseOf({ format: 'auto' }, base, files)
    const isNone = [now, before].every(house => house.because === noneYet)
    return isNone ? 'There is no changelog, and the config does not ask for one.' : undefined
  },
  async check(context) {
    const { tree, options, signal } = context
    signal.throwIfAborted()
    const changes = await tree.changes()
    if (changes.length === 0) return []
    const [files, base] = [await pushedFiles(tree), await baseFiles(tree)]
    const house = await houseOf(options, files, base)
    context.progress(`kept as ${house.format.title} (${house.because})`)
    // Only the files tell that the commits are judged: an answer that depends on them must not be kept without them.
    if (house.format.id === 'conventional') context.dependsOn('messages')
    const needing = pathsThatNeed(changes, options.except)
    const findings = await house.format.judge({
      ...context,
      house,
      files,
      base,
      changes,
      folder: context.folder,
      file: options.file,
      types: options.types,
      needing: isOwn => needing.filter(path => !isOwn(path)),
    })
    return [...(await movedHouse(context, base, house)), ...findings]
  },
})

async function movedHouse(
  { options }: GateContext<Options>,
  base: Files,
  now: Awaited<ReturnType<typeof houseOf>>,
): Promise<readonly Finding[]> {
  if (options.format !== 'auto' || base.paths.length === 0) return []
  const before = await houseOf(options, base, base).catch((error: unknown) => {
    // What the remote has cannot be read; this push may mend it.
    if (error instanceof CannotTell) return undefined
    throw error
  })
  return before === undefined || before.because === noneYet ? [] : changedHouse(before, now)
}

function pathsThatNeed(changes: readonly Change[], except: readonly string[]): readonly string[] {
  const excepted = globMatcher(except)
  const paths = changes.flatMap(change => (change.kind === 'renamed' ? [change.path, change.from] : [change.path]))
  return paths.filter(path => !excepted(unquoted(path)))
}

/** A name that is not UTF-8 comes quoted; a glob for its folder should still match. */
function unquoted(path: string): string {
  return /^".*"$/.test(path) ? path.slice(1, -1) : path
}
