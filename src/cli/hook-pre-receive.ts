import { join, resolve } from 'node:path'
import { CannotTell } from '../core/errors.ts'
import { type ExitCode, exit } from '../core/exit.ts'
import { isZero, type RefUpdate } from '../core/push.ts'
import type { Git, World } from '../core/world.ts'
import { defineCommand } from './command.ts'
import { judgeUpdates } from './judge-updates.ts'

export default defineCommand({
  id: 'hook pre-receive',
  summary: 'called by git on the server before it takes a push: judges every protected ref',
  hidden: true,
  examples: [{ run: 'npx ship-guard ci pre-receive --write', about: 'in the bare repository that is pushed to' }],
  async run({ world, version }): Promise<ExitCode> {
    const updates = received(await world.stdin())
    if (updates.length === 0) return exit.passed
    const server = await world.git()
    const scratch = await world.scratchFolder({ bytes: 1024 * 1024 })
    try {
      const git = await looksLikeClone(server, join(scratch.path, 'clone'), world)
      try {
        const remote = { name: 'origin', url: server.dir }
        return (await judgeUpdates({ world, git, version, remote, updates })).code
      } finally {
        await world.discardCheckouts(git)
      }
    } finally {
      await scratch.remove()
    }
  },
})

/** githooks(5), pre-receive: a line a ref, `<old-oid> SP <new-oid> SP <ref-name>`. */
function received(stdin: string): readonly RefUpdate[] {
  return stdin
    .split('\n')
    .filter(Boolean)
    .map(line => {
      const [, before, after, ref] = /^([0-9a-f]+) ([0-9a-f]+) (.+)$/.exec(line) ?? []
      if (before === undefined || after === undefined || ref === undefined)
        throw new CannotTell('git gave pre-receive a line of an unknown form.', 'Report this with the version of git.')
      return {
        localRef: ref,
        remoteRef: ref,
        ...(isZero(after) ? {} : { localOid: after }),
        ...(isZero(before) ? {} : { remoteOid: before }),
      }
    })
}

/**
 * A repository of our own that sees the server's objects and those that are being received. git-receive-pack(1), QUARANTINE ENVIRONMENT: new objects
 * lie in a folder of their own until the hook has passed, and no ref of the server may be written, which a work tree there would need.
 */
async function looksLikeClone(server: Git, folder: string, world: World): Promise<Git> {
  const format = (await server.answer(['rev-parse', '--show-object-format'])) ?? 'sha1'
  await server.text(['init', '--quiet', '--template=', `--object-format=${format}`, folder])
  const { GIT_OBJECT_DIRECTORY: incoming } = world.env
  const alternates = [
    ...(incoming === undefined ? [] : [resolve(world.cwd, incoming)]),
    join(server.commonDir, 'objects'),
  ]
  await world.files.write(join(folder, '.git/objects/info/alternates'), `${alternates.join('\n')}\n`)
  // What was judged and said is kept on the server, not in what is thrown away.
  const own = join(server.commonDir, 'ship-guard')
  await world.files.makeFolder(own, { mode: 0o700 })
  await world.run({ argv: ['ln', '-s', own, join(folder, '.git/ship-guard')] })
  const git = await world.git(folder)
  await git.text(['config', 'remote.origin.url', server.dir])
  const heads = await server.text(['for-each-ref', '--format=%(objectname) %(refname:lstrip=2)', 'refs/heads'])
  const commands = heads
    .split('\n')
    .filter(Boolean)
    .map(
      line => `create refs/remotes/origin/${line.slice(line.indexOf(' ') + 1)} ${line.slice(0, line.indexOf(' '))}\n`,
    )
  await git.text(['update-ref', '--stdin'], { input: commands.join('') })
  const main = await server.answer(['symbolic-ref', '--quiet', '--short', 'HEAD'])
  if (main !== undefined) await git.answer(['symbolic-ref', 'refs/remotes/origin/HEAD', `refs/remotes/origin/${main}`])
  return git
}
