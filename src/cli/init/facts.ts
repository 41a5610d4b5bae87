import { isAbsolute, join } from 'node:path'
import { configFileNames } from '../../core/config-names.ts'
import { globMatcher } from '../../core/glob.ts'
import type { Git, World } from '../../core/world.ts'
import { evidenceGlobs } from '../../db/detect-dialect.ts'
import { findHouse, type ToolHouse } from './house.ts'
import { findWorkspace, type Workspace } from './workspace.ts'

/** A repository as `init` sees it: plain data, so that everything that is concluded from it can be tested alone. */
export interface Facts {
  /** Tracked files and new ones that are not ignored, with `/`. */
  readonly files: readonly string[]
  /** Text of the files that tell something, by path. */
  readonly texts: Readonly<Record<string, string>>
  /** Branches on origin as this clone knows them; local ones where there is no origin. */
  readonly branches: readonly string[]
  /** The branch that origin calls its own. */
  readonly mainBranch?: string
  /** Names of config files that are there already. */
  readonly configs: readonly string[]
  /** What can be run: those of the programs we ask for that PATH has, and those of dependencies that are installed. */
  readonly programs?: readonly string[]
  /** Packages of a monorepo. */
  readonly workspace?: Workspace
  /** How the changelog is kept, where it is not one file that people write. */
  readonly house?: ToolHouse
}

/** Something that was found, and what told us. */
export interface Seen {
  readonly value: string
  readonly because: string
}

export const pythonTest = /(^|\/)test_\w+\.py$/
export const javascriptTest = /(^|\/)(test|tests)\/[^/]+\.[cm]?[jt]s$|\.test\.[cm]?[jt]sx?$/

const telling = [
  ...[
    'package.json',
    'composer.json',
    'artisan',
    'phpunit.xml*',
    'tests/Pest.php',
    '.yarnrc.yml',
    'pnpm-workspace.yaml',
  ],
  ...[
    'pyproject.toml',
    'setup.cfg',
    'tox.ini',
    'pytest.ini',
    'requirements*.txt',
    'manage.py',
    'alembic.ini',
    'Pipfile',
  ],
  ...[
    'Gemfile',
    'Rakefile',
    '.rspec',
    'go.mod',
    'Cargo.toml',
    'pom.xml',
    'Makefile',
    '{CHANGELOG,CHANGES,HISTORY,changelog,Changelog}*',
  ],
  '{docs,doc}/{CHANGELOG,changelog}.md',
  // Where the service that deploys it may be named.
  ...['.env.example', '.github/workflows/*.{yml,yaml}', '.gitlab-ci.yml', 'bitbucket-pipelines.yml'],
]

const maxBytes = 512 * 1024
const maxMigrations = 20
const maxTests = 3
/** Programs whose name alone does not say whether they are there. */
const askedFor = ['phpunit', 'python', 'python3']
const installed = ['vendor/bin/phpunit', '.venv/bin/python', 'venv/bin/python']

/** Looks at the work tree; reads only files whose names promise something. */
export async function gatherFacts({ files, env }: Pick<World, 'files' | 'env'>, git: Git, top: string): Promise<Facts> {
  const paths = await listed(git)
  const textAt = async (path: string) => {
    const facts = await files.look(join(top, path))
    return facts?.kind === 'file' && facts.size <= maxBytes ? await files.text(join(top, path)) : undefined
  }
  const isTelling = globMatcher([...telling, ...evidenceGlobs])
  const migrations = paths.filter(path => path.endsWith('.sql')).slice(0, maxMigrations)
  const tests = [pythonTest, javascriptTest].flatMap(named => paths.filter(path => named.test(path)).slice(0, maxTests))
  const texts: Record<string, string> = {}
  for (const path of new Set([...paths.filter(path => isTelling(path)), ...migrations, ...tests])) {
    const text = await textAt(path)
    if (text !== undefined) texts[path] = text
  }
  const configs: string[] = []
  for (const name of configFileNames)
    if (name === 'package.json' ? hasShip(texts[name]) : (await files.look(join(top, name))) !== undefined)
      configs.push(name)
  const programs = await programsAt(files, top, env.PATH ?? '')
  const [workspace, house] = [await findWorkspace(paths, textAt), await findHouse(paths, textAt)]
  return {
    ...{ files: paths, texts, configs, programs, ...(await branchesOf(git)) },
    ...(workspace && { workspace }),
    ...(house && { house }),
  }
}

async function programsAt(files: World['files'], top: string, searchPath: string): Promise<string[]> {
  const there = async (path: string) => (await files.look(path).catch(() => undefined)) !== undefined
  const found: string[] = []
  for (const name of askedFor)
    for (const folder of searchPath.split(':').filter(isAbsolute))
      if (!found.includes(name) && (await there(join(folder, name)))) found.push(name)
  for (const path of installed) if (await there(join(top, path))) found.push(path)
  return found
}

async function listed(git: Git): Promise<string[]> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const bytes = await git.bytes(args)
  return [...new Set(Buffer.from(bytes).toString('utf8').split('\0').filter(Boolean))].sort()
}

function hasShip(text: string | undefined): boolean {
  try {
    return Object.hasOwn(JSON.parse(text ?? '{}') as object, 'ship')
  } catch {
    return false
  }
}

async function branchesOf(git: Git): Promise<Pick<Facts, 'branches' | 'mainBranch'>> {
  const names = async (prefix: string) => {
    const listed = await git.text(['for-each-ref', '--format=%(refname)', prefix])
    return listed.split('\n').flatMap(ref => (ref.startsWith(prefix) ? [ref.slice(prefix.length)] : []))
  }
  const remote = (await names('refs/remotes/origin/')).filter(name => name !== 'HEAD')
  const head = await git.text(['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD']).catch(() => undefined)
  const mainBranch = head?.replace('refs/remotes/origin/', '')
  const branches = remote.length > 0 ? remote : await names('refs/heads/')
  return { branches, ...(mainBranch === undefined ? {} : { mainBranch }) }
}
