/** A test that failed, as the report or the output tells it: nothing in it is trusted or made safe yet. */
export interface FailedTest {
  readonly name: string
  readonly message: string
  /** Where the report says the test is. */
  readonly told?: { readonly file: string; readonly line?: number; readonly column?: number }
  /** Text that names places: a stack trace, the failure's own words. */
  readonly trace: string
  /** What a JUnit report calls it: there is no standard, and each runner fills in these two in its own way. */
  readonly junit?: { readonly owner: string; readonly name: string }
  /** What it runs in besides its file: a Go package, a Playwright project. */
  readonly within?: string
}

export interface TestReport {
  /** Tests that really ran: skipped ones do not count. */
  readonly ran: number
  readonly failed: readonly FailedTest[]
}

/** Characters of a message or a stack trace that are kept: enough to find a place, little enough for a thousand of them. */
export const keptCharacters = 8_000
