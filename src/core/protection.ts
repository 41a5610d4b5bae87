/** Which refs of which remotes a push must pass the gates for. */
export interface Protection {
  /** Remote names or URLs; absent means every remote. */
  readonly remotes?: readonly string[]
  /** Globs. One without `refs/` in front means branches: `main` is `refs/heads/main`. Never empty. */
  readonly refs: readonly string[]
}
