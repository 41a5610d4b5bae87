/** Where a changelog is looked for, in this order, at the top of the repository; written in whatever case. */
const usual = ['CHANGELOG.md', 'CHANGES.md', 'HISTORY.md'] as const

/** The changelog among the names at the top; without one, what a new one is called. */
export function changelogAmong(names: readonly string[]): { readonly name: string; readonly exists: boolean } {
  for (const wanted of usual) {
    const found = names.includes(wanted) ? wanted : names.find(name => name.toLowerCase() === wanted.toLowerCase())
    if (found !== undefined) return { name: found, exists: true }
  }
  return { name: usual[0], exists: false }
}

export const changelogNames = usual.join(', ')

/** A changelog of another form or ending, such as `CHANGES.rst`, `NEWS` or `HISTORY.txt`. */
export function otherChangelogAmong(names: readonly string[]): string | undefined {
  const form =
    /^(?:change-?log|changes|history|news|release[-_]?notes|releases)(?:\.(?:md|markdown|rst|txt|adoc|asciidoc|org))?$/i
  return names.filter(name => form.test(name)).sort((a, b) => rank(a) - rank(b))[0]
}

function rank(name: string): number {
  return ['ch', 'hi', 're', 'ne'].indexOf(name.slice(0, 2).toLowerCase())
}
