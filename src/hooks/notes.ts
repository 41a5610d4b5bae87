import { join } from 'node:path'
import type { HookFacts } from './facts.ts'
import { hookEvents } from './shim.ts'

/** What a person should know besides what was written. */
export function notesFor(facts: HookFacts, { pinned }: { readonly pinned: boolean }): string[] {
  const { managers, shared } = facts
  const set = facts.hooksPath.at(-1)
  return [
    ...(pinned
      ? [
          `A copy of ship-guard is kept in ${join(facts.commonDir, 'ship-guard', 'package')}, because npx clears its cache. To take a newer one: npx ship-guard@latest install`,
        ]
      : []),
    ...(facts.hooksPath.length > 1
      ? [
          `core.hooksPath has ${facts.hooksPath.length} values; git uses the last:\n${facts.hooksPath.map(value => `  ${value.value} (${value.scope}, ${value.origin})`).join('\n')}`,
        ]
      : []),
    ...(set?.scope === 'worktree'
      ? [
          'core.hooksPath is set for this work tree alone. Run `npx ship-guard install` in your other work trees as well.',
        ]
      : []),
    ...relativePath(facts),
    ...(shared !== undefined && managers.husky && set === undefined
      ? ['husky is not active in this clone yet, so git does not run the hooks. Start it: npx husky']
      : []),
    ...(shared !== undefined && !facts.isDependency
      ? ['Commit the changed hook files. To guard everyone who clones: npm install --save-dev ship-guard']
      : shared !== undefined
        ? ['Commit the changed hook files: they guard everyone who clones and runs npm install.']
        : []),
    ...(managers.lefthook && managers.lefthookCalls.length < hookEvents.length ? [lefthookNote] : []),
    ...(managers.simpleGitHooks ? [simpleGitHooksNote] : []),
  ]
}

function relativePath({ hooksPath, folder, shared, commonDir, hasLinkedWorktrees }: HookFacts): string[] {
  const set = hooksPath.at(-1)
  if (set === undefined || shared !== undefined || folder !== join(commonDir, 'hooks')) return []
  if (!hasLinkedWorktrees) return []
  return [
    `core.hooksPath may be relative, and then leads nowhere in a linked work tree. To be safe: git config core.hooksPath "${folder}"`,
  ]
}

// lefthook renames hooks that are not its own when it installs itself again, and it installs itself again when its config changes.
const lefthookNote = `lefthook will move our hook away at its next install and not run it. Let it call ship-guard; add to lefthook.yml, and everyone who uses that file runs \`npx ship-guard install\` once:
  pre-push:
    jobs:
      - name: ship-guard
        run: sh "$(git rev-parse --git-common-dir)/ship-guard/hooks/pre-push" {0}
        use_stdin: true
  post-merge:
    jobs:
      - name: ship-guard
        run: sh "$(git rev-parse --git-common-dir)/ship-guard/hooks/post-merge" {0}
  post-rewrite:
    jobs:
      - name: ship-guard
        run: sh "$(git rev-parse --git-common-dir)/ship-guard/hooks/post-rewrite" {0}
        use_stdin: true`

const simpleGitHooksNote = `simple-git-hooks removes hooks that it does not know whenever it runs. Add to its config:
  "preserveUnused": ["pre-push", "post-merge", "post-rewrite"]
If it has a pre-push command of its own, it overwrites ours; begin that command with:
  sh "$(git rev-parse --git-common-dir)/ship-guard/hooks/pre-push" "$@" &&`
