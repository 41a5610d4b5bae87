// A detached work tree has empty folders where the commit has submodules; what commands read there comes from the user's own clones of them.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CannotTell } from '../core/errors.ts'
import type { Git } from '../core/world.ts'
import { files } from './files.ts'

const noHooks = ['-c', 'core.hooksPath=/dev/null', '-c', 'advice.detachedHead=false']

interface Submodule {
  readonly path: string
  readonly oid: string
}

/**
 * Fills the submodules of a detached work tree with exactly the commits that it names, from those that the user has; nothing is fetched. A
 * submodule that the user's own work tree does not have stays empty, as it is there.
 * @throws CannotTell when the user's clone lacks the commit.
 */
export async function fillSubmodules(git: Git, from: string, to: string): Promise<void> {
  for (const { path, oid } of await submodulesOf(git, to)) {
    const source = join(from, path)
    const target = join(to, path)
    if ((await files.look(join(source, '.git'))) === undefined) continue
    if ((await git.code(['cat-file', '-e', `${oid}^{commit}`], { cwd: source })) !== 0)
      throw new CannotTell(
        `The submodule ${path} does not have the commit ${oid.slice(0, 12)} that is pushed with it.`,
        `Fetch it: git -C ${path} fetch. Then push again.`,
      )
    await rm(target, { recursive: true, force: true })
    // Objects are shared, not copied. The user's hooks and templates have no business there.
    await git.text([...noHooks, 'clone', '--quiet', '--shared', '--no-checkout', '--template=', '--', source, target])
    await git.text([...noHooks, 'checkout', '--quiet', '--detach', oid, '--'], { cwd: target })
    await fillSubmodules(git, source, target)
  }
}

/** Empties them, so that git sees the work tree as it made it. */
export async function emptySubmodules(git: Git, folder: string): Promise<void> {
  for (const { path } of await submodulesOf(git, folder)) {
    await rm(join(folder, path), { recursive: true, force: true })
    await files.makeFolder(join(folder, path))
  }
}

// git-ls-files(1), --stage: `<mode> SP <object> SP <stage> TAB <file>`.
async function submodulesOf(git: Git, cwd: string): Promise<readonly Submodule[]> {
  const listed = Buffer.from(await git.bytes(['ls-files', '--stage', '-z'], { cwd })).toString('utf8')
  return [...listed.matchAll(/(?<=^|\0)160000 ([0-9a-f]+) \d\t([^\0]*)/g)].map(([, oid, path]) => ({
    oid: oid!,
    path: path!,
  }))
}
