/** They used us wrongly: one line and the way out. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly instead: string
  constructor(what: string, instead: string, options?: ErrorOptions) {
    super(what, options)
    this.instead = instead
  }
}

/** A gate cannot decide: the verdict is `undecided`, and a protected push is refused with this sentence and the way out. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell'
  readonly instead: string
  constructor(because: string, instead: string, options?: ErrorOptions) {
    super(because, options)
    this.instead = instead
  }
}

/** A gate does not apply, by a recorded decision. */
export class Skipped extends Error {
  override readonly name = 'Skipped'
}

/** git answered with a non-zero exit code. */
export class GitError extends Error {
  override readonly name = 'GitError'
  readonly code: number
  readonly stderr: string
  constructor(args: readonly string[], code: number, stderr: string) {
    super(
      `git ${withoutSettings(args).slice(0, 3).join(' ')} ended with ${code}: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    )
    this.code = code
    this.stderr = stderr
  }

  /** What to do about it, as far as git's words tell. */
  get instead(): string {
    if (this.stderr.includes('promisor remote'))
      return 'This is a partial clone, and the remote that has the rest cannot be reached: see that `git fetch` works, then push again.'
    return 'See what git says: git fsck'
  }
}

// `-c name=value` in front of the command hides what was asked.
function withoutSettings(args: readonly string[]): readonly string[] {
  return args[0] === '-c' ? withoutSettings(args.slice(2)) : args
}
