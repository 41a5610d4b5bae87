// What commands need beside the commit: dependency folders and environment files, which git does not carry.
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, cp, lstat, mkdir, readFile, realpath, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CannotTell } from '../core/errors.ts'
import type { CheckoutOptions } from '../core/world.ts'
import { files } from './files.ts'
import { run } from './process.ts'

/** Which manifests and lock files decide what a dependency folder holds. The lock files come first: they are exact. */
const governors: Readonly<Record<string, { manifest: string; locks: readonly string[] }>> = {
  node_modules: {
    manifest: 'package.json',
    locks: ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'],
  },
  vendor: { manifest: 'composer.json', locks: ['composer.lock'] },
  '.venv': {
    manifest: 'pyproject.toml',
    locks: ['uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile.lock', 'requirements.txt', 'requirements-dev.txt'],
  },
  venv: {
    manifest: 'pyproject.toml',
    locks: ['uv.lock', 'poetry.lock', 'pdm.lock', 'Pipfile.lock', 'requirements.txt', 'requirements-dev.txt'],
  },
  'vendor/bundle': { manifest: 'Gemfile', locks: ['Gemfile.lock'] },
}

export interface Places {
  /** The user's work tree. */
  readonly from: string
  /** The detached work tree with the pushed commit. */
  readonly to: string
  /** Where what was linked last time is remembered. */
  readonly record: string
}

/**
 * Gives the detached work tree what the user's has and git does not carry. A dependency folder is taken over only when the lock files of the
 * commit and of the user's work tree are equal; otherwise the user's own `prepare` command installs it. What no lock file governs (`.env`) is
 * brought anew each time; the paths of it are returned, to be taken away again.
 * @throws CannotTell when they differ and there is no `prepare`, or when `prepare` fails.
 */
export async function provideDependencies(places: Places, options: CheckoutOptions): Promise<readonly string[]> {
  const wanted = await dependenciesOf(places, options.link)
  const before = await recordOf(places.record)
  const loose = wanted.filter(item => item.kind === 'loose').map(item => item.path)
  for (const path of loose) await takeOver(path, places)
  await provideGoverned(places, wanted, before, options)
  return loose
}

async function provideGoverned(
  places: Places,
  wanted: readonly Dependency[],
  before: Record<string, string>,
  options: CheckoutOptions,
): Promise<void> {
  const differing = wanted.filter(item => item.kind === 'differs')
  if (differing.length > 0) {
    await prepare(places, differing, before, options)
    return
  }
  const now: Record<string, string> = {}
  for (const item of wanted) {
    if (item.kind !== 'same') continue
    now[item.path] = item.fingerprint
    if (before[item.path] === item.fingerprint && (await files.look(join(places.to, item.path))) !== undefined) continue
    options.progress(`linking ${item.path}`)
    await takeOver(item.path, places)
  }
  for (const path of Object.keys(before))
    if (now[path] === undefined) await rm(join(places.to, path), { recursive: true, force: true })
  await files.write(places.record, JSON.stringify(now), { mode: 0o600 })
}

type Differing = Extract<Dependency, { kind: 'differs' }>

/** The paths that must survive when the detached work tree is swept. */
export async function linkedPaths(record: string): Promise<readonly string[]> {
  return Object.keys(await recordOf(record))
}

type Dependency =
  | { readonly kind: 'loose'; readonly path: string }
  | { readonly kind: 'same'; readonly path: string; readonly fingerprint: string }
  | { readonly kind: 'differs'; readonly path: string; readonly because: string; readonly fingerprint: string }

async function dependenciesOf(places: Places, link: readonly string[]): Promise<readonly Dependency[]> {
  const found: Dependency[] = []
  for (const name of link) {
    for (const folder of await foldersWith(places.to, governors[name]?.manifest)) {
      const path = folder === '' ? name : `${folder}/${name}`
      // What the commit itself carries (a vendored folder, a committed .env) is already there.
      if (await isTracked(places.to, path)) continue
      const dependency = await dependencyAt(places, folder, name)
      if (dependency !== undefined) found.push(dependency)
    }
  }
  return found
}

/** Folders of the commit that have the manifest: a monorepo has one node_modules a package. Without a manifest only the top counts. */
async function foldersWith(top: string, manifest: string | undefined): Promise<readonly string[]> {
  if (manifest === undefined) return ['']
  const listed = await run(
    { argv: ['git', 'ls-files', '-z', '--', manifest, `:(glob)**/${manifest}`], cwd: top },
    { keepBytes: 64 * 1024 * 1024 },
  )
  const folders = Buffer.from(listed.stdout)
    .toString('utf8')
    .split('\0')
    .filter(Boolean)
    .map(path => (dirname(path) === '.' ? '' : dirname(path)))
  return [...new Set(['', ...folders])]
}

async function isTracked(top: string, path: string): Promise<boolean> {
  const listed = await run({ argv: ['git', '--literal-pathspecs', 'ls-files', '-z', '--', path], cwd: top })
  return listed.stdout.length > 0
}

async function dependencyAt(places: Places, folder: string, name: string): Promise<Dependency | undefined> {
  const path = folder === '' ? name : `${folder}/${name}`
  const governor = governors[name]
  const source = join(places.from, path)
  const facts = await files.look(source)
  if (governor === undefined) return facts === undefined ? undefined : { kind: 'loose', path }

  const locks = await presentLocks(places, folder, governor)
  if (locks.length === 0 && facts === undefined) return undefined
  const contents = await Promise.all(
    locks.map(async lock => ({
      lock,
      mine: await normalised(join(places.from, folder, lock)),
      theirs: await normalised(join(places.to, folder, lock)),
    })),
  )
  const fingerprint = createHash('sha256')
    .update(JSON.stringify(contents.map(c => [c.lock, c.theirs])))
    .update(await installedMark(source))
    .digest('hex')
  const different = contents.find(c => c.mine !== c.theirs)
  if (different !== undefined)
    return {
      kind: 'differs',
      path,
      fingerprint,
      because: `${join(folder, different.lock)} of the pushed commit is not the one in your work tree`,
    }
  if (facts === undefined) return undefined
  const editable = await editableInstall(source, places.from)
  if (editable !== undefined)
    return { kind: 'differs', path, fingerprint, because: `${editable} points back into your work tree` }
  return { kind: 'same', path, fingerprint }
}

async function presentLocks(
  places: Places,
  base: string,
  governor: (typeof governors)[string],
): Promise<readonly string[]> {
  const present = async (name: string) =>
    (await files.look(join(places.to, base, name))) !== undefined ||
    (await files.look(join(places.from, base, name))) !== undefined
  const locks = []
  for (const lock of governor.locks) if (await present(lock)) locks.push(lock)
  if (locks.length > 0) return locks
  return (await present(governor.manifest)) ? [governor.manifest] : []
}

async function normalised(path: string): Promise<string> {
  return (await files.text(path))?.replaceAll('\r\n', '\n') ?? ''
}

// Package managers write these on each install, so that a changed folder under an unchanged lock file is noticed.
async function installedMark(folder: string): Promise<string> {
  const marks = ['', '.package-lock.json', '.modules.yaml', '.yarn-state.yml', 'composer/installed.json', 'pyvenv.cfg']
  const times = await Promise.all(marks.map(async mark => (await files.look(join(folder, mark)))?.mtimeMs ?? 0))
  return times.join(' ')
}

/**
 * A Python environment whose packages were installed "editable" imports the user's work tree, so that a dirty file could pass a push.
 * Such installs are .pth files in site-packages (https://docs.python.org/3/library/site.html).
 */
async function editableInstall(environment: string, workTree: string): Promise<string | undefined> {
  if ((await files.look(join(environment, 'pyvenv.cfg'))) === undefined) return undefined
  for (const python of await files.list(join(environment, 'lib'))) {
    const site = join(environment, 'lib', python, 'site-packages')
    for (const name of await files.list(site)) {
      if (!/\.pth$|\.egg-link$|^__editable__.*\.py$/.test(name)) continue
      const text = (await files.text(join(site, name))) ?? ''
      if (text.includes(workTree) && !text.includes(join(environment, 'lib')))
        return join(basename(environment), 'lib', python, 'site-packages', name)
    }
  }
  return undefined
}

/**
 * Files are copied, because a test may write to its `.env`. Folders are copied with hard links, not linked whole: PHP's and Node's own resolution
 * follow a folder link back into the user's work tree (composer's autoloader starts at the real path of vendor/), and would then test the dirty
 * files there.
 */
async function takeOver(path: string, { from, to }: Places): Promise<void> {
  const source = await realpath(join(from, path))
  const target = join(to, path)
  await rm(target, { recursive: true, force: true })
  await mkdir(dirname(target), { recursive: true })
  if (!(await lstat(source)).isDirectory()) return copyFile(source, target, constants.COPYFILE_FICLONE)
  if ((await files.look(join(source, 'pyvenv.cfg'))) !== undefined) return symlink(source, target)
  const hardLinked = await run({ argv: ['cp', '-al', '--', source, target] })
  if (hardLinked.ended !== 'exit' || hardLinked.code !== 0) return copyAnew(source, target)
  for (const name of (await files.list(source)).filter(isRewritten))
    await copyAnew(join(source, name), join(target, name))
}

// What package managers and tools write into an installed folder where it lies; through a hard link they would write to the user's own files.
function isRewritten(name: string): boolean {
  if (name === 'composer' || name === 'autoload.php') return true
  return name.startsWith('.') && !['.bin', '.pnpm', '.store'].includes(name)
}

async function copyAnew(source: string, target: string): Promise<void> {
  await rm(target, { recursive: true, force: true })
  await cp(source, target, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
}

async function prepare(
  places: Places,
  differing: readonly Differing[],
  before: Record<string, string>,
  options: CheckoutOptions,
): Promise<void> {
  const reasons = differing.map(item => item.because).join('; ')
  if (options.prepare === undefined)
    throw new CannotTell(
      `The dependencies of the pushed commit are not at hand: ${reasons}.`,
      'Set `checkout.prepare` in .shiprc to the command that installs them (for example "npm ci", "composer install"), or push the commit that is checked out, with a clean work tree.',
    )
  const now = Object.fromEntries(differing.map(item => [item.path, `prepared ${item.fingerprint} ${options.prepare}`]))
  const all = await Promise.all(
    Object.entries(now).map(
      async ([path, mark]) => before[path] === mark && (await files.look(join(places.to, path))) !== undefined,
    ),
  )
  if (all.every(Boolean)) return
  options.progress(`preparing: ${options.prepare}`)
  await files.write(places.record, '{}', { mode: 0o600 })
  // A folder that was hard-linked from the user's work tree must not be installed into.
  for (const path of Object.keys({ ...before, ...now }))
    await rm(join(places.to, path), { recursive: true, force: true })
  const result = await run(
    { argv: ['sh', '-c', options.prepare], cwd: places.to },
    { signal: options.signal, timeoutMs: options.prepareTimeoutMs, keepBytes: 4000 },
  )
  if (result.ended !== 'exit' || result.code !== 0) {
    const how = result.ended === 'exit' ? `exit ${result.code}` : result.ended
    throw new CannotTell(
      `\`${options.prepare}\` failed in the clean checkout of the pushed commit (${how}).\n${Buffer.from(result.output).toString('utf8')}`,
      'Mend `checkout.prepare` in .shiprc, or push the commit that is checked out, with a clean work tree.',
    )
  }
  await files.write(places.record, JSON.stringify(now), { mode: 0o600 })
}

async function recordOf(path: string): Promise<Record<string, string>> {
  try {
    return JSON.parse((await readFile(path, 'utf8')) || '{}') as Record<string, string>
  } catch {
    return {}
  }
}
