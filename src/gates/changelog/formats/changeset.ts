import { readYaml } from '../../../core/yaml.ts'
import { bumps } from './bumps.ts'

/** What a changeset says: which packages get which release, and what people read about it. */
export interface Changeset {
  readonly releases: readonly { readonly name: string; readonly type: string; readonly line: number }[]
  readonly summary: string
}

export type ReadChangeset = Changeset | { readonly fault: string; readonly line: number }

/** Reads a file of `.changeset/`: front matter between two lines of `---`, then the summary. Never throws for what it holds. */
export function readChangeset(text: string): ReadChangeset {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n?|\n/)
  const open = lines.findIndex(line => line.trim() !== '')
  if (open < 0) return { fault: 'it is empty', line: 1 }
  if (lines[open]!.trim() !== '---') return { fault: 'it does not begin with a line of ---', line: open + 1 }
  const close = lines.findIndex((line, at) => at > open && line.trim() === '---')
  if (close < 0) return { fault: 'the --- that begins it is never closed', line: open + 1 }
  const summary = lines
    .slice(close + 1)
    .join('\n')
    .trim()
  const matter = lines.slice(open + 1, close)
  const data = readYaml(matter.join('\n'))
  if (data.fault !== undefined) return { fault: data.fault, line: open + 1 + data.line }
  if (data.value === null || data.value === undefined) return { releases: [], summary }
  return releasesOf(data.value, matter, open + 2, summary)
}

function releasesOf(value: unknown, matter: readonly string[], first: number, summary: string): ReadChangeset {
  if (typeof value !== 'object' || Array.isArray(value) || value === null)
    return { fault: 'between the --- stands no list of packages', line: first }
  const releases: { name: string; type: string; line: number }[] = []
  for (const [name, type] of Object.entries(value)) {
    const line =
      first +
      Math.max(
        matter.findIndex(one => one.includes(name)),
        0,
      )
    if (name.trim() === '') return { fault: 'a package has no name', line }
    if (typeof type !== 'string' || !(bumps as readonly string[]).includes(type))
      return { fault: `"${name}" is to get no release that there is; there are ${bumps.join(', ')}`, line }
    releases.push({ name, type, line })
  }
  return { releases, summary }
}
