import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Root } from '../../src/core/environment.ts'
import { type PathBytes, pathBytes, pathOf, shownPath } from '../../src/core/path-bytes.ts'
import type { DenyRule } from '../../src/drift/deny.ts'
import { denier, filterLines } from '../../src/drift/deny-filter.ts'
import { defaultDeny, denyRules } from '../../src/drift/deny-rules.ts'
import { listDenied } from '../../src/drift/pull/denied.ts'
import { appServer } from '../support/app-server.ts'
import { pulling } from '../support/pulling.ts'

const top: Root = { from: '/srv/app/', to: '', uploads: false }
const secrets = {
  '.env': 'APP_KEY=base64:c2VjcmV0LW9uZQ==',
  '.ENV.production': 'DB_PASSWORD=secret-two',
  'config/keys/server.pem': 'secret-three',
  'deploy/id_rsa': 'secret-four',
  'wp-config.php': "define('DB_PASSWORD', 'secret-five');",
  'bootstrap/cache/config.php': "<?php return ['key' => 'secret-six'];",
  'backup/2026.sql.gz': 'secret-seven',
  '.ssh/authorized_keys': 'secret-eight',
  'sub/.git/packed-refs': 'secret-nine',
}
const harmless = {
  'index.php': '<?php',
  '.env.example': 'APP_KEY=',
  'app/keyboard.php': '<?php',
  'wp-config-sample.php': '<?php',
}

test('what a rule denies never leaves the server: told by the sender itself, and by the bytes on the wire', async () => {
  await using server = await appServer({ files: { ...secrets, ...harmless } })
  const wire = join(server.ssh.folder, 'srv/wire')
  const told = join(server.ssh.folder, 'srv/told')
  for (const file of [wire, told]) writeFileSync(file, '')
  execFileSync('chmod', ['0666', wire, told])
  // The server's own rsync, with every byte it sends copied and its reasons written down.
  await server.program(
    'rsync',
    `#!/bin/bash\nshift 2\n/usr/bin/rsync --server --sender --debug=filter2 --msgs2stderr "$@" 2>>${told} | tee -a ${wire}\n`,
  )
  await using here = await pulling(server)
  await here.pull()

  expect(await here.paths()).toEqual(['.env.example', 'app/keyboard.php', 'index.php', 'wp-config-sample.php'])
  const sent = readFileSync(wire, 'latin1')
  expect(sent).toContain('keyboard.php')
  for (const [path, content] of Object.entries(secrets)) {
    expect(sent).not.toContain(/secret-\w+/.exec(content)?.[0] ?? content)
    // `.env` is the beginning of a name that may come.
    if (path !== '.env') expect(sent).not.toContain(path.split('/').at(-1))
  }
  const reasons = readFileSync(told, 'utf8')
  for (const path of [
    '.env',
    '.ENV.production',
    'config/keys/server.pem',
    'deploy/id_rsa',
    'wp-config.php',
    'backup/2026.sql.gz',
  ])
    expect(reasons).toMatch(new RegExp(`\\[sender\\] hiding file ${path.replaceAll('.', '\\.')} because of pattern`))
  expect(reasons).toContain('[sender] hiding directory sub/.git because of pattern')
})

test('a denied file that is committed is not taken for deleted', async () => {
  await using server = await appServer({ files: harmless })
  await using here = await pulling(server)
  mkdirSync(join(here.into, 'database'), { recursive: true })
  writeFileSync(join(here.into, 'database/schema.sql'), 'CREATE TABLE t (a int);')
  writeFileSync(join(here.into, 'gone.php'), '<?php')
  await here.pull({ known: 6 })
  expect(await here.paths()).toContain('database/schema.sql')
  expect(await here.paths()).not.toContain('gone.php')
})

test('lists what stays there by name and size, without the noise of what is made at run time', async () => {
  await using server = await appServer({
    files: {
      ...secrets,
      ...harmless,
      'storage/logs/laravel.log': 'x',
      'node_modules/a/.env': 'x',
      'private/notes.txt': 'x',
    },
  })
  await using here = await pulling(server, { exclude: ['/private/'] })
  const denied = await listDenied(here.request(), here.world)
  expect(denied.map(({ path, rule, size }) => `${rule} ${shownPath(path)} ${size}`)).toEqual([
    'env-files .ENV.production 22',
    'env-files .env 31',
    'credentials .ssh/authorized_keys 12',
    'databases backup/2026.sql.gz 12',
    'application-config bootstrap/cache/config.php 37',
    'private-keys config/keys/server.pem 12',
    'private-keys deploy/id_rsa 11',
    'application-config wp-config.php 37',
  ])
})

test('what the config includes comes, and still nothing that means something to git', async () => {
  await using server = await appServer({
    files: { 'seed.sql': 'x', 'dump.sql': 'y', '.gitattributes': '* filter=x', 'a/.gitmodules': 'x' },
  })
  await using here = await pulling(server, { include: ['/seed.sql', '.git*', '*'] })
  await here.pull()
  expect(await here.paths()).toEqual(['dump.sql', 'seed.sql'])
})

const name = fc
  .oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        'a',
        'b',
        '.env',
        'x.php',
        'id_rsa',
        'a.sql',
        'wp-config.php',
        '.env.example',
        'é',
        'q"[1]',
        '-n',
        ' s ',
      ),
    },
    fc.string({
      unit: fc.constantFrom('a', 'b', '.', '*', '?', '[', ']', '\\', '#', '!', ' ', 'é', '~', '_'),
      minLength: 1,
      maxLength: 4,
    }),
  )
  .filter(text => text !== '.' && text !== '..')
const paths = fc.uniqueArray(
  fc.array(name, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/')),
  { minLength: 1, maxLength: 12 },
)
const piece = fc.constantFrom(
  'a',
  'b',
  '*',
  '?',
  '**',
  '.env*',
  '*.php',
  '[ab]',
  '[!a]*',
  'a?',
  '*a',
  '\\*',
  'é',
  'x.php',
  'b*.sql',
  'q"\\[1]',
  '[[:alpha:]]',
)
const pattern = fc
  .tuple(fc.constantFrom('', '/'), fc.array(piece, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '', '/'))
  .map(([first, pieces, last]) => first + pieces.join('/') + last)

/** Writes the paths that can be there together; which these are. */
function tree(folder: string, wanted: readonly string[]): string[] {
  const made: string[] = []
  for (const path of wanted) {
    try {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), '', { flag: 'wx' })
      made.push(path)
    } catch {}
  }
  return made
}

test('a pattern means to us and to rsync what it means to git', () => {
  fc.assert(
    fc.property(paths, fc.array(pattern, { minLength: 1, maxLength: 4 }), (wanted, patterns) => {
      const folder = mkdtempSync(join(tmpdir(), 'ship-guard-deny-'))
      try {
        const made = tree(join(folder, 'tree'), wanted)
        const rules: DenyRule[] = [{ id: 'one', why: '', patterns }]
        const ours = made.filter(path => denier(rules)(pathOf(path)) === undefined).sort()
        expect(ours).toEqual(byGit(join(folder, 'tree'), patterns))
        expect(byRsync(folder, rules)).toEqual(ours.map(pathOf).sort())
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }),
    { numRuns: 30 },
  )
})

test('the default rules mean the same to us and to rsync, whatever else is excluded and included', () => {
  fc.assert(
    fc.property(
      paths,
      fc.array(pattern, { maxLength: 2 }),
      fc.array(pattern, { maxLength: 2 }),
      (wanted, exclude, include) => {
        const folder = mkdtempSync(join(tmpdir(), 'ship-guard-deny-'))
        try {
          const made = tree(join(folder, 'tree'), wanted)
          const rules = denyRules({ exclude, include })
          const ours = made.filter(path => denier(rules)(pathOf(path)) === undefined)
          expect(byRsync(folder, rules)).toEqual(ours.map(pathOf).sort())
        } finally {
          rmSync(folder, { recursive: true, force: true })
        }
      },
    ),
    { numRuns: 30 },
  )
})

function byGit(folder: string, patterns: readonly string[]): string[] {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, '../ignore'), patterns.map(line => `${line}\n`).join(''))
  execFileSync('git', ['init', '-q', join(folder, '../repository')])
  const listed = execFileSync(
    'git',
    [
      ...[
        '-c',
        'core.excludesFile=/dev/null',
        `--git-dir=${join(folder, '../repository/.git')}`,
        `--work-tree=${folder}`,
      ],
      ...['ls-files', '-z', '--others', `--exclude-from=${join(folder, '../ignore')}`],
    ],
    { cwd: folder },
  )
  return listed.toString('utf8').split('\0').filter(Boolean).sort()
}

function byRsync(folder: string, rules: readonly DenyRule[]): PathBytes[] {
  const filter = join(folder, 'filter')
  mkdirSync(join(folder, 'tree'), { recursive: true })
  writeFileSync(
    filter,
    Buffer.from(
      filterLines(rules, top, [top])
        .map(line => `${line}\n`)
        .join(''),
      'latin1',
    ),
  )
  const target = join(folder, 'copy')
  execFileSync('rsync', ['-r', `--filter=. ${filter}`, `${folder}/tree/`, `${target}/`])
  const listed = execFileSync('find', ['.', '-type', 'f', '-print0'], { cwd: target })
  return pathBytes(listed)
    .split('\0')
    .filter(Boolean)
    .map(path => path.slice(2) as PathBytes)
    .sort()
}

test('below a root a pattern counts as it does from the top of the repository', () => {
  const rules: DenyRule[] = [
    {
      id: 'exclude',
      why: '',
      patterns: ['/storage/app/public/tmp/', '*.part', 'storage/*/public/**/cache', '/public/'],
    },
  ]
  const uploads: Root = { from: '/srv/shared/public/', to: 'storage/app/public/', uploads: true }
  expect(filterLines(rules, uploads, [top, uploads]).filter(line => line.startsWith('-'))).toEqual([
    '- /tmp/',
    '- *.part',
    '- cache',
  ])
  expect(filterLines(rules, top, [top, uploads])[0]).toBe('- /storage/app/public/')
})

test('a rule that takes a whole root is told, instead of reading nothing', () => {
  const uploads: Root = { from: '/srv/shared/public/', to: 'storage/app/public/', uploads: true }
  const rules: DenyRule[] = [{ id: 'exclude', why: '', patterns: ['/storage/'] }]
  expect(() => filterLines(rules, uploads, [uploads])).toThrow(/Nothing of \/srv\/shared\/public\/ would be read/)
})

test('no exception of one default rule opens another', () => {
  for (const rule of defaultDeny)
    for (const except of rule.except ?? []) {
      const others = defaultDeny.filter(other => other !== rule)
      expect(denier(others)(pathOf(except.replace('*', 'x')))).toBeUndefined()
    }
})
