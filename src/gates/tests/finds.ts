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
  {
    id: 'flaky-test',
    title: 'A test fails by chance, and nobody looks after it',
    why: 'It passed and failed on one commit, and did so before this push. People learn to ignore a test like that, and with it the failure that matters.',
    instead:
      'Mend it. Until then write it down under `flakes` of the gate, with an issue, an owner and the day until which that may last: then its failures are told and let a push pass.',
  },
  {
    id: 'expired-flake',
    title: 'A test fails by chance longer than was agreed',
    why: 'The day came that was set for mending it.',
    instead: 'Mend the test, or agree on another day and write it under `flakes` of the gate.',
  },
  {
    id: 'known-flake',
    title: 'A test failed by chance, as is known of it',
    why: 'It is written down under `flakes` of the gate, with an issue, an owner and a date.',
    instead: 'See how its issue stands: npx ship-guard flakes',
  },
  {
    id: 'flake-expires-soon',
    title: 'The time for mending a flaky test is nearly over',
    why: 'From that day on its failures refuse a push.',
    instead: 'Mend the test, or agree on another day and write it under `flakes` of the gate.',
  },
  {
    id: 'quiet-flake',
    title: 'A test that is written down as flaky has not failed for long',
    why: 'An entry that is no longer needed would let a real failure pass.',
    instead: 'Take it out of `flakes` of the gate.',
  },
]
