// The git of a mirror. What lies in its tree was written by somebody else, so nothing of it and nothing of the user's settings may start a program or
// change contents: a git dir of its own without hooks, filters, excludes and attributes, and the user's object store only to read from.
import { join } from 'node:path'
import type { Git } from '../core/world.ts'
import { type Environment, gitEnvironment } from './environment.ts'
import { files } from './files.ts'
import { gitIn } from './git.ts'

export interface MirrorGit {
  /** Absolute: the mirror's folder, a real path. */
  readonly folder: string
  /** The user's repository. */
  readonly user: Git
  readonly env: Environment
}

/** Makes the private git dir, or writes its settings anew, and gives git on any of its indexes. */
export async function openMirrorGit({
  folder,
  user,
  env,
}: MirrorGit): Promise<(index: string, options?: { filters: boolean }) => Git> {
  const dir = join(folder, 'git')
  const [format, settings] = await Promise.all([formatOf(user), settingsOf(user)])
  await writeGitDir(dir, format)
  await files.makeFolder(join(folder, 'quarantine', 'info'), { mode: 0o700 })
  await files.makeFolder(join(folder, 'quarantine', 'pack'), { mode: 0o700 })
  const base = await baseEnvironment(folder, user, env)
  // Not a setting of git: it lets the next capture see which programs a killed one left behind.
  const naming = ['-c', `ship-guard.mirror=${folder}/`]
  return (index, options = { filters: false }) => {
    const config = [...settings.identity, ...settings.transport, ...(options.filters ? lfs(settings, folder) : [])]
    const here = { ...base, ...configEnvironment(config), GIT_INDEX_FILE: join(folder, index) }
    return gitIn({ top: join(folder, 'tree'), dir, commonDir: user.commonDir }, () => here, naming)
  }
}

async function baseEnvironment(folder: string, user: Git, env: Environment): Promise<Record<string, string>> {
  const shallow = join(user.commonDir, 'shallow')
  return {
    ...gitEnvironment(env),
    GIT_DIR: join(folder, 'git'),
    GIT_WORK_TREE: join(folder, 'tree'),
    GIT_OBJECT_DIRECTORY: join(folder, 'quarantine'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(join(user.commonDir, 'objects')),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    ...((await files.look(shallow)) === undefined ? {} : { GIT_SHALLOW_FILE: shallow }),
  }
}

// git(1), GIT_ALTERNATE_OBJECT_DIRECTORIES: a path in double quotes may hold a colon.
function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

// --show-object-format is as old as repositories that are not SHA-1 (git 2.29).
async function formatOf(user: Git): Promise<string> {
  const told = await user.answer(['rev-parse', '--show-object-format'])
  return told === 'sha256' ? 'sha256' : 'sha1'
}

/** Every setting by which a user's or a system's configuration could change what is stored, or start something. */
const fixed: readonly (readonly [string, string])[] = [
  ['core.bare', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.splitIndex', 'false'],
  ['core.sparseCheckout', 'false'],
  ['core.autocrlf', 'false'],
  ['core.eol', 'lf'],
  ['core.safecrlf', 'false'],
  ['core.symlinks', 'true'],
  ['core.fileMode', 'false'],
  ['core.ignoreCase', 'false'],
  ['core.precomposeUnicode', 'false'],
  ['core.protectHFS', 'true'],
  ['core.protectNTFS', 'true'],
  ['core.preloadIndex', 'true'],
  ['core.trustctime', 'true'],
  ['core.checkStat', 'default'],
  ['core.quotePath', 'false'],
  ['core.logAllRefUpdates', 'false'],
  // io/mirror-index.ts reads this version.
  ['index.version', '2'],
  ['index.sparse', 'false'],
  ['index.skipHash', 'false'],
  ['checkout.workers', '0'],
  ['submodule.recurse', 'false'],
  ['diff.renames', 'false'],
  ['diff.ignoreSubmodules', 'none'],
  ['commit.gpgSign', 'false'],
  ['tag.gpgSign', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
]

async function writeGitDir(dir: string, format: string): Promise<void> {
  await files.makeFolder(join(dir, 'objects'), { mode: 0o700 })
  await files.makeFolder(join(dir, 'refs'), { mode: 0o700 })
  await writeWhenOther(join(dir, 'HEAD'), 'ref: refs/heads/none\n')
  const settings = [...fixed, ['core.repositoryformatversion', '1'], ['extensions.objectFormat', format]] as const
  await writeWhenOther(join(dir, 'config'), settings.map(line).join(''))
}

function line([name, value]: readonly [string, string]): string {
  const [section, key] = name.split('.')
  return `[${section}]\n\t${key} = ${value}\n`
}

async function writeWhenOther(path: string, content: string): Promise<void> {
  if ((await files.text(path)) !== content) await files.write(path, content, { mode: 0o600 })
}

interface Settings {
  /** Who commits. */
  readonly identity: readonly (readonly [string, string])[]
  /** How objects are fetched that a partial clone has not. Handed on in the environment, never written: it may hold passwords. */
  readonly transport: readonly (readonly [string, string])[]
  readonly hasLfs: boolean
}

async function settingsOf(user: Git): Promise<Settings> {
  const raw = (await user.answer(['config', '--null', '--list'])) ?? ''
  const all = raw.split('\0').flatMap(record => {
    const end = record.indexOf('\n')
    return end === -1 ? [] : [[record.slice(0, end), record.slice(end + 1)] as const]
  })
  const named = (pattern: RegExp) => all.filter(([name]) => pattern.test(name))
  const promisors = named(/^remote\..*\.promisor$/).filter(([, value]) => value !== 'false')
  return {
    identity: named(/^(user|author|committer)\.(name|email|useconfigonly)$/),
    transport:
      promisors.length === 0
        ? []
        : named(/^(remote\..*|url\..*|http\..*|credential\..*|core\.sshcommand|extensions\.partialclone|ssh\..*)$/),
    hasLfs: named(/^filter\.lfs\.clean$/).some(([, value]) => /^git[- ]lfs clean\b/.test(value)),
  }
}

// The commands that `git lfs install` writes, not what the config says: a filter from elsewhere never runs. Its own store lies in the quarantine too.
function lfs({ hasLfs }: Settings, folder: string): readonly (readonly [string, string])[] {
  if (!hasLfs) return []
  return [
    ['filter.lfs.clean', 'git-lfs clean -- %f'],
    ['filter.lfs.smudge', 'git-lfs smudge --skip -- %f'],
    ['filter.lfs.process', 'git-lfs filter-process --skip'],
    ['filter.lfs.required', 'true'],
    ['lfs.storage', join(folder, 'lfs')],
  ]
}

function configEnvironment(settings: readonly (readonly [string, string])[]): Record<string, string> {
  const entries = settings.flatMap(([name, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, name],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(entries) }
}
