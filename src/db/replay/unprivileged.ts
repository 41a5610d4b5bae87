import { userInfo } from 'node:os'
import type { CommandResult } from '../../core/world.ts'
import type { EngineWorld } from './engine.ts'

/** How a server is started that must not, or should not, run as root. */
export interface Unprivileged {
  /** Words in front of the command. */
  readonly words: readonly string[]
  /** Whose its folder must be; undefined: ours. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
}

/** As root: `setpriv` (util-linux), `su-exec` (Alpine) or `gosu`, as one of these users or `nobody`. Otherwise nothing is needed. */
export async function unprivileged(world: EngineWorld, users: readonly string[]): Promise<Unprivileged | undefined> {
  if (userInfo().uid !== 0) return { words: [], owner: undefined }
  for (const user of [...users, 'nobody']) {
    const [uid, gid] = [await idOf(world, '-u', user), await idOf(world, '-g', user)]
    if (uid === undefined || gid === undefined) continue
    const words = await wordsFor(world, uid, gid)
    return words === undefined ? undefined : { words, owner: { uid, gid } }
  }
  return undefined
}

async function idOf({ run }: EngineWorld, what: '-u' | '-g', user: string): Promise<number | undefined> {
  const id = wordsOf(await run({ argv: ['id', what, user] }))
  return id !== undefined && /^\d+$/.test(id) && id !== '0' ? Number(id) : undefined
}

async function wordsFor(world: EngineWorld, uid: number, gid: number): Promise<readonly string[] | undefined> {
  const ways = [
    ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--'],
    ['su-exec', `${uid}:${gid}`],
    ['gosu', `${uid}:${gid}`],
  ] as const
  for (const way of ways) {
    if (wordsOf(await world.run({ argv: [...way, 'id', '-u'] })) === String(uid)) return way
  }
  return undefined
}

function wordsOf(result: CommandResult): string | undefined {
  return result.ended === 'exit' && result.code === 0 ? new TextDecoder().decode(result.stdout).trim() : undefined
}
