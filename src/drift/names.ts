// Names that mean something to git, and names that mean one file on some machines and two on others. What git itself refuses: path.c, verify_path,
// is_ntfs_dotgit and utf8.c, is_hfs_dotgit; what is refused here is at least that.
import { type PathBytes, textOf } from '../core/path-bytes.ts'

/** Why git would not take the path, or what it means to git; undefined when it is an ordinary one. */
export function whyUnsafe(path: PathBytes): string | undefined {
  if (path === '' || path.startsWith('/') || path.endsWith('/')) return 'no path of a file inside a repository'
  for (const name of path.split('/')) {
    const because = ofName(name as PathBytes)
    if (because !== undefined) return because
  }
}

function ofName(name: PathBytes): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'no path of a file inside a repository'
  if (Buffer.byteLength(name, 'latin1') > 255) return 'the name is longer than 255 bytes'
  const folded = ntfsName(hfsName(name))
  for (const form of new Set([folded, ...folded.split('\\')])) {
    const because = meaningOf(form)
    if (because !== undefined) return because
  }
}

function meaningOf(folded: string): string | undefined {
  if (folded === '.git' || /^git~\d+$/.test(folded)) return 'git keeps a repository under that name'
  if (folded === '.gitattributes' || /^(gitatt|gi7d29)~\d$/.test(folded))
    return 'git takes settings from it that change contents and start programs'
  if (folded === '.lfsconfig') return 'Git LFS takes the address from it that files and passwords are sent to'
  if (folded === '.gitmodules' || /^(gitmod|gi7eba)~\d$/.test(folded)) return 'git takes other repositories from it'
}

/** As HFS+ sees a name: without the characters that it ignores, in lower case. Bytes that are not UTF-8 stay as they are. */
function hfsName(name: PathBytes): string {
  const text = textOf(name)
  if (text === undefined) return name.toLowerCase()
  return text.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '').toLowerCase()
}

/** As NTFS sees it: without dots and spaces at the end, and without the name of a stream. */
function ntfsName(name: string): string {
  return name.replace(/:.*$/s, '').replace(/[. ]+(?=\\|$)/g, '')
}

/** The same for every path that is one file where case and Unicode forms are not told apart. */
export function foldedPath(path: PathBytes): string {
  if (/^[\x00-\x7f]*$/.test(path)) return path.toLowerCase()
  const text = textOf(path)
  if (text === undefined) return path.toLowerCase()
  return text.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC')
}

/** Finds the paths that a new one would meet on a file system that folds names: the same file, or a file where the other needs a folder. */
export class Collisions {
  readonly #added = new Map<string, Set<PathBytes>>()
  readonly #above = new Map<string, Map<PathBytes, PathBytes[]>>()
  readonly #met = new Map<PathBytes, PathBytes>()
  #folder = ''
  #folders: readonly (readonly [string, PathBytes])[] = []

  /** @param added the paths that nobody has yet. */
  constructor(added: Iterable<PathBytes>) {
    for (const path of added) {
      const key = foldedPath(path)
      this.#added.set(key, (this.#added.get(key) ?? new Set()).add(path))
      for (const [folded, folder] of this.#foldersAbove(path)) {
        const folders = this.#above.get(folded) ?? new Map<PathBytes, PathBytes[]>()
        this.#above.set(folded, folders)
        const below = folders.get(folder)
        if (below === undefined) folders.set(folder, [path])
        else below.push(path)
      }
    }
  }

  /** Every path, the new ones too, in their order. */
  see(path: PathBytes): void {
    if (this.#added.size === 0) return
    const key = foldedPath(path)
    for (const added of this.#added.get(key) ?? []) this.#meet(added, path, path)
    for (const [folder, below] of this.#above.get(key) ?? [])
      for (const added of below) this.#meet(added, path, path, folder)
    for (const [folded, folder] of this.#foldersAbove(path))
      for (const added of this.#added.get(folded) ?? []) this.#meet(added, path, folder)
  }

  /** What a new path meets, after everything was seen. */
  with(path: PathBytes): PathBytes | undefined {
    return this.#met.get(path)
  }

  #meet(added: PathBytes, other: PathBytes, part: PathBytes, addedPart = added): void {
    if (part !== addedPart && !this.#met.has(added)) this.#met.set(added, other)
  }

  /** In a sorted list most paths lie where the one before lay. */
  #foldersAbove(path: PathBytes): readonly (readonly [string, PathBytes])[] {
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    if (folder !== this.#folder) {
      this.#folder = folder
      const folders: (readonly [string, PathBytes])[] = []
      for (let slash = folder.indexOf('/'); slash !== -1; slash = folder.indexOf('/', slash + 1)) {
        const above = folder.slice(0, slash) as PathBytes
        folders.push([foldedPath(above), above])
      }
      this.#folders = folders
    }
    return this.#folders
  }
}
