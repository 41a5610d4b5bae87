import type { FindingKind } from '../../core/finding.ts'

/** Ids of what the changelog gate reports. */
export const finds: readonly FindingKind[] = [
  {
    id: 'changelog-entry',
    title: 'A change without an entry',
    why: 'People who upgrade read the changelog before anything else.',
    instead:
      'Say in a line what they will notice: npx ship-guard changelog add fixed "…". Paths that need no entry are listed in the option `except`.',
  },
  {
    id: 'changelog-missing',
    title: 'No changelog',
    why: 'People who upgrade have nowhere to read what changes for them.',
    instead:
      'Begin one with its first entry: npx ship-guard changelog add fixed "…". Without a changelog: `changelog: false` under `gates` in .shiprc.',
  },
  {
    id: 'changelog-unreadable',
    title: 'A changelog that cannot be read',
    why: 'What cannot be read as a changelog can be neither checked nor shown to the people who upgrade.',
    instead: 'Save it as UTF-8 text with the headings of Keep a Changelog, or set the option `format: any`.',
  },
  {
    id: 'changelog-date',
    title: 'A release without a date, or with one that is none',
    why: 'The date tells which release somebody runs, and only year-month-day means the same day everywhere.',
    instead: 'Write it behind the version: ## [1.2.0] - 2024-01-31',
  },
  {
    id: 'changelog-duplicate-version',
    title: 'A version with two sections',
    why: 'Nobody can tell which of them is true, and tools read only one.',
    instead: 'Bring both together, or correct the version.',
  },
  {
    id: 'changelog-order',
    title: 'Versions out of order',
    why: 'People read from the top: the newest comes first.',
    instead: 'Move the newer section above the older one.',
  },
  {
    id: 'changelog-empty-release',
    title: 'A release that says nothing',
    why: 'People who upgrade look here for what changes for them.',
    instead: 'Write what they will notice, or "Nothing that you will notice."',
  },
  {
    id: 'changelog-unknown-heading',
    title: 'A heading that is neither a release nor a kind of change',
    why: 'Readers and tools look for the same few headings in every changelog.',
    instead: 'Use Added, Changed, Deprecated, Removed, Fixed or Security, or a version with its date.',
  },
  {
    id: 'changelog-duplicate-heading',
    title: 'A kind of change that stands twice in a release',
    why: 'Who has read the first does not look for a second.',
    instead: 'Bring the entries together under the first.',
  },
  {
    id: 'changelog-released-entry',
    title: 'An entry in a release that is out already',
    why: 'People who have that release do not have the change, and those who wait for it look under "Unreleased".',
    instead: 'Move the entry under "Unreleased", unless it only corrects what the release really did.',
  },
  {
    id: 'changelog-format-changed',
    title: 'Another way to keep the changelog',
    why: 'What counts as an entry is another thing from then on, for everybody.',
    instead: 'Say in .shiprc which one is meant, with the option `format`, so that no file decides it by the way.',
  },
  {
    id: 'changelog-empty-entry',
    title: 'An entry that says nothing',
    why: 'Its text is what people who upgrade will read.',
    instead: 'Write what they will notice.',
  },
  {
    id: 'changelog-package-unnamed',
    title: 'A changed package that no changeset names',
    why: 'What no changeset names is neither released nor told to anybody.',
    instead: 'Add the package to a changeset of the push, unless nobody will notice.',
  },
  {
    id: 'changelog-unknown-package',
    title: 'A changeset for a package that is not there',
    why: 'It keeps every release from being made.',
    instead:
      'Write the name as it stands in the package.json of the package, or take the changeset away with the package.',
  },
  {
    id: 'changelog-fragment-type',
    title: 'A news fragment whose name has no known type',
    why: 'It is left out of the release notes without a word.',
    instead: 'Name it <issue>.<type>, with a type of the configuration, or +<words>.<type> without an issue.',
  },
  {
    id: 'changelog-commit-form',
    title: 'A commit that the changelog cannot be made from',
    why: 'A tool writes the changelog from commit messages, and leaves out those of another form.',
    instead: 'Begin the message with a type of change and a colon: git commit --amend -m "fix: …"',
  },
  {
    id: 'changelog-commit-type',
    title: 'A commit of an unknown type',
    why: 'Commits of types that the tool does not know are left out of the changelog without a word.',
    instead: 'Use a known type such as feat or fix, or name your own in the option `types`.',
  },
  {
    id: 'changelog-generated',
    title: 'A generated changelog, changed by hand',
    why: 'The tool knows only commit messages: what is written by hand may be gone with the next release.',
    instead: 'Say it in the message of the commit that makes the change.',
  },
]
