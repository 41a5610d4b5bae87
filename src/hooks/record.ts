import { join } from 'node:path'
import type { Files } from '../core/world.ts'
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

/** The record of the last install; undefined when there is none or it cannot be read (a half-copied repository). */
export async function readRecord(files: Pick<Files, 'text'>, commonDir: string): Promise<InstallRecord | undefined> {
  try {
    const record = JSON.parse((await files.text(recordPath(commonDir))) ?? '') as InstallRecord
    const lists = [record.hooks, record.folders, record.shims]
    return lists.every(list => Array.isArray(list)) ? record : undefined
  } catch {
    return undefined
  }
}
