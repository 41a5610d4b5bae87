import type { FindingKind } from '../core/finding.ts'

/** Ids of what is said about the config that a push brings. */
export const finds: readonly FindingKind[] = [
  {
    id: 'config',
    title: 'A config that cannot be used',
    why: 'With a config that cannot be read nobody can tell what protects a branch, so nothing is let through to it.',
    instead:
      'Mend the lines that are named; every key is in .shiprc.example. To see it without a push: npx ship-guard check',
  },
  {
    id: 'config-changed',
    title: 'A push that changes the options of a gate',
    why: 'It is judged by the new options already.',
    instead: 'Look at them once more in the diff of the config.',
  },
  {
    id: 'config-weakened',
    title: 'A push that takes protection away',
    why: 'A push cannot switch off its own guard: for this push the config that the remote has stays in force.',
    instead: 'If that is wanted, push the change of the config first; it counts from the next push on.',
  },
  {
    id: 'config-ignored',
    title: 'A config file that is not used',
    why: 'With two configs, what people change in one of them does nothing.',
    instead: 'Move what you need into the one that is used and remove the other.',
  },
  {
    id: 'config-unreadable',
    title: 'The config that the remote has cannot be read here',
    why: 'Only the config of the pushed commit counts for this push; nobody can tell whether it takes a gate away.',
    instead: 'Look at what this push changes in the config.',
  },
]
