/** Paths that stay on the server, as one rule with its reason. */
export interface DenyRule {
  /** For messages and trailers: `env-files`, `exclude` (the config's own), `preset`. */
  readonly id: string
  readonly why: string
  /**
   * In the pattern language of .gitignore without `!`: one without a slash counts in every folder, a leading slash ties it to the top of the
   * repository, a trailing one means folders.
   */
  readonly patterns: readonly string[]
  /** Exceptions: `.env.example`. */
  readonly except?: readonly string[]
  /** Not a secret but noise that the deploy makes: never worth a line in the review. */
  readonly quiet?: boolean
  /** `.ENV` is meant as well. ASCII only. */
  readonly anyCase?: boolean
}
