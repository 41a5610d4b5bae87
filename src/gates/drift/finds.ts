import type { FindingKind } from '../../core/finding.ts'

/** Ids of what the drift gate reports. */
export const finds: readonly FindingKind[] = [
  {
    id: 'drift-line-endings',
    title: 'Files on the server whose line endings alone are different',
    why: 'Some way of uploading changed them; nothing is lost when the next deploy brings them back.',
    instead: 'Nothing, or upload in binary mode.',
  },
  {
    id: 'drift-not-read',
    title: 'Files on the server that were not read',
    why: 'What was not read cannot be compared: a change in it would go unseen.',
    instead: 'See them with npx ship-guard capture --check; take what does not matter out with `exclude`.',
  },
]
