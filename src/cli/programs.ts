// A config may be a program: reading it means running it.
import { join } from 'node:path'
import { configFileNames, isCodeConfig } from '../core/config-names.ts'
import { UsageError } from '../core/errors.ts'
import type { Oid } from '../core/push.ts'
import type { Git, World } from '../core/world.ts'
import { accept } from '../push/trust.ts'
import { type Runnable, readTrusted } from '../push/trusted.ts'

const names = configFileNames.filter(isCodeConfig)

/**
 * Shows the programs of a commit's config that never ran on this machine, and asks where configs of this clone ask for a yes.
 * @throws UsageError when one was not accepted.
 */
export async function acceptPrograms(world: World, git: Git, commit: Oid): Promise<void> {
  const programs: Runnable[] = []
  for (const line of names) {
    const blob = await git.answer(['rev-parse', '--verify', '--quiet', `${commit}:${line}`])
    if (blob !== undefined) programs.push({ by: 'config', line, blob })
  }
  const { asks } = await readTrusted(world.files, git.commonDir)
  const [waiting] = await accept(programs, asks ? 'ask' : 'always', { world, git })
  if (waiting === undefined) return
  const short = commit.slice(0, 12)
  throw new UsageError(
    `${waiting.line} (in commit ${short}) is a program that nobody has accepted on this machine.`,
    `Read it: git show ${short}:${waiting.line}. Then accept it: npx ship-guard trust --commit ${short}`,
  )
}

/** Whether the config in the work tree is a program that waits for a yes. */
export async function programWaits({ files }: Pick<World, 'files'>, git: Git): Promise<boolean> {
  const trusted = await readTrusted(files, git.commonDir)
  if (!trusted.asks || git.top === undefined) return false
  for (const line of names) {
    const path = join(git.top, line)
    if ((await files.look(path)) === undefined) continue
    const blob = await git.answer(['hash-object', `--path=${line}`, '--', path])
    if (blob === undefined || trusted.of({ by: 'config', line, blob }) !== 'accepted') return true
  }
  return false
}
