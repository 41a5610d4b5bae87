/** Where a changelog is looked for, in this order, at the top of the repository. */
export const changelogNames = [
  'CHANGELOG.md',
  'changelog.md',
  'Changelog.md',
  'CHANGES.md',
  'HISTORY.md',
] as const satisfies readonly string[]
