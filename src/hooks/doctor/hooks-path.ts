import { basename, dirname, join } from 'node:path'
import type { HookFacts } from '../facts.ts'
import { isInside } from '../record.ts'
import { refusalFor } from '../refusals.ts'
import { install, typedIn, word } from './words.ts'
import type { SeenWorkTree } from './work-tree.ts'

/** Why git finds no folder with hooks in it; undefined when it finds one. */
export function noFolder({ hooksPath, folder, folderIs }: HookFacts): string | undefined {
  const set = hooksPath.at(-1)
  if (set === undefined)
    return folderIs === 'missing' || folderIs === 'folder' || folderIs === 'link'
      ? undefined
      : `${folder} is no folder.`
  const where = `(${set.scope}, ${set.origin})`
  if (set.value === '') return `core.hooksPath is empty ${where}.`
  if (folderIs === 'missing') return `core.hooksPath is ${set.value} ${where}, and there is no ${folder}.`
  if (folderIs === 'folder' || folderIs === 'link') return undefined
  return `core.hooksPath is ${set.value} ${where}, which is no folder.`
}

/** The command that makes git find our hooks in this work tree again. */
export function mendFolder(seen: SeenWorkTree, here: string | undefined): string {
  const { facts, folder } = seen
  const set = facts.hooksPath.at(-1)
  const then = typedIn(folder, here, install)
  if (set === undefined) {
    if (facts.folderIs === 'missing' || facts.folderIs === 'folder') return then
    return `mv ${word(facts.folder)} ${word(`${facts.folder}.aside`)} && ${then}`
  }
  if (isHuskys(facts)) return mendHusky(seen, here)
  // A folder that the team keeps in the work tree, and that this branch does not have yet.
  if (facts.folderIs === 'missing' && facts.shared !== undefined && !isInGitDir(facts))
    return `mkdir -p ${word(facts.folder)} && ${then}`
  if (!isInGitDir(facts) && refusalFor(facts, { force: false }) === undefined) return then
  return `${leaveHooksPath(facts, folder, here)} && ${then}`
}

// `.git/hooks`, said for the main work tree, is below a file in a linked one.
function isInGitDir({ folder, top }: HookFacts): boolean {
  return top !== undefined && isInside(folder, join(top, '.git'))
}

function isHuskys({ folder }: HookFacts): boolean {
  return basename(folder) === '_' && basename(dirname(folder)) === '.husky'
}

// husky makes its folder when it is run, in the work tree where it is run, and keeps it out of git.
function mendHusky({ facts, folder, huskyFolder }: SeenWorkTree, here: string | undefined): string {
  const then = typedIn(folder, here, install)
  if (huskyFolder === undefined) return `${typedIn(folder, here, 'npx husky')} && ${then}`
  return `mkdir -p ${word(facts.folder)} && cp -R ${word(`${huskyFolder}/.`)} ${word(facts.folder)} && ${then}`
}

/** The command that takes a core.hooksPath out of the way, or outbids one that is not this repository's. */
function leaveHooksPath(facts: HookFacts, folder: string, here: string | undefined): string {
  const { hooksPath, commonDir, gitDir } = facts
  const set = hooksPath.at(-1)!
  const own = word(join(commonDir, 'hooks'))
  const inTree = folder === here ? 'git' : `git -C ${word(folder)}`
  const others = hooksPath.filter(({ scope }) => scope !== set.scope)
  if (set.scope === 'worktree')
    return others.length === 0
      ? `${inTree} config --worktree --unset-all core.hooksPath`
      : `${inTree} config --worktree --replace-all core.hooksPath ${own}`
  if (set.scope !== 'local') return `${inTree} config --replace-all core.hooksPath ${own}`
  const file = set.origin.replace(/^file:/, '')
  const isOwn = [join(commonDir, 'config'), join(gitDir, 'config'), '.git/config', 'config'].includes(file)
  if (!isOwn) return `${inTree} config --file ${word(file)} --unset-all core.hooksPath`
  return others.length === 0
    ? `${inTree} config --unset-all core.hooksPath`
    : `${inTree} config --replace-all core.hooksPath ${own}`
}
