// atlas.sum: a running SHA-256 over the name and the bytes of every file, and one over all of its lines (atlas, sql/migrate/dir.go).
import { createHash } from 'node:crypto'
import { basename } from 'node:path/posix'
import type { Finding } from '../core/finding.ts'
import { folderOf } from './evidence.ts'
import { checksumMismatch } from './ledger.ts'
import { byName } from './sql-parts.ts'

interface Line {
  readonly name: string
  readonly hash: string
}

/** The file as Atlas would write it for these migrations: by name, whatever order they are given in. */
export function atlasSum(files: readonly { readonly name: string; readonly text: string }[]): string {
  const lines = linesFor(files)
  return `h1:${total(lines)}\n${lines.map(({ name, hash }) => `${name} h1:${hash}\n`).join('')}`
}

function linesFor(files: readonly { readonly name: string; readonly text: string }[]): Line[] {
  const running = createHash('sha256')
  return [...files]
    .sort((a, b) => byName(a.name, b.name))
    .flatMap(({ name, text }) => {
      running.update(name)
      if (isIgnored(text)) return []
      running.update(text)
      return [{ name, hash: running.copy().digest('base64') }]
    })
}

function total(lines: readonly Line[]): string {
  const sum = createHash('sha256')
  for (const { name, hash } of lines) sum.update(name).update(hash)
  return sum.digest('base64')
}

function isIgnored(text: string): boolean {
  return /^--\s*atlas:sum\s+ignore\s*$/m.test(text.slice(0, 2000))
}

const instead = 'Look at the change, then bring the sum up to date: atlas migrate hash'

/** Every atlas.sum among the texts against the SQL files beside it. The first difference tells: all sums after it differ too. */
export function atlasSumFindings(texts: ReadonlyMap<string, string>): Finding[] {
  return [...texts]
    .filter(([path]) => basename(path) === 'atlas.sum')
    .flatMap(([path, text]) => compared(path, text, texts))
}

function compared(path: string, text: string, texts: ReadonlyMap<string, string>): Finding[] {
  const folder = folderOf(path)
  const files = [...texts]
    .filter(([one]) => one.endsWith('.sql') && folderOf(one) === folder)
    .map(([one, content]) => ({ name: basename(one), text: content }))
  // Texts of other projects are not at hand; a sum without any file beside it is theirs.
  if (files.length === 0) return []
  const [first = '', ...rest] = text.split(/\r?\n/)
  const written = rest.flatMap(line => {
    const said = /^(.*?) h1:(\S+)$/.exec(line)
    return said === null ? [] : [{ name: said[1]!, hash: said[2]! }]
  })
  const lines = linesFor(files)
  const found = difference(written, lines)
  if (found !== undefined)
    return [checksumMismatch(path, found.line, `atlas.sum does not agree: ${found.what}.`, instead)]
  if (first.replace(/^h1:/, '') === total(lines)) return []
  return [checksumMismatch(path, 1, 'atlas.sum does not agree: its first line is not the sum of the others.', instead)]
}

function difference(written: readonly Line[], lines: readonly Line[]): { line: number; what: string } | undefined {
  const known = new Set(written.map(one => one.name))
  const there = new Set(lines.map(one => one.name))
  for (const [index, { name, hash }] of written.entries()) {
    const line = index + 2
    const own = lines[index]
    if (!there.has(name)) return { line, what: `${name} was removed` }
    if (own === undefined || (own.name !== name && !known.has(own.name)))
      return { line, what: `${own?.name ?? name} was added` }
    if (own.name !== name) return { line, what: `${name} stands in another order` }
    if (own.hash !== hash) return { line, what: `${name} was edited` }
  }
  const added = lines.find(one => !known.has(one.name))
  return added === undefined ? undefined : { line: written.length + 2, what: `${added.name} was added` }
}
