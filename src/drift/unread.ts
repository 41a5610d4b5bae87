import type { Difference, Hold, Side } from '../core/difference.ts'
import type { CaptureSource } from '../core/environment.ts'
import { byPath, type PathBytes, pathOf } from '../core/path-bytes.ts'
import type { IndexedFile } from '../core/world.ts'
import { denyRules, ownRule } from './deny-rules.ts'
import type { Pulled, Skipped } from './pull/request.ts'

export interface UnreadAsk {
  readonly differences: readonly Difference[]
  readonly pulled: Pulled
  readonly source: CaptureSource
  readonly indexed: ReadonlyMap<PathBytes, IndexedFile>
  /** Names that git must not see, with the reason. */
  readonly unsafe: ReadonlyMap<PathBytes, string>
}

/** The differences and, beside them, what is on the server and was not read, so that nothing stays behind unsaid. In the order of the paths' bytes. */
export function withUnread({ differences, pulled, source, indexed, unsafe }: UnreadAsk): readonly Difference[] {
  const all = new Map(differences.map(one => [one.path, one]))
  const why = new Map(denyRules(source).map(rule => [rule.id, rule.why]))
  const uploads = source.roots
    .map(({ to, uploads }) => ({ to: pathOf(to), uploads }))
    .sort((a, b) => b.to.length - a.to.length)
  const tell = (path: PathBytes, hold: Hold) => {
    const known = all.get(path)
    const before = known?.before ?? sideOf(indexed.get(path))
    const upload = uploads.find(({ to }) => path.startsWith(to))?.uploads ?? false
    const holds = known?.change === 'unread' ? [...known.holds, hold] : [hold]
    all.set(path, {
      path,
      change: 'unread',
      content: 'unknown',
      upload,
      ignored: false,
      holds,
      ...(before === undefined ? {} : { before }),
    })
  }
  for (const one of pulled.skipped) {
    if (one.why === 'vanished' || isDeployedLink(one, all, indexed)) continue
    tell(one.path, holdFor(one, why))
  }
  for (const path of pulled.unsettled) if (!all.has(path) && indexed.has(path)) tell(path, { kind: 'still-changing' })
  for (const [path, because] of unsafe) tell(path, { kind: 'unsafe-name', because })
  return [...all.values()].sort(byPath)
}

/** What is equal to the base lies in the index as it was deployed. */
function sideOf(entry: IndexedFile | undefined): Side | undefined {
  return entry === undefined ? undefined : { oid: entry.oid, mode: entry.mode, size: entry.size }
}

/** Links are never pulled; one that was deployed as a link is nothing new. */
function isDeployedLink(
  { path, why }: Skipped,
  differences: Map<PathBytes, Difference>,
  indexed: ReadonlyMap<PathBytes, IndexedFile>,
): boolean {
  if (why !== 'link') return false
  const difference = differences.get(path)
  if (difference?.change === 'deleted' && difference.before?.mode === '120000') return differences.delete(path)
  return difference === undefined && indexed.get(path)?.mode === '120000'
}

function holdFor({ why, size, rule, target, because }: Skipped, reasons: ReadonlyMap<string, string>): Hold {
  if (why === 'too-big') return { kind: 'too-big', size: size ?? 0 }
  if (why === 'link') return target === undefined ? { kind: 'link' } : { kind: 'link', target }
  if (why === 'special') return { kind: 'special' }
  if (why === 'denied')
    return {
      kind: 'denied',
      rule: rule ?? ownRule,
      why: reasons.get(rule ?? '') ?? 'A rule of the config keeps it on the server.',
    }
  return { kind: 'unreadable', because: because ?? 'the user of the connection may not read it' }
}
