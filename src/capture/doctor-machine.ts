import { bytesText } from '../core/amount.ts'
import { type Check, fine, problem, told, unknown } from '../core/diagnosis.ts'
import { CannotTell } from '../core/errors.ts'
import type { CommandResult, Git, World } from '../core/world.ts'
import { isAtLeast, localRsync } from '../drift/pull/rsync.ts'

type MachineWorld = Pick<World, 'run' | 'env'>

/** What capture needs here: git, rsync, ssh and room for mirrors. */
export async function checkMachine(git: Git, world: MachineWorld): Promise<readonly Check[]> {
  return Promise.all([gitCheck(world), rsyncCheck(world), sshCheck(world), roomCheck(git, world)])
}

// git-merge-tree(1): --write-tree, with which conflicts are told before anything is merged, came with 2.38.
const oldestGit = '2.38'

async function gitCheck({ run }: MachineWorld): Promise<Check> {
  const version = /\d+\.\d+(\.\d+)?/.exec(textOf(await run({ argv: ['git', '--version'] })))?.[0]
  if (version === undefined)
    return problem('git', 'git', 'git does not say its version.', 'See what it says: git --version')
  if (isAtLeast({ flavour: 'unknown', version }, oldestGit)) return fine('git', 'git', version)
  return problem(
    'git',
    'git',
    `git ${version} cannot preview a merge; capture needs ${oldestGit} or newer.`,
    'Upgrade git: https://git-scm.com/downloads',
  )
}

async function rsyncCheck(world: MachineWorld): Promise<Check> {
  try {
    const local = await localRsync(world)
    if (isAtLeast(local, '3.4.3')) return fine('rsync', 'rsync', local.version)
    return told(
      'rsync',
      'rsync',
      `${local.version}: before 3.4.3 a hostile server could crash it, or worse before 3.4.0. Distributions mend older versions under the old number.`,
      'See that your system is up to date: apt-get upgrade rsync, dnf upgrade rsync or brew upgrade rsync',
    )
  } catch (error) {
    if (error instanceof CannotTell) return problem('rsync', 'rsync', error.message, error.instead)
    throw error
  }
}

async function sshCheck({ run }: MachineWorld): Promise<Check> {
  const asked = await run({ argv: ['ssh', '-V'] }, { timeoutMs: 20_000 })
  const version = /OpenSSH_[\w.]+/.exec(textOf(asked))?.[0]
  if (asked.ended === 'exit' && version !== undefined) return fine('ssh', 'ssh', version)
  if (asked.ended === 'not-started')
    return problem('ssh', 'ssh', 'ssh is not installed on this machine.', 'Install it: apt-get install openssh-client')
  return unknown('ssh', 'ssh', 'It is not OpenSSH, or does not say so.', 'See what it says: ssh -V')
}

const littleRoom = 1024 ** 3
const noRoom = 100 * 1024 ** 2

async function roomCheck(git: Git, { run }: MachineWorld): Promise<Check> {
  // df(1), POSIX: with -P a line each, the fourth column is what is available; with -k in KiB.
  const asked = await run({ argv: ['df', '-Pk', '--', git.commonDir] }, { timeoutMs: 20_000 })
  const available = Number(textOf(asked).trim().split('\n').at(-1)?.split(/\s+/)[3])
  if (!Number.isFinite(available))
    return unknown(
      'room',
      'room',
      'df does not say how much room there is.',
      `See for yourself: df -h ${git.commonDir}`,
    )
  const room = `${bytesText(available * 1024)} free where mirrors are kept (${git.commonDir})`
  if (available * 1024 >= littleRoom) return fine('room', 'room', room)
  const instead = 'Make room, or take old mirrors away: npx ship-guard capture clean'
  return available * 1024 >= noRoom ? told('room', 'room', room, instead) : problem('room', 'room', room, instead)
}

function textOf(result: CommandResult): string {
  return Buffer.from(result.output).toString('utf8')
}
