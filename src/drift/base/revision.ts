/** The commit that a file on a server names, and what kind of file that is. */
export interface NamedCommit {
  /** As written: 7 to 64 hexadecimal digits. */
  readonly commit: string
  readonly known: 'revision-file' | 'manifest'
}

/**
 * Reads what a deploy leaves behind: `REVISION` of Capistrano and Deployer (the commit alone), Capistrano's `revisions.log` (the last line), a
 * manifest in JSON or lines of JSON with `commit` or `revision`. Undefined when no commit is in it.
 */
export function namedCommit(content: Uint8Array): NamedCommit | undefined {
  if (content.length > maxBytes) return undefined
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  if (lines[0]?.startsWith('{')) return inManifest(text, lines)
  const alone = lines.length === 1 ? (lines[0]!.match(hex)?.[1] ?? undefined) : undefined
  const logged = lines.at(-1)?.match(/\(at ([0-9a-f]{7,64})\) deployed as release/i)?.[1]
  const commit = alone ?? logged
  return commit === undefined ? undefined : { commit: commit.toLowerCase(), known: 'revision-file' }
}

const maxBytes = 1024 * 1024
const hex = /^(?:commit )?([0-9a-f]{7,64})$/i

function inManifest(text: string, lines: readonly string[]): NamedCommit | undefined {
  for (const json of [text, lines.at(-1)!]) {
    const commit = commitIn(parsed(json))
    if (commit !== undefined) return { commit: commit.toLowerCase(), known: 'manifest' }
  }
  return undefined
}

function commitIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { commit, revision } = value as { commit?: unknown; revision?: unknown }
  return [commit, revision].find((one): one is string => typeof one === 'string' && /^[0-9a-f]{7,64}$/i.test(one))
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
