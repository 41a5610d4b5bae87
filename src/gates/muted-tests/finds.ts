import type { FindingKind } from '../../core/finding.ts'

/** Ids of what is said about tests that a push switches off. */
export const finds: readonly FindingKind[] = [
  {
    id: 'focused-test',
    title: 'A test that is run alone',
    why: 'With one focused test all others do not run, and the command that runs them still says that all passed.',
    instead: 'Take the focus out (`.only`, `fdescribe`, `fit`, `:focus`), commit and push again.',
  },
  {
    id: 'skipped-test',
    title: 'A test that the push switches off',
    why: 'What it promised is no longer looked at by anybody, and a skipped test is seldom switched on again.',
    instead: 'Mend the test, or say why it may rest in a comment above it: `ship-guard:allow skipped-test <reason>`.',
  },
  {
    id: 'deleted-test',
    title: 'A test that the push takes away',
    why: 'What it promised is no longer looked at by anybody.',
    instead: 'Bring it back, or accept it with a reason in `allow` of the gate `muted-tests` in .shiprc.',
  },
  {
    id: 'narrowed-tests',
    title: 'A runner’s config that leaves tests out',
    why: 'The tests that it leaves out do not run, and the command that runs the rest still says that all passed.',
    instead:
      'Take the narrowing out again, or accept it with a reason in `allow` of the gate `muted-tests` in .shiprc.',
  },
]
