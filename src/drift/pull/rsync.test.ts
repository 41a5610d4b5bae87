import { expect, test } from 'vitest'
import { cleanEnvironment, isAtLeast, readVersion, rsyncCommand } from './rsync.ts'
import { faultOfHost, faultOfPath } from './validate.ts'

const local = readVersion('rsync  version 3.2.7  protocol version 31\n')
const call = {
  ...{ source: {}, host: { ssh: 'app' }, local, options: ['-rt'], from: '/srv/app/', to: '/m', scratch: '/s' },
}

test('versions are read from what every kind of rsync says', () => {
  expect(local).toEqual({ flavour: 'rsync', version: '3.2.7' })
  expect(readVersion('rsync  version v3.4.1  protocol version 32')).toEqual({ flavour: 'rsync', version: '3.4.1' })
  expect(readVersion('openrsync: protocol version 29\nrsync version 2.6.9 compatible')).toEqual({
    flavour: 'openrsync',
    version: '29',
  })
  expect(readVersion('zsh: command not found')).toEqual({ flavour: 'unknown', version: '' })
  expect([isAtLeast(local, '3.2.4'), isAtLeast(local, '3.10'), isAtLeast(local, '3.2.7')]).toEqual([true, false, true])
})

test('operands stand behind `--`, and the remote shell never asks and never trusts', () => {
  const { argv } = rsyncCommand({ ...call, host: { ssh: 'ada@app', port: 2222 } }, {})
  expect(argv.slice(-3)).toEqual(['--', 'ada@app:/srv/app/', '/m/'])
  const shell = argv[argv.indexOf('-e') + 1]
  expect(shell).toContain('-o BatchMode=yes -o StrictHostKeyChecking=yes')
  expect(shell).toMatch(/-p 2222$/)
  for (const never of ['-L', '-K', '-k', '--inplace', '--trust-sender', '--secluded-args', '-s', '-F', '--rsync-path'])
    expect(argv).not.toContain(never)
})

test('HOME is ours for rsync, and the own one again for ssh', () => {
  const { argv, env } = rsyncCommand(call, { HOME: "/home/ada's" })
  expect(env?.HOME).toBe('/s')
  expect(argv[argv.indexOf('-e') + 1]).toMatch(/^env 'HOME=\/home\/ada''s' ssh /)
})

test('old versions get what they need, and only for names that need it', () => {
  const old = { ...call, local: { flavour: 'rsync', version: '3.1.3' } as const }
  expect(rsyncCommand(old, {}).argv).toContain('--no-inc-recursive')
  expect(rsyncCommand(old, {}).argv).not.toContain('--protect-args')
  expect(rsyncCommand({ ...old, from: '/srv/my app/' }, {}).argv).toContain('--protect-args')
  expect(rsyncCommand({ ...call, from: '/srv/my app/' }, {}).argv).not.toContain('--protect-args')
})

test('behind a restricted key a path is asked for below its folder', () => {
  const asked = (from: string) => rsyncCommand({ ...call, source: { restrictedTo: '/srv/app' }, from }, {}).argv.at(-2)
  expect(asked('/srv/app/current/')).toBe('app:./current/')
  expect(asked('/srv/app/')).toBe('app:./')
})

test('variables that would steer rsync or ask for a password are taken away', () => {
  const env = cleanEnvironment({
    RSYNC_OLD_ARGS: '1',
    RSYNC_PASSWORD: 'x',
    GIT_SSH: 'x',
    SSH_ASKPASS: 'x',
    SSH_AUTH_SOCK: '/a',
    LANG: 'de_DE',
  })
  expect(
    Object.entries(env)
      .filter(([, value]) => value === undefined)
      .map(([name]) => name),
  ).toEqual([...['RSYNC_OLD_ARGS', 'RSYNC_PASSWORD', 'GIT_SSH', 'SSH_ASKPASS', 'LANG']])
  expect(env.LC_ALL).toBe('C')
})

test('hosts and paths are what they seem', () => {
  for (const ssh of ['app', 'ada@app', 'web-1.example.com', 'u_1@10.0.0.1'])
    expect(faultOfHost({ ssh }), ssh).toBeUndefined()
  for (const ssh of ['-app', '', 'a b', 'a;b', '$(id)', 'ada@-x', 'a@b@c', 'app/', 'app:'])
    expect(faultOfHost({ ssh }), ssh).toBeDefined()
  for (const path of ['/srv/app/', '/var/www/my site/', '/home/ada/public_html/', '/srv/größe/'])
    expect(faultOfPath(path, 'folder'), path).toBeUndefined()
  for (const path of [
    '/',
    '',
    'srv/',
    '/srv',
    '/home/ada/',
    '/root/',
    '/srv/../etc/',
    '/srv//app/',
    '/srv/$(id)/',
    '/srv/*/',
    '/srv/a\tb/',
  ])
    expect(faultOfPath(path, 'folder'), path).toBeDefined()
})
