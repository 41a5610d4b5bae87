/** One migration tool: which files are its migrations, in which order they run, and which part of each runs on the way up. */
export interface Tool {
  readonly id: string
  readonly title: string
  readonly why: string
  /** Where its migrations lie by default. */
  readonly globs: readonly string[]
  /** Of these paths (all that match the globs) the migrations that run on the way up, in the order in which they run. */
  migrations(paths: readonly string[]): string[]
  /**
   * The SQL of a migration that runs on the way up. Everything else is blanked out, character by character, so that places stay
   * those of the file.
   */
  sql(path: string, text: string): string
  /** Migrations that the tool itself runs again after they were edited. */
  isRepeatable(path: string): boolean
}

export function defineTool(tool: Tool): Tool {
  return tool
}
