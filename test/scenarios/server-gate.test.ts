// The gates where nobody gets around them: on a server that is pushed to, and in CI.
import { chmod, cp, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { packageFolder, shipGuardBin } from '../support/package-root.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const config = "protect: [main, 'release/*']\ngates: { db: false, changelog: false, tests: { run: sh check.sh } }\n"

async function guardedServer(options: { objectFormat?: 'sha256' } = {}): Promise<TempRepo> {
  const repo = await tempRepo({ '.shiprc': config, 'check.sh': 'test ! -e broken\n' }, options)
  const made = await exec(process.execPath, [shipGuardBin, 'ci', 'pre-receive', '--write'], { cwd: repo.origin })
  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('Wrote hooks/pre-receive') })
  return repo
}

async function has(repo: TempRepo, ref: string): Promise<string> {
  return (await exec('git', ['-C', repo.origin, 'rev-parse', '--verify', '--quiet', ref])).stdout.trim()
}

test.each(['sha1', 'sha256'] as const)(
  'a server keeps a failing commit out, also with --no-verify (%s)',
  async format => {
    await using repo = await guardedServer(format === 'sha256' ? { objectFormat: 'sha256' } : {})
    const before = await has(repo, 'main')
    await repo.commit({ broken: 'yes\n' })
    const refused = await repo.git('push', '--no-verify', 'origin', 'main')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/remote: .*sh check\.sh.* failed/)
    expect(await has(repo, 'main')).toBe(before)
    expect((await repo.git('push', 'origin', 'main:feature')).code).toBe(0)
    await repo.commit({ broken: undefined })
    const taken = await repo.git('push', 'origin', 'main')
    expect(taken).toMatchObject({ code: 0, stderr: expect.stringMatching(/remote: Passed: origin\/main/) })
    expect(await has(repo, 'main')).toBe(await repo.ok('rev-parse', 'HEAD'))
    // Nothing of the judging is left on the server but its own folder.
    expect((await exec('git', ['-C', repo.origin, 'worktree', 'list'])).stdout.trim().split('\n')).toHaveLength(1)
  },
)

test('a server judges every ref of a push, refuses to lose a protected branch, and remembers its answers', async () => {
  await using repo = await guardedServer()
  expect((await repo.git('push', 'origin', 'main:release/1')).code).toBe(0)
  await exec('git', ['-C', repo.origin, 'config', 'receive.denyDeleteCurrent', 'ignore'])
  const deleted = await repo.git('push', 'origin', ':release/1')
  expect(deleted).toMatchObject({ code: 1, stderr: expect.stringContaining('protected') })
  const first = await repo.ok('rev-parse', 'HEAD')
  await repo.commit({ 'a.txt': 'a\n' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  const forced = await repo.git('push', '--force', 'origin', `${first}:main`)
  expect(forced).toMatchObject({ code: 1, stderr: expect.stringContaining('takes') })
  await repo.commit({ '.env': 'PASSWORD=correct-horse-battery\n' })
  const both = await repo.git('push', 'origin', 'main:feature', 'main:release/2')
  expect(both.code).toBe(1)
  expect(await has(repo, 'refs/heads/feature')).toBe('')
  await repo.ok('reset', '-q', '--hard', 'HEAD~1')
  const again = await repo.git('push', 'origin', 'main:release/1')
  expect(again.stderr).toContain('tests (stored)')
})

test('a server without the package refuses, and says so', async () => {
  await using repo = await guardedServer()
  const hook = join(repo.origin, 'hooks/pre-receive')
  const text = await readFile(hook, 'utf8')
  await exec('sed', ['-i', "s#package='.*'#package='/nowhere'#", hook])
  await chmod(hook, 0o755)
  await repo.commit({ 'a.txt': 'a\n' })
  const push = await repo.git('push', 'origin', 'main')
  expect(push).toMatchObject({ code: 1, stderr: expect.stringContaining('/nowhere is gone from this server') })
  expect(text).toContain('hook pre-receive')
})

test('a server on which npx started it keeps a copy, because npx clears its cache', async () => {
  await using repo = await tempRepo({ '.shiprc': config, 'check.sh': 'test ! -e broken\n' })
  const cache = join(repo.home, '_npx/1a2b')
  await mkdir(join(cache, 'node_modules'), { recursive: true })
  await cp(packageFolder, join(cache, 'node_modules/ship-guard'), { recursive: true })
  const bin = join(cache, 'node_modules/ship-guard/dist/main.js')
  expect(await exec(process.execPath, [bin, 'ci', 'pre-receive', '--write'], { cwd: repo.origin })).toMatchObject({
    code: 0,
  })
  await rm(cache, { recursive: true })
  await repo.commit({ broken: 'yes\n' })
  const refused = await repo.git('push', '--no-verify', 'origin', 'main')
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/remote: .*sh check\.sh.* failed/) })
})

test('a file that is there and says something else is left as it is', async () => {
  await using repo = await guardedServer()
  await repo.write('.github/workflows/ship-guard.yml', 'on: push\n')
  const kept = await repo.shipGuard(['ci', 'github', '--write'])
  expect(kept).toMatchObject({ code: 2, stderr: expect.stringContaining('left as it is') })
  expect(await repo.read('.github/workflows/ship-guard.yml')).toBe('on: push\n')
  expect(await repo.shipGuard(['ci', 'pre-receive', '--write'])).toMatchObject({ code: 2 })
  expect(await repo.shipGuard(['ci', 'githb'])).toMatchObject({ code: 2, stderr: expect.stringContaining('github?') })
})

interface Workflow {
  on: { push: { branches: string[] } }
  jobs: { gates: { steps: { run?: string; env?: Record<string, string> }[] } }
}

test('the workflow for GitHub refuses what a push would, with an annotation at the line', async () => {
  await using repo = await guardedServer()
  await repo.write('package-lock.json', '{}')
  const printed = await repo.shipGuard(['ci', 'github'])
  await rm(join(repo.dir, 'package-lock.json'))
  const workflow = parse(printed.stdout) as Workflow
  expect(workflow.on.push.branches).toEqual(['main', 'release/*'])
  const steps = workflow.jobs.gates.steps.filter(step => step.run !== undefined)
  expect(steps[0]!.run).toBe('npm ci')
  const before = await repo.ok('rev-parse', 'HEAD')
  const bad = await repo.commit({ 'config.php': "<?php\ndefine('DB_PASSWORD', 'tZ8#kq29LmPw4xVb');\n" })
  expect(Object.keys(steps[1]!.env!)).toEqual(['COMMIT', 'BASE', 'BRANCH'])
  const ended = await ciStep(repo, steps[1]!.run!, { COMMIT: bad, BASE: before, BRANCH: 'main' })
  expect(ended.stdout).toMatch(/^::error file=config\.php,line=2,/m)
  expect(ended.code).toBe(1)
  expect(await repo.read('ship-guard.html')).toContain('config.php')
  // A branch that was not there before comes with zeros; a shallow clone is told what to do.
  const fresh = await ciStep(repo, steps[1]!.run!, { COMMIT: before, BASE: '0'.repeat(40), BRANCH: 'release/9' })
  expect(fresh).toMatchObject({ code: 0 })
  const shallow = await ciStep(repo, steps[1]!.run!, { COMMIT: bad, BASE: 'a'.repeat(40), BRANCH: 'main' })
  expect(shallow).toMatchObject({ code: 2, stderr: expect.stringContaining('fetch-depth: 0') })
})

test('the job for GitLab writes its reports, and knows patterns of branches', async () => {
  await using repo = await guardedServer()
  const printed = await repo.shipGuard(['ci', 'gitlab'])
  const { rules, script } = (parse(printed.stdout) as { 'ship-guard': { rules: { if: string }[]; script: string[] } })[
    'ship-guard'
  ]
  expect(rules.map(rule => rule.if).slice(1)).toEqual([
    '$CI_COMMIT_BRANCH == "main"',
    '$CI_COMMIT_BRANCH =~ /^release\\/[^\\/]*$/',
  ])
  const before = await repo.ok('rev-parse', 'HEAD')
  const bad = await repo.commit({ broken: 'yes\n' })
  const env = { CI_COMMIT_SHA: bad, CI_COMMIT_BRANCH: 'main', CI_COMMIT_BEFORE_SHA: before }
  expect(await ciStep(repo, script.at(-1)!, env)).toMatchObject({ code: 1 })
  expect(JSON.parse(await repo.read('gl-code-quality-report.json'))).toMatchObject([{ check_name: 'tests-failed' }])
  expect(await repo.read('ship-guard.xml')).toContain('<failure')
})

/** Runs one step as a CI server does: by sh, in a clone whose remote has the commit already. */
async function ciStep(repo: TempRepo, run: string, env: Record<string, string>) {
  await repo.ok('update-ref', 'refs/remotes/origin/main', 'HEAD')
  const line = run.replace(/^npx --yes ship-guard@\S+/, `"${process.execPath}" "${shipGuardBin}"`)
  expect(line).not.toBe(run)
  return exec('sh', ['-c', line], { cwd: repo.dir, env: { CI: 'true', ...env } })
}
