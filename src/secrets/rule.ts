/** What a path tells about a file, before its content is looked at. */
export interface FileKind {
  /** `.env` and its kin: every line is `NAME=value`. */
  readonly env: boolean
  /** YAML, TOML, INI, properties and the like: values may stand without quotes. */
  readonly config: boolean
  /** Lock files, source maps, minified bundles, other people's code: full of hashes and samples that are nobody's secret here. */
  readonly generated: boolean
  /** Tests, fixtures, examples and prose: values there are mostly made up. */
  readonly example: boolean
  /** With the dot, in lower case: `.json`. Empty when there is none. */
  readonly extension: string
}

export interface Match {
  readonly value: string
  /** The whole match, of which `value` is a part. */
  readonly all: string
  /** Index of the whole match in `text`. */
  readonly index: number
  readonly text: string
  readonly groups: Readonly<Record<string, string | undefined>>
  readonly file: FileKind
}

/**
 * One kind of secret that is found in text. `pattern` has the flag `g`, is bounded in length, and names the secret part `value`
 * when that is not the whole match.
 */
export interface SecretRule {
  readonly id: string
  readonly title: string
  readonly why: string
  /**
   * Short regular expressions without a flag or with `i`: a text where none of them matches holds nothing for this rule. The prefilter is
   * made of them. Empty when the pattern itself is the quickest test.
   */
  readonly cues: readonly RegExp[]
  readonly pattern: RegExp
  /** Files in which it is looked for; everywhere when absent. */
  readonly only?: (file: FileKind) => boolean
  /** The part of a value that says what it is and may be shown: `sk_live_`. Nothing is shown without it. */
  readonly shows?: RegExp
  /** Shannon bits a character that a value must have, so that `xxxxxxxx` stays quiet. */
  readonly entropy?: number
  /** The name beside the value makes it a secret, not its own shape: a warning in tests and examples. */
  readonly likely?: boolean
  readonly accept?: (match: Match) => boolean
  /** What the fingerprint covers when the match is only the beginning of the secret. Default: the value. */
  readonly whole?: (match: Match) => string
  /**
   * `{upper:16}` stands for 16 made-up characters of that alphabet (`example-text.ts`), so that no example is itself a token.
   * `file` is the path it is tried under, where that matters.
   */
  readonly examples: readonly { readonly bad?: string; readonly good?: string; readonly file?: string }[]
}

export function defineSecrets(rules: readonly SecretRule[]): readonly SecretRule[] {
  return rules
}

/** Why a key that names its owner by itself is dangerous; shared by most token rules. */
export const whoeverReads =
  'Whoever can read the repository, its clones or its backups can use it, also after it is deleted from the files.'
