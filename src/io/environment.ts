// What `git rev-parse --local-env-vars` lists (git 2.39 to 2.51), written out so that no process is started for it. In a linked worktree or a
// submodule git exports GIT_DIR to hooks; a test that runs `git init` in a temporary folder would then commit onto the user's branch.
const gitLocal = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_CONFIG',
  'GIT_CONFIG_PARAMETERS',
  'GIT_CONFIG_COUNT',
  'GIT_OBJECT_DIRECTORY',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_GRAFT_FILE',
  'GIT_INDEX_FILE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_REPLACE_REF_BASE',
  'GIT_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_COMMON_DIR',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_NAMESPACE',
  'GIT_QUARANTINE_PATH',
  'GIT_REFLOG_ACTION',
  'GIT_LITERAL_PATHSPECS',
  'GIT_GLOB_PATHSPECS',
  'GIT_NOGLOB_PATHSPECS',
  'GIT_ICASE_PATHSPECS',
  // Where hook.ts keeps what git said.
  'SHIP_GUARD_GIT_DIR',
  'SHIP_GUARD_WORK_TREE',
] as const

export type Environment = Readonly<Record<string, string | undefined>>

/** The environment for anything we start: nothing in it says which repository git should work on. */
export function scrub(env: Environment): Record<string, string> {
  const clean: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue
    if ((gitLocal as readonly string[]).includes(name)) continue
    if (/^GIT_CONFIG_(KEY|VALUE)_\d+$/.test(name)) continue
    clean[name] = value
  }
  return clean
}

/** The environment for our own git calls: no pager, editor, prompt or trace; messages in English; no index refresh written behind the user's back. */
export function gitEnvironment(env: Environment): Record<string, string> {
  const clean: Record<string, string> = {}
  for (const [name, value] of Object.entries(scrub(env))) {
    if (
      /^(GIT_TRACE|GIT_.*PAGER|GIT_.*EDITOR|GIT_ASKPASS|GIT_SSH|GIT_PROXY_COMMAND|GIT_EXTERNAL_DIFF|GIT_TEMPLATE_DIR)/.test(
        name,
      )
    )
      continue
    if (/^(EDITOR|VISUAL|PAGER|LESS|SSH_ASKPASS|PREFIX)$/.test(name)) continue
    clean[name] = value
  }
  // Replace refs and grafts are a local view; what is pushed are the real objects (git-replace(1), gitglossary(7)).
  const asPushed = { GIT_NO_REPLACE_OBJECTS: '1', GIT_GRAFT_FILE: '/dev/null' }
  return { ...clean, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', ...asPushed }
}
