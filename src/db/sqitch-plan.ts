// sqitch.plan: pragmas, changes in the order in which they are deployed, and tags (sqitchchanges(7), App::Sqitch::Plan).
import { basename } from 'node:path/posix'
import type { Finding } from '../core/finding.ts'
import { folderOf } from './evidence.ts'
import { ledgerOutOfDate } from './ledger.ts'

export interface Change {
  /** As its script is called: `users`, or `users@v1` for the older form of a reworked change. */
  readonly script: string
  readonly line: number
}

/** Changes of a plan in their order. A change that comes again was reworked: its older script has the name of the tag between. */
export function changesIn(text: string): Change[] {
  const changes: { name: string; script: string; line: number; tag?: string }[] = []
  let untagged: (typeof changes)[number][] = []
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const line = written.replace(/(?:^|\s)#.*$/, '').trim()
    const tag = /^@(\S+)/.exec(line)?.[1]
    const name = /^\+?\s*([^\s%@+-][^\s[]*)/.exec(line)?.[1]
    if (tag !== undefined) {
      for (const change of untagged) change.tag = tag
      untagged = []
    } else if (name !== undefined) {
      const older = changes.findLast(one => one.name === name)
      if (older?.tag !== undefined) older.script = `${name}@${older.tag}`
      const change: (typeof changes)[number] = { name, script: name, line: index + 1 }
      changes.push(change)
      untagged.push(change)
    }
  }
  return changes
}

/** Where a plan's scripts lie: beside it, unless its project says otherwise. */
export function planFindings(texts: ReadonlyMap<string, string>, changeOf: (path: string) => string): Finding[] {
  const plans = [...texts].filter(([path]) => basename(path) === 'sqitch.plan')
  return plans.flatMap(([path, text]) => {
    const own = [...texts.keys()].filter(one => isUnder(one, folderOf(path)) && /(?:^|\/)deploy\/.*\.sql$/.test(one))
    // A plan of another project: its scripts are not at hand.
    if (own.length === 0) return []
    const changes = changesIn(text)
    const planned = new Set(changes.map(change => change.script))
    const scripts = new Set(own.map(changeOf))
    const lost = changes.filter(change => !scripts.has(change.script))
    const extra = own.filter(one => !planned.has(changeOf(one)))
    return [
      ...lost.map(({ script, line }) =>
        ledgerOutOfDate(
          path,
          line,
          `The plan lists ${script}, and there is no deploy/${script}.sql.`,
          'Restore the script, or take the line out of the plan.',
        ),
      ),
      ...extra.map(one =>
        ledgerOutOfDate(
          one,
          undefined,
          `${one} is not in ${path}: sqitch never deploys it.`,
          `Add it to the plan: sqitch add ${changeOf(one)}`,
        ),
      ),
    ]
  })
}

function isUnder(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`)
}
