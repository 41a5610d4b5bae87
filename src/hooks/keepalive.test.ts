import { expect, test } from 'vitest'
import { tempRepo } from '../../test/support/temp-repo.ts'
import { openGit } from '../io/git.ts'
import { keepaliveCommand, planKeepalive, removeKeepalive, setKeepalive } from './keepalive.ts'

test('it is set where nobody said how to connect, and taken out again', async () => {
  await using repo = await tempRepo()
  const git = await openGit(repo.dir, process.env)
  expect(await planKeepalive(git, {})).toEqual({ outcome: 'set' })
  await setKeepalive(git)
  expect(await repo.ok('config', '--local', 'core.sshCommand')).toBe(keepaliveCommand)
  expect(await planKeepalive(git, {})).toEqual({ outcome: 'there-already' })
  expect(await removeKeepalive(git)).toBe(true)
  expect((await repo.git('config', 'core.sshCommand')).code).toBe(1)
  expect(await removeKeepalive(git)).toBe(false)
})

test.each([
  ['GIT_SSH_COMMAND', 'ssh -i key', 'GIT_SSH_COMMAND is set'],
  ['GIT_SSH', '/usr/bin/plink', 'GIT_SSH is set'],
])('%s stays the way to connect', async (name, value, because) => {
  await using repo = await tempRepo()
  const git = await openGit(repo.dir, process.env)
  expect(await planKeepalive(git, { [name]: value })).toMatchObject({
    outcome: 'left',
    because: expect.stringContaining(because),
  })
})

test('a command that the user set stays, in whatever scope, and so does one that was changed after ours', async () => {
  await using repo = await tempRepo()
  const git = await openGit(repo.dir, process.env)
  await repo.write('.git/more', '[core]\n\tsshCommand = ssh -i ~/.ssh/work\n')
  await repo.ok('config', 'include.path', 'more')
  expect(await planKeepalive(git, {})).toMatchObject({ outcome: 'left' })
  await repo.ok('config', '--unset', 'include.path')
  await setKeepalive(git)
  await repo.ok('config', 'core.sshCommand', `${keepaliveCommand} -i ~/.ssh/work`)
  expect(await planKeepalive(git, {})).toMatchObject({ outcome: 'left' })
  expect(await removeKeepalive(git)).toBe(false)
  await repo.ok('config', '--unset', 'core.sshCommand')
  await repo.ok('config', 'ssh.variant', 'plink')
  expect(await planKeepalive(git, {})).toMatchObject({ because: expect.stringContaining('plink') })
})
