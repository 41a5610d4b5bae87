import { join } from 'node:path'
import type { HookFacts } from './facts.ts'
import { callOf, endangeredBy, ledAstrayBy, scriptsFor, snippetFor } from './manager-config.ts'
import { type Manager, type ManagerId, passedOver } from './managers.ts'
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
    const astray = ledAstrayBy(manager, events)
    if (astray.length === 0) return []
    const snippet = snippetFor(manager, astray)
    return [
      [
        `${troubleWith(manager, events)} Let it start ship-guard: npx ship-guard install --write-manager-config, or put into ${manager.config} (where a hook is there already, begin its command with ours):`,
        ...indented(snippet ?? byHand(manager.id, astray)),
        ...scriptsFor(manager, astray).flatMap(({ path, content }) => [`and into ${path}:`, ...indented(content)]),
        `Everyone who uses that file then runs \`npx ship-guard install\` once a clone. ${after[manager.id] ?? ''}`.trimEnd(),
      ].join('\n'),
    ]
  })
}

function troubleWith(manager: Manager, events: readonly HookEvent[]): string {
  const endangered = endangeredBy(manager, events)
  const skipped = manager.skips?.filter(event => events.includes(event)) ?? []
  return [
    ...(endangered.length === 0
      ? []
      : [
          `${manager.id} takes the place of ${endangered.join(', ')} when it is installed or run again, and our hook is then not started.`,
        ]),
    ...(skipped.length === 0
      ? []
      : [
          `${manager.config} calls ship-guard by \`run\` in ${skipped.join(', ')}, which ${manager.id} skips when HEAD has nothing new, whatever is pushed.`,
        ]),
  ].join(' ')
}

function indented(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map(line => `  ${line}`)
}

function byHand(id: ManagerId, events: readonly HookEvent[]): string {
  return events
    .map(event => {
      if (id !== 'lefthook') return `${event}: ${callOf(event)} "$@"`
      return passedOver.has(event)
        ? `${event}: the script ship-guard.sh, with the runner sh and use_stdin`
        : `${event}: ${callOf(event)} {0}, with use_stdin`
    })
    .join('\n')
}

const after: Readonly<Partial<Record<ManagerId, string>>> = {
  'simple-git-hooks': 'Then: npx simple-git-hooks',
  overcommit: 'Then: overcommit --sign && overcommit --sign pre-push',
}
