import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { callOf, endangeredBy, snippetFor, withCalls, withoutCalls } from './manager-config.ts'
import type { Manager, ManagerId } from './managers.ts'
import { hookEvents } from './shim.ts'

const configs: Readonly<Partial<Record<ManagerId, string>>> = {
  lefthook: 'lefthook.yml',
  overcommit: '.overcommit.yml',
  'simple-git-hooks': '.simple-git-hooks.json',
}

function manager(id: ManagerId, more: Partial<Manager> = {}): Manager {
  return { id, config: configs[id] ?? '', calls: [], takes: hookEvents, ...more }
}

const called = (id: ManagerId) => manager(id, { calls: ['pre-push'] })

test.each<[string, ManagerId, string, string]>([
  [
    'a list of jobs',
    'lefthook',
    '# ours\npre-push:\n  parallel: true\n  jobs:\n    # first\n    - run: npm test\n\npre-commit:\n  jobs:\n    - run: x\n',
    'jobs:\n    # first\n    - name: ship-guard',
  ],
  ['a list as deep as its key', 'lefthook', 'pre-push:\n  jobs:\n  - run: npm test\n', 'jobs:\n  - name: ship-guard'],
  [
    'commands',
    'lefthook',
    'pre-push:\n    commands:\n        test:\n            run: npm test\n',
    'commands:\n        ship-guard:',
  ],
  ['an overcommit section', 'overcommit', 'PrePush:\n  Mine:\n    enabled: true\n', 'PrePush:\n  ShipGuard:'],
  [
    'an overcommit config without one',
    'overcommit',
    'PreCommit:\n  Mine:\n    enabled: true\n',
    '\nPrePush:\n  ShipGuard:',
  ],
  ['JSON', 'simple-git-hooks', '{\n  "pre-push": "npm test"\n}\n', `/pre-push\\" \\"$@\\" && npm test"`],
  ['JSON without the hook', 'simple-git-hooks', '{\n\t"pre-commit": "x"\n}', `/pre-push\\" \\"$@\\""`],
])('in %s our call comes first and can be taken out again', (_, id, text, holds) => {
  const written = withCalls(text, manager(id), ['pre-push'])
  expect(written).toContain(holds)
  const read: unknown = parse(written!)
  expect(JSON.stringify(read)).toContain(JSON.stringify(callOf('pre-push')).slice(1, -1))
  expect(withoutCalls(written!, called(id))).toBe(text)
})

test.each<[string, ManagerId, string]>([
  ['a flow mapping', 'lefthook', 'pre-push: { jobs: [] }\n'],
  ['a section without jobs or commands', 'lefthook', 'pre-push:\n  scripts:\n    a.sh:\n      runner: sh\n'],
  ['an empty list', 'lefthook', 'pre-push:\n  jobs:\n'],
  ['Windows line ends', 'lefthook', 'pre-push:\r\n  jobs:\r\n    - run: x\r\n'],
  ['JSON that is written by hand', 'simple-git-hooks', '{ "pre-push": "npm test" }'],
  ['JSON with a hook that is no text', 'simple-git-hooks', '{\n  "pre-push": []\n}'],
  ['what is no JSON', 'simple-git-hooks', '{'],
])('%s is left to a person', (_, id, text) => {
  expect(withCalls(text, manager(id), ['pre-push'])).toBeUndefined()
})

test('whatever a config holds, lines are only added, and exactly those are taken out again', () => {
  const line = fc.constantFrom(
    'pre-push:',
    'PrePush:',
    '  jobs:',
    '  commands:',
    '    - run: x',
    '  - run: x',
    '    a:',
    '      run: y',
    '  Mine:',
    '    enabled: true',
    '',
    '# note',
    '    # note',
    '---',
    'pre-commit:',
    '  scripts:',
    '\tx',
    '- a',
    '{}',
  )
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 12 }),
      fc.constantFrom<ManagerId>('lefthook', 'overcommit'),
      (lines, id) => {
        const text = lines.join('\n')
        const written = withCalls(text, manager(id), ['pre-push'])
        if (written === undefined) return
        const left = written.split('\n')
        for (const one of lines) expect(left.includes(one)).toBe(true)
        expect(withoutCalls(written, called(id))).toBe(text)
      },
    ),
    { numRuns: 1000 },
  )
})

test('a snippet names every hook that is in danger, and only those', () => {
  const one = manager('lefthook', { calls: ['pre-push'], takes: ['pre-push', 'post-merge'] })
  expect(endangeredBy(one, hookEvents)).toEqual(['post-merge'])
  expect(snippetFor(one, ['post-merge'])).toBe(
    `post-merge:\n  jobs:\n    - name: ship-guard\n      run: ${callOf('post-merge')} {0}`,
  )
  expect(snippetFor(manager('lefthook', { config: 'lefthook.toml' }), ['pre-push'])).toBeUndefined()
  expect(snippetFor(manager('husky'), ['pre-push'])).toBeUndefined()
})
