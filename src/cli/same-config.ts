import { configFileNames, isCodeConfig } from '../core/config-names.ts'
import type { Oid } from '../core/push.ts'
import type { Git } from '../core/world.ts'

/**
 * For each commit one that has the same config files, so that a push of a thousand refs reads a config or two. One git process for all.
 * Without an entry is what is not here (somebody else pushed it) or is no commit: nobody can read a config there.
 */
export async function representatives(git: Git, commits: readonly Oid[]): Promise<ReadonlyMap<Oid, Oid>> {
  const asked = (commit: Oid) => [`${commit}^{tree}`, ...configFileNames.map(name => `${commit}:${name}`)]
  const input = commits.flatMap(asked).map(line => `${line}\n`)
  const answer = await git.text(['cat-file', '--batch-check=%(objectname)'], { input: input.join('') })
  const lines = answer.split('\n').map(line => (line.endsWith(' missing') ? '' : line))
  const like = new Map<Oid, Oid>()
  const firstWith = new Map<string, Oid>()
  for (const commit of commits) {
    const [tree, ...own] = lines.splice(0, configFileNames.length + 1)
    if (tree === '') continue
    // A config that is code may import any file of its commit.
    const isCode = configFileNames.some((name, at) => own[at] !== '' && isCodeConfig(name))
    const key = isCode ? commit : own.join(' ')
    const first = firstWith.get(key) ?? commit
    firstWith.set(key, first)
    like.set(commit, first)
  }
  return like
}
