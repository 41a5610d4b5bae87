import type { FindingKind } from '../../core/finding.ts'

/** Ids of what the tests gate reports. */
export const finds: readonly FindingKind[] = [
  {
    id: 'tests-failed',
    title: 'The command that runs the tests failed',
    why: 'Whoever pulls this branch gets code that its own tests refuse.',
    instead: 'Run the command yourself, mend what fails, commit and push again.',
  },
  {
    id: 'failed-test',
    title: 'A test failed',
    why: 'What this test promises does not hold in the pushed commit. Its name and place come from JUnit XML, from TAP or from the output.',
    instead: 'Mend it or the test, and see it pass.',
  },
]
