// Which files hold tests, by the names that the runners themselves look for.

const made =
  /(?:^|\/)(?:node_modules|vendor|fixtures?|__fixtures__|testdata|test-data|snapshots|__snapshots__|dist|build)\//i

const named = [
  /[._-](?:test|spec|e2e|cy)\.[cm]?[jt]sx?$/i,
  /(?:^|\/)(?:test|spec)\.[cm]?[jt]s$/,
  /(?:^|\/)test_[^/]*\.py$|_tests?\.py$|(?:^|\/)tests\.py$/,
  /(?:Test|Tests|TestCase|Cest|Cept)\.php$/,
  /_(?:spec|test)\.rb$|(?:^|\/)test_[^/]*\.rb$/,
  /_test\.go$/,
]

const folders = /(?:^|\/)(?:tests?|__tests__|specs?|e2e|cypress|playwright)\//i

// In languages that are not read here: only that the file is gone is told.
const elsewhere =
  /(?:Tests?|IT|Spec)\.(?:java|kt|cs|scala|groovy|swift)$|_test\.(?:dart|exs|cc|cpp|rs)$|\.test\.(?:vue|svelte)$/

/** Whether a runner would find tests in a file of this name. */
export function isNamedTest(path: string): boolean {
  return !made.test(path) && named.some(one => one.test(path))
}

/** Whether tests may be in it: it is named so, or it lies among tests. */
export function mayHoldTests(path: string): boolean {
  return isNamedTest(path) || (!made.test(path) && folders.test(path))
}

export function isForeignTest(path: string): boolean {
  return !made.test(path) && elsewhere.test(path)
}

/** `src/sum.ts` and `test/sum.test.ts` have the same: what a file is about, as far as its name tells. */
export function subjectOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\..*$/, '')
  const bare = name.replace(/^test_|[._-](?:tests?|specs?|e2e|cy)$|(?:Test|Tests|TestCase|Cest|Spec|IT)$/, '')
  return bare.replace(/[^A-Za-z0-9]/g, '').toLowerCase()
}
