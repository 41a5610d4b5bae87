import { randomBytes } from 'node:crypto'
import { appendFile, chmod, lstat, mkdir, open, readdir, readFile, readlink, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { globMatcher } from '../core/glob.ts'
import type { FileFacts, Files } from '../core/world.ts'

/** The machine's files. Absent is `undefined`, never an error; anything else that fails throws Node's own error. */
export const files: Files = {
  read: path => orUndefined(readFile(path)),
  text: async path => (await orUndefined(readFile(path)))?.toString('utf8'),
  write,
  append: (path, content, options = {}) => appendFile(path, content, { mode: options.mode ?? 0o666 }),
  remove: path => rm(path, { recursive: true, force: true }),
  move: rename,
  list: async folder => (await orUndefined(readdir(folder))) ?? [],
  look,
  makeFolder: async (path, options = {}) => {
    await mkdir(path, { recursive: true, mode: options.mode ?? 0o777 })
  },
  glob,
}

async function orUndefined<T>(wanted: Promise<T>): Promise<T | undefined> {
  try {
    return await wanted
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

async function write(path: string, content: string | Uint8Array, options: { mode?: number } = {}): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const mode = options.mode ?? (await look(path))?.mode ?? 0o666
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    if (options.mode !== undefined) await chmod(temporary, options.mode)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function look(path: string): Promise<FileFacts | undefined> {
  const stat = await orUndefined(lstat(path))
  if (stat === undefined) return undefined
  const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'other'
  const facts = { kind, mode: stat.mode & 0o7777, size: stat.size, mtimeMs: stat.mtimeMs } as const
  return kind === 'link' ? { ...facts, target: await readlink(path) } : facts
}

async function glob(folder: string, globs: readonly string[]): Promise<readonly string[]> {
  const matches = globMatcher(globs)
  const found: string[] = []
  const walk = async (current: string): Promise<void> => {
    for (const entry of (await orUndefined(readdir(current, { withFileTypes: true }))) ?? []) {
      const path = join(current, entry.name)
      if (entry.isDirectory()) {
        if (entry.name !== '.git' && entry.name !== 'node_modules') await walk(path)
      } else if (entry.isFile()) {
        const name = relative(folder, path).split(sep).join('/')
        if (matches(name)) found.push(name)
      }
    }
  }
  await walk(folder)
  return found.sort()
}
