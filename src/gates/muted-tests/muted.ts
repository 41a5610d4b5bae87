import type { Finding } from '../../core/finding.ts'
import { globMatcher } from '../../core/glob.ts'
import type { Change } from '../../core/tree.ts'
import type { MutedQuestion } from './question.ts'

/**
 * What the push switches off: tests that it focuses, skips or deletes, and configs of runners that leave tests out. What was so before is not told.
 * Never throws for what stands in a file.
 * @throws the signal's reason when it is aborted.
 */
export async function mutedTests({ tree, options, signal }: MutedQuestion): Promise<readonly Finding[]> {
  const [{ isRunnerConfig }, { isForeignTest, mayHoldTests }] = await Promise.all([
    import('./narrowing.ts'),
    import('./which-files.ts'),
  ])
  const isAllowed = globMatcher(options.allow.map(({ path }) => path))
  const isOurs = (path: string) => mayHoldTests(path) || isRunnerConfig(path) || isForeignTest(path)
  const changes = (await tree.changes()).filter(
    change =>
      (isOurs(change.path) || (change.kind === 'renamed' && isOurs(change.from))) &&
      !isAllowed(change.path) &&
      isFile(change),
  )
  if (changes.length === 0) return []
  const { judge } = await import('./judge.ts')
  return judge(changes, { tree, options, signal })
}

function isFile(change: Change): boolean {
  return change.kind === 'deleted' || change.mode.startsWith('100')
}
