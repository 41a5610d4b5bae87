import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { Files, Git } from '../core/world.ts'
import type { HookEvent, Mode, Starter } from './shim.ts'

/** What an install did, kept so that `uninstall` can undo exactly that. */
export interface InstallRecord {
  readonly version: string
  readonly mode: Mode
  /** The files that git, or husky for it, starts. */
  readonly hooks: readonly RecordedHook[]
  /** Folders that were not there before, outermost first. */
  readonly folders: readonly string[]
  /** Absolute paths of compiled shims, which a changed config makes stale. */
  readonly shims: readonly RecordedShim[]
  /** What the shims were told of this machine. */
  readonly node: string
  readonly package: string
}

export interface RecordedShim {
  readonly event: HookEvent
  readonly path: string
  readonly startedBy: Starter
}

export interface RecordedHook {
  readonly event: HookEvent
  readonly path: string
  /** Whether no file was there before. */
  readonly created: boolean
}

export function ownFolder(commonDir: string): string {
  return join(commonDir, 'ship-guard')
}

export function recordPath(commonDir: string): string {
  return join(ownFolder(commonDir), 'installed.json')
}

/**
 * The record of the last install, without what lies outside this clone: a copied clone has the paths of the one that it was copied from. Undefined
 * when there is none or it cannot be read (a half-copied repository).
 */
export async function readRecord(
  files: Pick<Files, 'text' | 'look'>,
  git: Pick<Git, 'commonDir' | 'top' | 'answer'>,
): Promise<InstallRecord | undefined> {
  const record = await parsed(files, git.commonDir)
  if (record === undefined) return undefined
  const paths = [...[...record.hooks, ...record.shims].map(({ path }) => path), ...record.folders]
  if (paths.every(path => isInside(path, git.commonDir))) return record
  const own = await foldersOf(git, files)
  const isHere = (path: string) => own.some(folder => isInside(path, folder))
  return {
    ...record,
    hooks: record.hooks.filter(({ path }) => isHere(path)),
    shims: record.shims.filter(({ path }) => isHere(path)),
    folders: record.folders.filter(isHere),
  }
}

async function parsed(files: Pick<Files, 'text'>, commonDir: string): Promise<InstallRecord | undefined> {
  try {
    const record = JSON.parse((await files.text(recordPath(commonDir))) ?? '') as InstallRecord
    const lists = [record.hooks, record.folders, record.shims]
    return lists.every(list => Array.isArray(list)) ? record : undefined
  } catch {
    return undefined
  }
}

/** The git dir, the work trees, and where git takes hooks from. */
async function foldersOf(
  git: Pick<Git, 'commonDir' | 'top' | 'answer'>,
  files: Pick<Files, 'text' | 'look'>,
): Promise<readonly string[]> {
  const { commonDir, top } = git
  const [listed, hooks] = await Promise.all([
    git.answer(['worktree', 'list', '--porcelain']),
    git.answer(['rev-parse', '--path-format=absolute', '--git-path', 'hooks']),
  ])
  const trees = (listed ?? '').split('\n').flatMap(line => /^worktree (.+)/.exec(line)?.[1] ?? [])
  const own = await Promise.all(trees.map(tree => isTreeOf(commonDir, tree, files)))
  return [commonDir, top, hooks, ...trees.filter((_, at) => own[at])].filter(folder => folder !== undefined)
}

// The copy of a clone lists the linked work trees of the original, which know nothing of it.
async function isTreeOf(commonDir: string, tree: string, files: Pick<Files, 'text' | 'look'>): Promise<boolean> {
  const link = join(tree, '.git')
  if ((await files.look(link))?.kind === 'folder') return link === commonDir
  const named = /^gitdir: (.+)/.exec((await files.text(link)) ?? '')?.[1]
  return named !== undefined && isInside(resolve(dirname(link), named), commonDir)
}

/** Whether a path is this folder or below it. Both absolute. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (!way.startsWith('..') && !isAbsolute(way))
}
