import { expect, test } from 'vitest'
import type { Change } from './change.ts'
import type { Existing, HookFacts, Spot } from './facts.ts'
import type { Manager } from './managers.ts'
import { type InstallChoices, isPassing, planInstall } from './plan.ts'
import { allEvents, type HookEvent, hookEvents, type ShimRules } from './shim.ts'
import { planUninstall } from './uninstall.ts'

const text = (content: string): Uint8Array => Buffer.from(content)
const none: Existing = { kind: 'none' }
const foreign = (content: string, mode = 0o755): Existing => ({ kind: 'foreign', bytes: text(content), mode })

function spots(folder: string, at: Partial<Record<HookEvent, Partial<Spot>>> = {}): Record<HookEvent, Spot> {
  return Object.fromEntries(
    allEvents.map(event => {
      const path = `${folder}/${event}`
      return [
        event,
        { path, now: none, chained: none, chainedPath: `${path}.chained`, legacy: none, moved: [], ...at[event] },
      ]
    }),
  ) as Record<HookEvent, Spot>
}

const template = (event: string) =>
  `#!/bin/sh\n# ship-guard hook: ${event}.\n#@compiled\nx\n#@end\n. "$hooks/find-node.sh"\n`
const plain: HookFacts = {
  top: '/app',
  gitDir: '/app/.git',
  commonDir: '/app/.git',
  bare: false,
  hooksPath: [],
  hooksPathInEnvironment: false,
  hasLinkedWorktrees: false,
  folder: '/app/.git/hooks',
  folderIs: 'folder',
  inFolder: spots('/app/.git/hooks'),
  beside: spots('/app/.git/ship-guard/hooks'),
  inDefault: spots('/app/.git/hooks'),
  forConfig: spots('/app/.git/ship-guard/config-hooks'),
  inConfig: {},
  gitVersion: '2.39.5',
  managers: [],
  isDependency: false,
  remotes: [],
  packageFolder: '/app/node_modules/ship-guard',
  sources: {
    'pre-push': template('pre-push'),
    'post-merge': template('post-merge'),
    'post-rewrite': template('post-rewrite'),
    'pre-commit': template('pre-commit'),
    'find-node.sh': '# search\nnode=found\n',
  },
}
const rules: ShimRules = {
  protections: [{ refs: ['main'] }],
  protectionsWithoutConfig: [{ refs: ['main'] }],
  configBlobs: [],
  configNames: ['.shiprc', 'package.json'],
}
const choices: InstallChoices = { version: '1.2.3', node: '/bin/node', force: false, mode: 'auto', preCommit: false }
const lefthook = (...calls: HookEvent[]): Manager => ({ id: 'lefthook', config: 'lefthook.yml', calls, takes: calls })

function plan(facts: Partial<HookFacts>, force = false) {
  return planInstall({ ...plain, ...facts }, rules, { ...choices, force })
}

function changes(facts: Partial<HookFacts>): string[] {
  const made = plan(facts)
  if (made.outcome === 'refused') throw new Error(made.what)
  return made.changes.map(inShort)
}

function inShort(change: Change): string {
  return 'from' in change ? `${change.does} ${change.from} -> ${change.path}` : `${change.does} ${change.path}`
}

const at = (event: HookEvent, spot: Partial<Spot>) => ({ inFolder: spots('/app/.git/hooks', { [event]: spot }) })
const rest = ['write /app/.git/hooks/post-merge', 'write /app/.git/hooks/post-rewrite']

test.each<[string, Partial<HookFacts>, string[]]>([
  ['an empty folder', {}, ['write /app/.git/hooks/pre-push', ...rest]],
  [
    'a missing folder',
    { folderIs: 'missing' },
    ['make-folder /app/.git/hooks', 'write /app/.git/hooks/pre-push', ...rest],
  ],
  [
    'a foreign hook',
    at('pre-push', { now: foreign('x') }),
    ['keep /app/.git/hooks/pre-push -> /app/.git/hooks/pre-push.chained', 'write /app/.git/hooks/pre-push', ...rest],
  ],
  [
    'a foreign hook that is kept already',
    at('pre-push', { now: foreign('x'), chained: foreign('x') }),
    ['write /app/.git/hooks/pre-push', ...rest],
  ],
  [
    'a link',
    at('pre-push', { now: { kind: 'link', target: 'x' } }),
    ['move /app/.git/hooks/pre-push -> /app/.git/hooks/pre-push.chained', 'write /app/.git/hooks/pre-push', ...rest],
  ],
  [
    'an older one of ours',
    at('pre-push', { now: { kind: 'ours', bytes: text('old'), mode: 0o755 }, chained: foreign('x') }),
    ['write /app/.git/hooks/pre-push', ...rest],
  ],
  [
    'a package in the cache of npx',
    { packageFolder: '/home/ada/.npm/_npx/1f/node_modules/ship-guard' },
    [
      'copy-package /home/ada/.npm/_npx/1f/node_modules/ship-guard -> /app/.git/ship-guard/package',
      'write /app/.git/hooks/pre-push',
      ...rest,
    ],
  ],
  [
    'a folder that the team shares',
    { shared: { folder: '/app/.husky', spots: spots('/app/.husky', { 'pre-push': { now: foreign('npm test\n') } }) } },
    [
      ...hookEvents.map(event => `write /app/.git/ship-guard/hooks/${event}`),
      ...hookEvents.map(event => `write /app/.husky/${event}`),
    ],
  ],
  [
    'lefthook that does not call us yet',
    { managers: [lefthook()] },
    [
      ...hookEvents.map(event => `write /app/.git/ship-guard/hooks/${event}`),
      'write /app/.git/hooks/pre-push',
      ...rest,
    ],
  ],
  [
    'lefthook that calls us in its pre-push',
    { ...at('pre-push', { now: foreign('call_lefthook run "pre-push"') }), managers: [lefthook('pre-push')] },
    [...hookEvents.map(event => `write /app/.git/ship-guard/hooks/${event}`), ...rest],
  ],
  [
    'lefthook that calls us since our last install',
    {
      ...at('pre-push', {
        now: { kind: 'ours', bytes: text('ours'), mode: 0o755 },
        chained: foreign('call_lefthook run "pre-push"'),
      }),
      managers: [lefthook('pre-push')],
    },
    [
      ...hookEvents.map(event => `write /app/.git/ship-guard/hooks/${event}`),
      'move /app/.git/hooks/pre-push.chained -> /app/.git/hooks/pre-push',
      ...rest,
    ],
  ],
])('with %s', (_, facts, expected) => {
  expect(changes(facts)).toEqual(expected)
})

test('a second install of the same has nothing to do', () => {
  const first = plan({})
  if (first.outcome === 'refused') throw new Error(first.what)
  const ours = Object.fromEntries(
    hookEvents.map(event => {
      const change = first.changes.find(one => one.path.endsWith(event))
      const content = change?.does === 'write' ? String(change.content) : ''
      return [event, { now: { kind: 'ours', bytes: text(content), mode: 0o755 } as const }]
    }),
  )
  expect(changes({ inFolder: spots('/app/.git/hooks', ours) })).toEqual([])
})

test('the compiled hook knows node, package and version, and holds the search instead of a second file', () => {
  const made = plan({})
  if (made.outcome === 'refused') throw new Error(made.what)
  const [prePush] = made.changes
  expect(prePush).toMatchObject({ does: 'write', mode: 0o755 })
  const content = String((prePush as { content: string }).content)
  expect(content).toContain("recorded_node='/bin/node' recorded_package='/app/node_modules/ship-guard'")
  expect(content).toContain('ship-guard 1.2.3')
  expect(content).toContain('node=found')
  expect(content).not.toContain('find-node.sh')
})

const local = (value: string) => [{ scope: 'local', origin: 'file:.git/config', value }]

test.each<[string, Partial<HookFacts>, string, string]>([
  ['a bare repository', { top: undefined, bare: true }, 'decision', 'bare'],
  ['a hooksPath of the environment', { hooksPathInEnvironment: true }, 'decision', 'environment'],
  ['an empty hooksPath', { hooksPath: local('') }, 'unavailable', 'runs no hooks'],
  [
    '/dev/null',
    { hooksPath: local('/dev/null'), folder: '/dev/null', folderIs: 'other' },
    'unavailable',
    'runs no hooks',
  ],
  [
    'a missing folder in the work tree',
    {
      hooksPath: local('h'),
      folder: '/app/h',
      folderIs: 'missing',
      shared: { folder: '/app/h', spots: spots('/app/h') },
    },
    'decision',
    'does not exist',
  ],
  ['a folder outside', { hooksPath: local('/h'), folder: '/h' }, 'decision', 'outside'],
  ['a link', { folderIs: 'link' }, 'decision', 'symbolic link'],
  ['a file for a folder', { folderIs: 'file' }, 'decision', 'not a folder'],
  ['a folder for a hook', at('post-merge', { now: { kind: 'odd' } }), 'decision', 'not a file'],
  ['two hooks of others', at('pre-push', { now: foreign('b'), chained: foreign('a') }), 'decision', 'replaced'],
])('%s is refused with the reason and the way out', (_, facts, kind, says) => {
  const refusal = plan(facts)
  expect(refusal).toMatchObject({ outcome: 'refused', kind, what: expect.stringContaining(says) })
  if (refusal.outcome === 'refused') expect([refusal.why, refusal.instead].every(part => part.length > 20)).toBe(true)
})

test('--force goes through a link and outside, and nowhere else', () => {
  expect(plan({ folderIs: 'link' }, true).outcome).toBe('planned')
  expect(plan({ hooksPath: local('/h'), folder: '/h' }, true).outcome).toBe('planned')
  const global = [{ scope: 'global', origin: 'file:/home/ada/.gitconfig', value: '/h' }]
  expect(plan({ hooksPath: global, folder: '/h' }, true)).toMatchObject({
    outcome: 'refused',
    instead: expect.stringContaining('git config core.hooksPath "/app/.git/hooks"'),
  })
})

test('what was created by an earlier install is still known as created', () => {
  const first = plan({})
  if (first.outcome === 'refused') throw new Error(first.what)
  const inFolder = spots('/app/.git/hooks', { 'pre-push': { now: { kind: 'ours', bytes: text('x'), mode: 0o755 } } })
  const second = planInstall({ ...plain, inFolder }, rules, choices, first.record)
  if (second.outcome === 'refused') throw new Error(second.what)
  expect(second.record.hooks.map(hook => hook.created)).toEqual([true, true, true])
})

test('an uninstall moves kept hooks back, removes ours, and leaves what others wrote', () => {
  const ours: Existing = { kind: 'ours', bytes: text('x'), mode: 0o755 }
  const found = spots('/h', { 'pre-push': { now: ours, chained: foreign('a') }, 'post-merge': { now: ours } })
  const made = planUninstall({
    spots: [...Object.values(found)],
    record: undefined,
    managers: [lefthook('pre-push')],
    calls: [],
    config: [{ does: 'unset-config', path: '/c', section: 'hook.ship-guard-pre-push' }],
    own: ['/o'],
    bypasses: 0,
    folders: ['/f'],
  })
  expect(made.changes.map(inShort)).toEqual([
    'unset-config /c',
    'move /h/pre-push.chained -> /h/pre-push',
    'remove /h/post-merge',
    'remove /o',
    'remove-if-empty /f',
  ])
  expect(made.notes).toEqual([expect.stringContaining('lefthook.yml still calls ship-guard in pre-push')])
})

test.each([
  ['/home/ada/.npm/_npx/1f2/node_modules/ship-guard', true],
  ['/home/ada/.cache/pnpm/dlx/x/node_modules/ship-guard', true],
  ['/tmp/bunx-1000-ship-guard@latest/node_modules/ship-guard', true],
  ['C:\\Users\\ada\\AppData\\npm-cache\\_npx\\1\\node_modules\\ship-guard', true],
  ['/app/.yarn/cache/ship-guard-npm-1.zip/node_modules/ship-guard', true],
  ['/app/node_modules/.pnpm/ship-guard@1.0.0/node_modules/ship-guard', false],
  ['/usr/local/lib/node_modules/ship-guard', false],
])('%s may vanish: %s', (folder, passing) => {
  expect(isPassing(folder)).toBe(passing)
})
