/** Exit codes that scripts can trust. `git push` itself always exits 1 when a hook fails. */
export const exit = { passed: 0, refused: 1, usage: 2, undecided: 3, interrupted: 130 } as const
export type ExitCode = (typeof exit)[keyof typeof exit]
