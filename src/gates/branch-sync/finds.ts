import type { FindingKind } from '../../core/finding.ts'

export const finds: readonly FindingKind[] = [
  {
    id: 'branch-lacks-commits',
    title: 'A later branch has commits that an earlier one lacks',
    why: 'What was mended on a release branch alone is undone by the next release, which comes from the branch of all work.',
    instead: 'Merge the later branch into the earlier one: git switch develop, then git merge origin/main',
  },
  {
    id: 'branch-behind',
    title: 'The remote’s branch has commits that are not in the push',
    why: 'The push would be rejected, and what was judged is not what the branch will hold.',
    instead: 'Bring them in: git pull --rebase. Then check again.',
  },
  {
    id: 'big-change',
    title: 'A big change straight on the branch of all work',
    why: 'While it is unfinished nobody can release anything else, and taking it back takes many steps.',
    instead: 'Commit it on a branch of its own and merge that when it is done: git switch -c <name>',
  },
  {
    id: 'small-change',
    title: 'A small change straight on the branch of all work',
    why: 'A few commits are read and taken back easily; a branch of their own would only cost time.',
    instead: 'Nothing has to be done.',
  },
]
