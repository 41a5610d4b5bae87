import type { Oid } from '../core/push.ts'
import type { Git } from '../core/world.ts'

export interface CommitWords {
  readonly tree: Oid
  readonly parents: readonly Oid[]
  /** `Name <address> <seconds> <zone>`, as `git var GIT_COMMITTER_IDENT` says it. */
  readonly author: string
  readonly committer: string
  readonly message: string
}

/**
 * Writes a commit. Not through `git commit-tree`, which takes the author from the environment, and GIT_AUTHOR_NAME of the user's shell would win
 * over the one that captures have.
 */
export function writeCommit(git: Git, { tree, parents, author, committer, message }: CommitWords): Promise<Oid> {
  const head = [
    `tree ${tree}`,
    ...parents.map(parent => `parent ${parent}`),
    `author ${author}`,
    `committer ${committer}`,
  ]
  return git.text(['hash-object', '-t', 'commit', '-w', '--stdin'], { input: `${head.join('\n')}\n\n${message}\n` })
}
