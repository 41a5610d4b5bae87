// What the real hook managers make of our hooks, as doctor sees it: what it calls guarded is guarded, and what it does not is not.
import { expect, test } from 'vitest'
import type { Check } from '../../src/core/diagnosis.ts'
import { type Diagnosed, diagnosed, hooksOf, typed } from '../support/diagnosed.ts'
import { SharedRepo, tools } from '../support/hook-managers.ts'

/** In this process, but for a push that is tried. */
function look(shared: SharedRepo, ...args: string[]): Promise<Omit<Diagnosed, 'code'>> {
  return args.length === 0
    ? hooksOf(shared.repo, { env: shared.env })
    : diagnosed(shared.repo, { args, env: shared.env })
}

async function type(shared: SharedRepo, check: Check | undefined): Promise<void> {
  const { PATH: _, ...env } = shared.env
  expect(await typed(shared.repo, check!, shared.repo.dir, env)).toMatchObject({ code: 0 })
}

test('lefthook that is told of us: found before it takes our place and after, and mended for good', async () => {
  await using shared = await SharedRepo.with(home => ({
    'lefthook.yml': `pre-push:\n  jobs:\n    - name: mine\n      run: echo ran >>${home}/theirs\n`,
  }))
  await shared.guard()
  const before = await look(shared)
  expect(before.problems).toEqual([])
  expect(before.told).toMatchObject([{ id: 'manager', title: 'lefthook' }])

  await shared.run(tools.lefthook, 'install')
  expect(await shared.push()).toMatchObject({ judged: 0 })
  const [lost] = (await look(shared)).problems
  expect(lost).toMatchObject({ id: 'pre-push', what: expect.stringContaining('put ours aside as') })
  await type(shared, lost)
  expect((await look(shared)).problems).toEqual([])
  expect(await shared.push()).toMatchObject({ judged: 1 })

  // A job with `run`, which older installs wrote, is skipped when HEAD is pushed already, whatever else is pushed; a script is not.
  const call = 'sh "$(git rev-parse --git-common-dir)/ship-guard/hooks/pre-push" {0}'
  const job = `    - name: ship-guard\n      run: ${call}\n      use_stdin: true\n`
  const own = await shared.repo.read('lefthook.yml')
  await shared.repo.write('lefthook.yml', own.replace('  jobs:\n', `  jobs:\n${job}`))
  await shared.run(tools.lefthook, 'install', '--force')
  const skips = await look(shared, '--live')
  expect(skips.problems).toMatchObject([{ id: 'live', what: expect.stringContaining('was not started by it') }])
  const [skip] = skips.told.filter(({ id }) => id === 'lefthook-skips')
  await type(shared, skip)
  const after = await look(shared, '--live')
  expect(after.problems).toEqual([])
  // The push from above, which nobody judged, may be told.
  expect(after.told.filter(({ id }) => id !== 'around')).toEqual([])
  expect(await shared.pushed('HEAD:develop')).toMatchObject({ code: 0, judged: 1 })
})

test('pre-commit that runs us as its legacy hook is a guarded push', async () => {
  await using shared = await SharedRepo.with(home => ({
    '.pre-commit-config.yaml': `repos:
  - repo: local
    hooks:
      - { id: mine, name: mine, language: system, entry: sh -c 'echo ran >>${home}/theirs', always_run: true, pass_filenames: false, stages: [push] }
`,
  }))
  await shared.guard()
  await shared.run(tools.preCommit, 'install', '-t', 'pre-push')
  const seen = await look(shared, '--live')
  expect(seen.problems).toEqual([])
  expect(seen.looked[0]!.checks[0]).toMatchObject({
    state: 'fine',
    what: expect.stringMatching(/pre-push, which starts .*pre-push\.legacy\./),
  })
  expect(await shared.push()).toMatchObject({ judged: 1 })
})

test('simple-git-hooks that wrote over ours, and then calls it', async () => {
  await using shared = await SharedRepo.with(home => ({
    '.simple-git-hooks.json': `${JSON.stringify({ 'pre-push': `echo ran >>${home}/theirs` }, null, 2)}\n`,
  }))
  await shared.guard()
  await shared.run(tools.simpleGitHooks)
  const lost = await look(shared)
  expect(lost.problems).toMatchObject([{ id: 'pre-push', what: expect.stringContaining('does not start ship-guard') }])
  expect(await shared.push()).toMatchObject({ judged: 0 })
  await type(shared, lost.problems[0])
  const [told] = (await look(shared)).told.filter(({ id }) => id === 'manager')
  await type(shared, told)
  await shared.run(tools.simpleGitHooks)
  expect((await look(shared, '--live')).problems).toEqual([])
  expect(await shared.push()).toMatchObject({ judged: 1 })
  const [off] = (await hooksOf(shared.repo, { env: { ...shared.env, SKIP_SIMPLE_GIT_HOOKS: '1' } })).problems
  expect(off).toMatchObject({ id: 'switched-off', instead: 'unset SKIP_SIMPLE_GIT_HOOKS' })
})

// git 2.39 says it is 2.54: what doctor makes of its config, not what such a git does with it.
test('hooks that the config of a new git starts: switched off, misspelt, and mended', async () => {
  await using shared = await SharedRepo.with(() => ({}))
  await shared.program(
    'git',
    `#!/bin/sh\ncase $1 in version) echo git version 2.54.0; exit ;; esac\nPATH=\${PATH#*:} exec git "$@"\n`,
  )
  await shared.guard('--mode', 'config')
  const fine = await look(shared)
  expect(fine.problems).toEqual([])
  expect(fine.looked[0]!.checks[0]).toMatchObject({
    state: 'fine',
    what: expect.stringContaining('config-hooks/pre-push'),
  })
  const name = 'hook.ship-guard-pre-push'
  await shared.repo.ok('config', `${name}.enabled`, 'off')
  const off = await look(shared)
  expect(off.problems).toMatchObject([{ id: 'config-hook', instead: `git config ${name}.enabled true` }])
  await type(shared, off.problems[0])
  expect((await look(shared)).problems).toEqual([])
  await shared.repo.ok('config', `${name}.event`, 'pre-pull')
  expect((await look(shared)).problems).toMatchObject([
    { id: 'config-hook', what: expect.stringContaining('does not say pre-push') },
  ])
})
