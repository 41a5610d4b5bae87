import { join } from 'node:path'
import type { Files } from '../core/world.ts'

/** Removes the oldest files of a folder when there are a fifth more than `atMost`, so that not every write has to look at them all. */
export async function keepNewest(
  files: Pick<Files, 'list' | 'look' | 'remove'>,
  folder: string,
  atMost: number,
): Promise<void> {
  const names = await files.list(folder)
  if (names.length <= atMost * 1.2) return
  const aged = await Promise.all(
    names.map(async name => ({ name, at: (await files.look(join(folder, name)))?.mtimeMs ?? 0 })),
  )
  aged.sort((a, b) => b.at - a.at)
  for (const { name } of aged.slice(atMost)) await files.remove(join(folder, name))
}
