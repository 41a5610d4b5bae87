// Which database server runs a project's migrations.
import type { TreeEntry } from '../../core/tree.ts'
import { guessDialect } from '../../db/detect-dialect.ts'
import type { Flavour } from '../../db/rule.ts'
import type { DialectId } from '../../db/statement.ts'
import type { TextFile } from '../../db/tool.ts'
import type { Blobs } from './blobs.ts'
import type { Standing } from './history-of.ts'
import type { Options } from './options.ts'
import type { Claim } from './projects.ts'

export interface Server {
  /** Best guess first; one alone when it is known. */
  readonly dialects: readonly [DialectId, ...DialectId[]]
  /** Undefined when only the dialect is known. */
  readonly flavour: Flavour | undefined
  /** What told us; undefined when nothing did. */
  readonly because: string | undefined
}

interface Facts {
  readonly claim: Claim
  readonly options: Pick<Options, 'dialect'>
  readonly evidence: readonly TextFile[]
  readonly fresh: ReadonlyMap<string, Standing>
  readonly order: readonly string[]
  readonly entries: ReadonlyMap<string, TreeEntry>
  readonly blobs: Blobs
}

const telling = 50

/** The config's word, the project's own, what the repository says, what the SQL itself shows: the first that speaks. Blobs must be loaded. */
export async function dialectsOf(facts: Facts): Promise<Server> {
  const { options, claim, evidence } = facts
  if (options.dialect !== 'auto') return sure(options.dialect, 'the config')
  if (claim.project.flavour !== undefined) return sure(claim.project.flavour, claim.tool.title)
  const near = evidence.filter(({ path }) => isAround(path, claim.project.root))
  const { fresh, earlier } = texts(facts)
  const { dialects, because, flavour } = guessDialect(near, fresh, earlier)
  return { dialects, because, flavour }
}

function sure(flavour: Flavour, because: string): Server {
  return { dialects: [flavour === 'mariadb' ? 'mysql' : flavour], flavour, because }
}

/** Files of the project itself, and those at the top that speak for all. */
function isAround(path: string, root: string): boolean {
  return root === '' || path.startsWith(`${root}/`) || !path.includes('/')
}

// Only SQL gives its dialect away; a program in PHP does not.
function texts({ fresh, order, entries, blobs }: Facts): { fresh: string[]; earlier: string[] } {
  const sql = order.filter(path => path.endsWith('.sql'))
  const textOf = (path: string) => {
    const oid = entries.get(path)?.oid
    const content = oid === undefined ? undefined : blobs.text(oid)
    return content !== undefined && 'text' in content ? [content.text.slice(0, 100_000)] : []
  }
  return {
    fresh: sql.filter(path => fresh.has(path)).flatMap(textOf),
    earlier: sql
      .filter(path => !fresh.has(path))
      .slice(-telling)
      .flatMap(textOf),
  }
}
