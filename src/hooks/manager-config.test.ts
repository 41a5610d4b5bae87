import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { callOf, endangeredBy, scriptsFor, snippetFor, withCalls, withoutCalls } from './manager-config.ts'
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
    '    scripts:\n      ship-guard.sh:\n        runner: sh\n        use_stdin: true\n    commands:',
  ],
  [
    'scripts',
    'lefthook',
    'pre-push:\n  scripts:\n    a.sh:\n      runner: sh\n',
    'scripts:\n    ship-guard.sh:\n      runner: sh\n      use_stdin: true\n    a.sh:',
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
  const call = id === 'lefthook' ? 'ship-guard.sh' : JSON.stringify(callOf('pre-push')).slice(1, -1)
  expect(JSON.stringify(read)).toContain(call)
  expect(withoutCalls(written!, called(id))).toBe(text)
})

test.each<[string, ManagerId, string]>([
  ['a flow mapping', 'lefthook', 'pre-push: { jobs: [] }\n'],
  ['a section without jobs, commands or scripts', 'lefthook', 'pre-push:\n  parallel: true\n'],
  ['commands beside scripts on one line', 'lefthook', 'pre-push:\n  scripts: {}\n  commands:\n    a:\n      run: x\n'],
  ['a call of one’s own', 'lefthook', `pre-push:\n  jobs:\n    - run: ${callOf('pre-push')} {0}\n`],
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
    '    a.sh:',
    '      runner: sh',
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

const run = [`run: ${callOf('pre-push')} {0}`, 'use_stdin: true'] as const
const script = ['script: ship-guard.sh', 'runner: sh', 'use_stdin: true'] as const

test.each([
  ['the only job', ['- name: ship-guard', ...run.map(line => `  ${line}`)], []],
  ['a job among others', ['- name: ship-guard', ...run.map(line => `  ${line}`)], ['- run: x']],
])(
  '%s that lefthook skips becomes a script in its place, and goes with an uninstall unless it is alone',
  (_, job, others) => {
    const text = (...lines: readonly string[]) =>
      ['pre-push:', '  jobs:', ...lines.map(line => `    ${line}`), ''].join('\n')
    const now = text('- name: ship-guard', ...script.map(line => `  ${line}`), ...others)
    expect(withCalls(text(...job, ...others), called('lefthook'), ['pre-push'])).toBe(now)
    expect(withoutCalls(now, called('lefthook'))).toBe(others.length > 0 ? text(...others) : now)
    expect(withoutCalls(text(...job, ...others), called('lefthook'))).toBe(text(...(others.length > 0 ? others : job)))
  },
)

test('a command that lefthook skips makes room for a script', () => {
  const before = [
    'pre-push:',
    '  commands:',
    '    ship-guard:',
    ...run.map(line => `      ${line}`),
    '    a:',
    '      run: x',
  ]
  expect(withCalls(before.join('\n'), called('lefthook'), ['pre-push'])).toBe(
    'pre-push:\n  scripts:\n    ship-guard.sh:\n      runner: sh\n      use_stdin: true\n  commands:\n    a:\n      run: x',
  )
})

test('a job of ours to which somebody added a key is theirs', () => {
  const text = `pre-push:\n  jobs:\n    - name: ship-guard\n${script.map(line => `      ${line}\n`).join('')}      tags: x\n    - run: x\n`
  expect(withoutCalls(text, called('lefthook'))).toBe(text)
})

test('a snippet names every hook that is in danger, and only those', () => {
  const one = manager('lefthook', { calls: ['pre-push'], takes: ['pre-push', 'post-merge'] })
  expect(endangeredBy(one, hookEvents)).toEqual(['post-merge'])
  expect(snippetFor(one, ['post-merge'])).toBe(
    `post-merge:\n  jobs:\n    - name: ship-guard\n      run: ${callOf('post-merge')} {0}`,
  )
  expect(snippetFor(one, ['pre-push'])).toBe(
    `pre-push:\n  jobs:\n    - name: ship-guard\n${script.map(line => `      ${line}`).join('\n')}`,
  )
  expect(scriptsFor({ ...one, scripts: '.lefthook' }, hookEvents).map(({ path }) => path)).toEqual([
    '.lefthook/pre-push/ship-guard.sh',
  ])
  expect(snippetFor(manager('lefthook', { config: 'lefthook.toml' }), ['pre-push'])).toBeUndefined()
  expect(snippetFor(manager('husky'), ['pre-push'])).toBeUndefined()
})
