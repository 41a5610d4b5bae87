import type { FindingKind } from '../core/finding.ts'

/** Ids of what is said about the push itself, before any gate is asked. */
export const finds: readonly FindingKind[] = [
  {
    id: 'protected-branch-deleted',
    title: 'Deleting a protected branch',
    why: 'Everyone who works from it and every deploy would lose it.',
    instead: 'If it really has to go, take it out of `protect` in .shiprc first, in a commit of its own.',
  },
  {
    id: 'protected-tag-moved',
    title: 'Moving a protected tag',
    why: 'Whoever deploys or installs by its name would get something else than was judged.',
    instead: 'Leave the tag where it is and give the commit a tag of another name.',
  },
  {
    id: 'protected-branch-rewritten',
    title: 'Taking commits away from a protected branch',
    why: 'What was judged, tested and perhaps deployed would vanish from its history.',
    instead:
      'Bring the commits in and push without force: git pull --rebase. To undo a commit: git revert <commit>. In a shallow clone: git fetch --unshallow.',
  },
  {
    id: 'remote-moved',
    title: 'The remote has commits that this clone does not know',
    why: 'Nobody can tell what this push would change or overwrite.',
    instead: 'Bring them in: git pull --rebase. Then push again.',
  },
  {
    id: 'not-a-commit',
    title: 'What is pushed to a branch is no commit',
    why: 'A tag object, a tree or a file there cannot be judged, and the server refuses it.',
    instead: 'Push the commit itself: git push <remote> "<object>^{commit}:refs/heads/<branch>"',
  },
  {
    id: 'bypass-without-reason',
    title: 'Gates switched off without a reason',
    why: 'Who finds the broken branch tomorrow has to know why nobody looked. The reason is kept in this clone and shown by status.',
    instead: 'Say it in a few words: SHIP_GUARD_SKIP=tests SHIP_GUARD_REASON="why it cannot wait" git push',
  },
  {
    id: 'bypass-unknown-gate',
    title: 'A gate to be switched off that there is not',
    why: 'Whoever misspells a gate would believe it switched off, or switch off another one next time.',
    instead: 'Name one that judges this push: npx ship-guard status',
  },
  {
    id: 'bypass-not-recorded',
    title: 'A bypass that could not be written down',
    why: 'A bypass without a record is one that nobody finds again.',
    instead: 'Make the folder ship-guard/log in the git dir writable (git rev-parse --git-common-dir says where).',
  },
  {
    id: 'commands-not-accepted',
    title: 'Commands that nobody has accepted on this machine',
    why: 'The config comes with the commits: whoever changed it decides what runs here, with your rights (`trust: ask`).',
    instead: 'Look at the commands, and accept them when they are right: npx ship-guard trust',
  },
  {
    id: 'not-asked-before',
    title: 'A slow gate was not asked before the push',
    why: 'The config says that no connection waits for slow gates (`slow.onMiss: require`).',
    instead:
      'npx ship-guard check, then push again. Or write npx ship-guard push for git push: it asks before it connects.',
  },
  {
    id: 'pushed-by-gate',
    title: 'A gate that pushes what it has to judge',
    why: 'Its own push would start it again, without end; and a gate says whether something may be pushed.',
    instead: 'Take the git push out of the command of the gate, or let it push to a branch that is not protected.',
  },
  {
    id: 'undecided',
    title: 'A gate that could not tell',
    why: 'What could not be judged is kept back like what was refused.',
    instead: 'Mend what kept it from answering, then ask it again: npx ship-guard check',
  },
  {
    id: 'skipped',
    title: 'A gate that was not asked',
    why: 'There was nothing for it to judge, or the config says not to ask it. Its answer is not part of the result.',
    instead: 'Nothing, unless it should have been asked: npx ship-guard status',
  },
  {
    id: 'bypassed',
    title: 'A gate that was switched off for one push',
    why: 'Whoever pushed gave a reason for it; the record is kept, and its answer is not part of the result.',
    instead: 'Ask it now: npx ship-guard check',
  },
]
