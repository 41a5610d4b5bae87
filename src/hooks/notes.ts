import { join } from 'node:path'
import type { HookFacts } from './facts.ts'
import { callOf, endangeredBy, snippetFor } from './manager-config.ts'
import type { Manager, ManagerId } from './managers.ts'
import { firstWithConfigHooks } from './mode.ts'
import type { HookEvent, Mode } from './shim.ts'

/** What a person should know besides what was written. */
export function notesFor(
  facts: HookFacts,
  { pinned, mode, events }: { readonly pinned: boolean; readonly mode: Mode; readonly events: readonly HookEvent[] },
): string[] {
  return [...aboutPackage(facts, pinned), ...(mode === 'config' ? inConfig(facts) : inFolder(facts, events))]
}

function aboutPackage(facts: HookFacts, pinned: boolean): string[] {
  if (!pinned) return []
  return [
    `A copy of ship-guard is kept in ${join(facts.commonDir, 'ship-guard', 'package')}, because npx clears its cache. To take a newer one: npx ship-guard@latest install`,
  ]
}

// One install serves every work tree: they share the config of the clone.
function inConfig({ gitVersion }: HookFacts): string[] {
  return [
    `git ${gitVersion} starts ship-guard from the config of this clone, beside whatever its hooks folder holds. A program that brings a git older than ${firstWithConfigHooks} (an editor may) knows nothing of that; for such a one: npx ship-guard install --mode folder`,
  ]
}

function inFolder(facts: HookFacts, events: readonly HookEvent[]): string[] {
  const { managers, shared } = facts
  const husky = managers.some(({ id }) => id === 'husky')
  const set = facts.hooksPath.at(-1)
  return [
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
    ...(shared !== undefined && husky && set === undefined
      ? ['husky is not active in this clone yet, so git does not run the hooks. Start it: npx husky']
      : []),
    ...(shared !== undefined && !facts.isDependency
      ? ['Commit the changed hook files. To guard everyone who clones: npm install --save-dev ship-guard']
      : shared !== undefined
        ? ['Commit the changed hook files: they guard everyone who clones and runs npm install.']
        : []),
    ...takersOf(managers, events),
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

// Each takes our hook away at its next run, unless its config starts us.
function takersOf(managers: readonly Manager[], events: readonly HookEvent[]): string[] {
  return managers.flatMap(manager => {
    const endangered = endangeredBy(manager, events)
    if (endangered.length === 0) return []
    const snippet = snippetFor(manager, endangered)
    return [
      [
        `${manager.id} takes the place of ${endangered.join(', ')} when it is installed or run again, and our hook is then not started. Let it start ship-guard: npx ship-guard install --write-manager-config, or put into ${manager.config} (where a hook is there already, begin its command with ours):`,
        ...(snippet ?? byHand(manager.id, endangered)).split('\n').map(line => `  ${line}`),
        `Everyone who uses that file then runs \`npx ship-guard install\` once a clone. ${after[manager.id] ?? ''}`.trimEnd(),
      ].join('\n'),
    ]
  })
}

function byHand(id: ManagerId, events: readonly HookEvent[]): string {
  return events
    .map(event => `${event}: ${callOf(event)}${id === 'lefthook' ? ' {0}, with use_stdin' : ' "$@"'}`)
    .join('\n')
}

const after: Readonly<Partial<Record<ManagerId, string>>> = {
  'simple-git-hooks': 'Then: npx simple-git-hooks',
  overcommit: 'Then: overcommit --sign && overcommit --sign pre-push',
}
