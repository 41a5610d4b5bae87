import type { Finding } from '../../core/finding.ts'
import { sequenceFindings } from '../../db/sequence.ts'
import type { Standing } from './history-of.ts'
import type { Claim } from './projects.ts'

/** Findings about the order and the numbers of a project's migrations. */
export function sequenceOf(
  { tool }: Claim,
  order: readonly string[],
  fresh: ReadonlyMap<string, Standing>,
  texts: ReadonlyMap<string, string>,
  branch: string,
): readonly Finding[] {
  const files = order
    .filter(path => !tool.isRepeatable(path))
    .map(path => {
      const text = texts.get(path)
      const facts = {
        path,
        version: tool.versionOf(path),
        name: tool.nameOf(path, text),
        isNew: fresh.get(path)?.kind === 'added',
      }
      return text === undefined ? facts : { ...facts, text }
    })
  return sequenceFindings(files, branch)
}
