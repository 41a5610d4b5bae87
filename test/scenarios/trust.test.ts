// What runs on this machine comes with the commits: it is shown, and with `trust: ask` waits for a yes.
import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardedRepo, remoteHas, runs } from '../support/guarded-repo.ts'
import { exec, type TempRepo } from '../support/temp-repo.ts'

const asking = { config: 'trust: ask\n' }

/** Pushes from a terminal and types the answer when the question is there. */
async function pushAnswering(repo: TempRepo, answer: string, line = 'git push origin main'): Promise<Seen> {
  const env = {
    ...process.env,
    ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', TERM: 'xterm', NO_COLOR: '1', CI: undefined },
  }
  const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: repo.dir, env, timeout: 50_000 })
  let [seen, answered] = ['', false]
  child.stdout.on('data', chunk => {
    seen += chunk
    if (answered || !seen.includes('[y/N]')) return
    answered = true
    child.stdin.write(answer)
  })
  const code = await new Promise<number | null>(done => child.on('close', done))
  return { code, seen: seen.replaceAll('\r', '') }
}

interface Seen {
  readonly code: number | null
  readonly seen: string
}

test('commands that are new on this machine are shown once before they run', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'a.txt': 'a' })
  const first = await repo.git('push', 'origin', 'main')
  expect(first.stderr).toMatch(
    /^ship-guard: this command of the config was never accepted on this machine:\n {2}check {2}echo run >> .*; sh check\.sh\n/m,
  )
  await repo.commit({ 'a.txt': 'b' })
  expect((await repo.git('push', 'origin', 'main')).stderr).not.toContain('never accepted')
  await repo.commit({ '.shiprc': (await repo.read('.shiprc')).replace('sh check.sh', 'sh check.sh # \u001b[2J') })
  const changed = await repo.git('push', 'origin', 'main')
  expect(changed.code).toBe(0)
  expect(changed.stderr).toContain('sh check.sh # \\x1b[2J')
  const kept = await readFile(join(repo.dir, '.git/ship-guard/trusted.json'), 'utf8')
  expect(kept).not.toContain('check.sh')
})

test('with `trust: ask` nothing runs where nobody can be asked, and the command that accepts is named', async () => {
  await using repo = await guardedRepo({}, asking)
  const before = await remoteHas(repo, 'main')
  const commit = await repo.commit({ 'a.txt': 'a' })
  const refused = await repo.git('push', 'origin', 'main')
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('sh check.sh')
  expect(refused.stderr).toMatch(/^Refused: .*npx ship-guard trust$/m)
  const checked = await repo.shipGuard(['check', '--for', 'main'])
  expect(checked).toMatchObject({ code: 2, stderr: expect.stringContaining('npx ship-guard trust') })
  expect(await runs(repo)).toBe(0)
  expect(await remoteHas(repo, 'main')).toBe(before)

  expect((await repo.shipGuard(['trust'])).code).toBe(2)
  const unasked = await repo.shipGuard(['trust'])
  expect(unasked).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Nothing was accepted: that takes your yes.'),
  })
  const accepted = await repo.shipGuard(['trust', '--yes'])
  expect(accepted).toMatchObject({ code: 0, stderr: expect.stringContaining('sh check.sh') })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  expect(await remoteHas(repo, 'main')).toBe(commit)

  await repo.commit({ '.shiprc': (await repo.read('.shiprc')).replace("sh check.sh'", "sh check.sh', env: { A: b }") })
  const other = await repo.git('push', 'origin', 'main')
  expect(other.stderr).toContain('(sets A)')
  expect(other.code).toBe(1)
})

test('with `trust: ask` a person at the terminal is asked in the middle of a push', async () => {
  await using repo = await guardedRepo({}, asking)
  const before = await remoteHas(repo, 'main')
  const commit = await repo.commit({ 'a.txt': 'a' })
  const no = await pushAnswering(repo, 'n\n')
  expect(no.code).toBe(1)
  expect(no.seen).toContain('Nobody has accepted on this machine what check would run.')
  expect(await remoteHas(repo, 'main')).toBe(before)
  expect(await runs(repo)).toBe(0)
  const yes = await pushAnswering(repo, 'y\n')
  expect(yes).toMatchObject({ code: 0 })
  expect(await remoteHas(repo, 'main')).toBe(commit)
})

test('what was only shown is not accepted when a config begins to ask', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'a.txt': 'a' })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  await repo.commit({ '.shiprc': `${await repo.read('.shiprc')}trust: ask\n` })
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('Nobody has accepted')
})

test('what the user’s own check has shown counts as accepted', async () => {
  await using repo = await guardedRepo()
  await repo.commit({ 'a.txt': 'a' })
  expect((await repo.shipGuard(['check', '--for', 'main'])).stderr).toContain('sh check.sh')
  await repo.commit({ '.shiprc': `${await repo.read('.shiprc')}trust: ask\n` })
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
})

test('a push cannot take back that commands are asked for', async () => {
  await using repo = await guardedRepo({}, asking)
  const config = (await repo.read('.shiprc')).replace('trust: ask', 'trust: always')
  await repo.commit({ '.shiprc': config.replace('sh check.sh', 'true') })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('Nobody has accepted')
  expect(push.stderr).toContain('This push takes away that commands are accepted first')
})

test('where configs ask, one that is a program is not even run before somebody accepted it', async () => {
  await using repo = await guardedRepo({}, asking)
  await repo.commit({ 'a.txt': 'a' })
  expect((await repo.shipGuard(['trust', '--yes'])).code).toBe(0)
  expect((await repo.git('push', 'origin', 'main')).code).toBe(0)
  const before = await remoteHas(repo, 'main')
  const ran = join(repo.home, 'program-ran')
  const commit = await repo.commit({
    '.shiprc': undefined,
    'ship.config.mjs': `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(ran)}, '')\nexport default { trust: 'always' }\n`,
  })
  const push = await repo.git('push', 'origin', 'main')
  expect(push.code).toBe(1)
  expect(push.stderr).toContain('ship.config.mjs')
  expect(push.stderr).toContain(`npx ship-guard trust --commit ${commit.slice(0, 12)}`)
  await expect(readFile(ran)).rejects.toThrow()
  expect(await remoteHas(repo, 'main')).toBe(before)
  expect((await repo.shipGuard(['trust', '--yes', '--commit', commit])).code).toBe(0)
  await readFile(ran)
})

test('what was accepted can be taken back, and a damaged memory has accepted nothing', async () => {
  await using repo = await guardedRepo({}, asking)
  await repo.commit({ 'a.txt': 'a' })
  expect((await repo.shipGuard(['trust', '--yes'])).code).toBe(0)
  expect((await repo.shipGuard(['trust'])).stderr).toContain('There is nothing new.')
  expect((await repo.shipGuard(['trust', '--forget'])).code).toBe(0)
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('Nobody has accepted')
  expect((await repo.shipGuard(['trust', '--yes'])).code).toBe(0)
  await writeFile(join(repo.dir, '.git/ship-guard/trusted.json'), '{"format":1,"asks":true,"known":[')
  expect((await repo.git('push', 'origin', 'main')).stderr).toContain('Nobody has accepted')
})

test('gates that are switched off run nothing that would have to be accepted', async () => {
  await using repo = await guardedRepo({}, asking)
  const commit = await repo.commit({ 'a.txt': 'a' })
  const env = { SHIP_GUARD_SKIP: 'check', SHIP_GUARD_REASON: 'no time to look' }
  expect((await exec('git', ['push', 'origin', 'main'], { cwd: repo.dir, env })).code).toBe(0)
  expect(await remoteHas(repo, 'main')).toBe(commit)
})
