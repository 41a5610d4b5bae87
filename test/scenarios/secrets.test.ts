import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Finding } from '../../src/core/finding.ts'
import gate from '../../src/gates/secrets/index.ts'
import { openGit } from '../../src/io/git.ts'
import { openTree } from '../../src/io/tree.ts'
import { exampleText } from '../../src/secrets/example-text.ts'
import { gateContext } from '../support/fake-tree.ts'
import { exec, type TempRepo, tempRepo } from '../support/temp-repo.ts'

const key = exampleText('AKIA{upper:16}', 7)
const stripe = exampleText('sk_live_{word:24}', 8)
const password = exampleText('{word:20}', 9)

/** What the gate says about pushing HEAD, with `origin/main` as the remote's branch. */
async function check(repo: TempRepo, options: Record<string, unknown> = {}): Promise<readonly Finding[]> {
  const git = await openGit(repo.dir, process.env)
  const commit = await repo.ok('rev-parse', 'HEAD')
  const base = await repo.ok('rev-parse', 'origin/main')
  const tree = openTree(git, commit, base, () => Promise.reject(new Error('no checkout')))
  const push = { remote: { name: 'origin', url: repo.origin }, ref: 'refs/heads/main', commit, base }
  return gate.check({ ...gateContext(gate, tree, options), push, tree, git })
}

function refusals(findings: readonly Finding[]): readonly (readonly [string, string | undefined])[] {
  return findings.filter(({ severity }) => severity === 'error').map(({ rule, at }) => [rule, at?.file] as const)
}

test('a secret that a later commit of the push takes out again is refused, and the commit that holds it is named', async () => {
  await using repo = await tempRepo()
  await repo.commit({ 'a.txt': 'nothing\n' })
  const leak = await repo.commit({ 'config/prod.ini': `# keys\nid = ${key}\n` })
  await repo.commit({ 'config/prod.ini': '# keys\nid =\n' })

  const [finding, ...rest] = await check(repo)

  expect(rest).toEqual([])
  expect(finding).toMatchObject({
    rule: 'aws-access-key-id',
    severity: 'error',
    at: { file: 'config/prod.ini', line: 2, column: 6 },
  })
  expect(finding!.what).toContain('a later commit takes it out again')
  expect(finding!.what).toContain(leak.slice(0, 8))
  expect(finding!.instead).toContain(`git rebase -i ${leak.slice(0, 8)}~1`)
})

test('a secret in the last commit is mended by amending it', async () => {
  await using repo = await tempRepo()
  await repo.commit({ 'pay.php': `<?php $key = '${stripe}';\n` })
  const [finding] = await check(repo)
  expect(finding).toMatchObject({ rule: 'stripe-live-key', at: { file: 'pay.php', line: 1, column: 15 } })
  const [, command = ''] = /remove it, then (.*)/.exec(finding!.instead) ?? []
  expect(command).toMatch(/^git commit --amend /)
  await repo.write('pay.php', '<?php $key = getenv("KEY");\n')
  await repo.ok(...command.split(' ').slice(1))
  expect(await check(repo)).toEqual([])
})

test('the same secret in many versions of a file is told once, with the first commit and its place in the last', async () => {
  await using repo = await tempRepo()
  const first = await repo.commit({ 'app.js': `const id = '${key}'\n` })
  await repo.commit({ 'app.js': `// one\nconst id = '${key}'\n` })
  await repo.commit({ 'app.js': `// one\n// two\nconst id = '${key}'\n` })
  const findings = await check(repo)
  expect(findings).toHaveLength(1)
  expect(findings[0]!.at).toMatchObject({ line: 3 })
  expect(findings[0]!.what).toContain(first.slice(0, 8))
})

test('a secret is found that only a merge commit brings', async () => {
  await using repo = await tempRepo()
  await repo.ok('checkout', '-q', '-b', 'side')
  await repo.commit({ 'side.txt': 'side\n' })
  await repo.ok('checkout', '-q', 'main')
  await repo.commit({ 'main.txt': 'main\n' })
  await repo.ok('merge', '-q', '--no-commit', '--no-ff', 'side')
  await repo.write('evil.txt', `id ${key}\n`)
  await repo.ok('add', '-A')
  await repo.ok('commit', '-q', '-m', 'merge', '--no-verify')
  expect(refusals(await check(repo))).toEqual([['aws-access-key-id', 'evil.txt']])
})

test('the printed entry allows exactly this value once it has a reason: another secret in the same file still stops', async () => {
  await using repo = await tempRepo()
  await repo.commit({ 'app.js': `const id = '${key}'\n` })
  const [finding] = await check(repo)
  const entry = {
    path: /path: (.*)/.exec(finding!.instead)![1]!,
    rule: /rule: (.*)/.exec(finding!.instead)![1]!,
    fingerprint: /fingerprint: '(.*)'/.exec(finding!.instead)![1]!,
  }
  expect(gate.options.safeParse({ allow: [entry] }).success).toBe(false)
  expect(gate.options.safeParse({ allow: [{ ...entry, reason: ' ' }] }).success).toBe(false)
  expect(gate.options.safeParse({ allow: [{ ...entry, reason: '<why this is no secret>' }] }).success).toBe(false)

  const options = { allow: [{ ...entry, reason: 'the sample of the manual' }] }
  expect(await check(repo, options)).toEqual([])
  await repo.commit({ 'app.js': `const id = '${exampleText('AKIA{upper:16}', 99)}'\n` })
  expect(refusals(await check(repo, options))).toEqual([['aws-access-key-id', 'app.js']])
})

test('an entry whose file is gone, or no longer holds what it allows, is said to be unused', async () => {
  await using repo = await tempRepo()
  await repo.commit({ 'app.js': 'clean\n', 'other.js': 'x\n' })
  const allow = [
    { path: 'app.js', reason: 'held a sample once' },
    { path: 'gone.js', reason: 'deleted since' },
    { path: 'README.md', reason: 'not touched by this push' },
  ]
  const findings = await check(repo, { allow })
  expect(findings.map(({ rule, severity, what }) => [rule, severity, /in (\S+),/.exec(what)![1]])).toEqual([
    ['unused-allow', 'info', 'app.js'],
    ['unused-allow', 'info', 'gone.js'],
  ])
})

test('an environment file is refused by its name, names its settings, and does not show a value', async () => {
  await using repo = await tempRepo()
  await repo.commit({
    '.env': `APP_NAME=shop\nDB_PASSWORD=${password}\n`,
    '.env.example': 'DB_PASSWORD=\n',
    'api/.env.production': `STRIPE=${stripe}\n`,
    '.env.testing': 'DB_PASSWORD=secret\n',
  })
  const findings = await check(repo)
  expect(refusals(findings)).toEqual([
    ['stripe-live-key', 'api/.env.production'],
    ['env-file', '.env'],
    ['env-file', 'api/.env.production'],
  ])
  expect(findings[1]!.what).toContain('DB_PASSWORD')
  expect(findings[1]!.instead).toContain('git rm --cached -- .env')
  expect(JSON.stringify(findings)).not.toContain(password)
})

test('a name that is allowed for good is still read', async () => {
  await using repo = await tempRepo()
  await repo.commit({ '.env': `APP_ENV=dev\nDB_PASSWORD=${password}\n` })
  expect(refusals(await check(repo, { allowNames: ['.env'] }))).toEqual([['secret-setting', '.env']])
  await repo.ok('reset', '-q', '--hard', 'origin/main')
  await repo.commit({ '.env': 'APP_ENV=dev\nAPP_SECRET=\n' })
  expect(await check(repo, { allowNames: ['.env'] })).toEqual([])
})

test('a name that the config denies is refused', async () => {
  await using repo = await tempRepo()
  await repo.commit({ 'data/customers.xlsx': 'x', 'a.txt': 'x' })
  expect(refusals(await check(repo, { denyNames: ['*.xlsx'] }))).toEqual([['denied-name', 'data/customers.xlsx']])
})

test('what the remote already had is said, with what to do, and does not stop the push', async () => {
  await using repo = await tempRepo({ 'app.js': `const id = '${key}'\n`, '.env': 'APP_ENV=dev\n' })
  await repo.commit({ 'app.js': `// more\nconst id = '${key}'\n`, '.env': 'APP_ENV=prod\n' })
  const findings = await check(repo)
  expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([
    ['aws-access-key-id', 'warning'],
    ['env-file', 'warning'],
  ])
  expect(findings[0]!.instead).toContain('revoke it')
})

test('a dump that replaces a harmless SQL file of the remote is refused', async () => {
  await using repo = await tempRepo({ 'db/schema.sql': 'CREATE TABLE users (id int);\n' })
  await repo.commit({
    'db/schema.sql': "-- MySQL dump 10.13\nCREATE TABLE users (id int);\nINSERT INTO `users` VALUES (1,'ada');\n",
  })
  expect(refusals(await check(repo))).toEqual([['database-dump', 'db/schema.sql']])
})

test('UTF-16, CRLF, a name that is not UTF-8 and a link are read as what they are', async () => {
  await using repo = await tempRepo()
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`one\r\nid = ${key}\r\n`, 'utf16le')])
  await repo.commit({ 'utf16.txt': utf16, 'crlf.txt': `one\r\ntwo\r\nid = ${key}\r\n`, 'wide.txt': `« 🔑 » ${key}\n` })
  await exec(
    'sh',
    ['-c', 'printf "id %s\\n" "$1" > "$(printf "caf\\351.txt")"; ln -s ../shared/.env .env', 'sh', key],
    {
      cwd: repo.dir,
    },
  )
  await repo.commit({})
  const findings = await check(repo)
  expect(findings.map(({ at }) => at).sort((a, b) => (a!.file < b!.file ? -1 : 1))).toEqual([
    { file: '"caf\\351.txt"', line: 1, column: 4 },
    { file: 'crlf.txt', line: 3, column: 6 },
    { file: 'utf16.txt', line: 2, column: 6 },
    { file: 'wide.txt', line: 1, column: 7 },
  ])
})

test('a binary file is judged by its name and its first bytes, not searched', async () => {
  await using repo = await tempRepo()
  const binary = Buffer.concat([Buffer.from([0, 1, 2, 0]), Buffer.from(key)])
  await repo.commit({
    'logo.bin': binary,
    'release.p12': binary,
    'data.bin': Buffer.concat([Buffer.from('SQLite format 3\0'), binary]),
    'assets.zip': Buffer.concat([Buffer.from('PK\x03\x04'), binary]),
  })
  const findings = await check(repo)
  expect(refusals(findings)).toEqual([
    ['database-file', 'data.bin'],
    ['key-store', 'release.p12'],
  ])
  expect(findings.at(-1)).toMatchObject({ rule: 'archive-not-searched', severity: 'info' })
})

test('a large file of one line is searched whole when the limit allows it, else its beginning, and that is said', async () => {
  await using repo = await tempRepo()
  const line = `${'x = 1; '.repeat(2_000_000)}id = '${key}'; ${'y = 2; '.repeat(1_000_000)}`
  await repo.commit({ 'bundle.js': line })
  const cut = await check(repo, { maxFileSize: '10MB' })
  expect(cut.map(({ rule, severity }) => [rule, severity])).toEqual([['file-too-big', 'warning']])
  expect(cut[0]!.instead).toContain('maxFileSize')

  const whole = await check(repo)
  expect(whole.map(({ rule, at }) => [rule, at!.column])).toEqual([['aws-access-key-id', 14_000_007]])
})

test('300 files with a secret each are 300 findings, and more are counted', async () => {
  await using repo = await tempRepo()
  const files = Object.fromEntries(
    Array.from({ length: 420 }, (_, i) => [`src/${i}.txt`, `id ${exampleText('AKIA{upper:16}', i + 1)}\n`]),
  )
  await repo.commit(files)
  const findings = await check(repo)
  expect(findings.filter(({ rule }) => rule === 'aws-access-key-id')).toHaveLength(300)
  expect(findings.find(({ rule }) => rule === 'more-secrets')!.what).toContain('120 more')
})

test('a comment of secretlint in a pushed file does not switch anything off', async () => {
  await using repo = await tempRepo()
  await repo.commit({ 'a.txt': `# secretlint-disable\n${exampleText('ntn_{digits:11}{word:35}')}\n` })
  expect(refusals(await check(repo))).toEqual([['notion-token', 'a.txt']])
})

test('an abort ends the search', async () => {
  await using repo = await tempRepo()
  await repo.commit({ 'a.txt': key })
  const git = await openGit(repo.dir, process.env)
  const commit = await repo.ok('rev-parse', 'HEAD')
  const tree = openTree(git, commit, undefined, () => Promise.reject(new Error('no checkout')))
  const context = { ...gateContext(gate, tree, {}), tree, signal: AbortSignal.abort(new Error('stopped')) }
  await expect(gate.check(context)).rejects.toThrow('stopped')
})

test('what is clean is noted for the next push, without a word of it, and a secret is found again each time', async () => {
  await using repo = await tempRepo()
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`src/${i}.txt`, `harmless ${i}\n`]))
  await repo.commit({ ...files, 'config/prod.ini': `id = ${key}\n` })
  const first = await check(repo)
  const folder = join(repo.dir, '.git/ship-guard/secrets')
  const [name, ...others] = await readdir(folder)
  expect(others).toEqual([])
  const noted = await readFile(join(folder, name!))
  expect(noted.length).toBe(60 * 16)
  expect(noted.includes('src')).toBe(false)

  await repo.commit({ 'src/0.txt': 'harmless 0\n', 'more.txt': 'more\n' })
  expect(refusals(await check(repo))).toEqual(refusals(first))
  expect(refusals(first)).toEqual([['aws-access-key-id', 'config/prod.ini']])
  expect(await check(repo, { denyNames: ['src/7.txt'] })).toMatchObject([{}, { rule: 'denied-name' }])
})
