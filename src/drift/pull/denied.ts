import { join } from 'node:path'
import type { Root } from '../../core/environment.ts'
import { byPath, type PathBytes, pathOf } from '../../core/path-bytes.ts'
import { deniedOnlyLines, denier } from '../deny-filter.ts'
import { belowRoot } from './complaint.ts'
import { failureOf, type Look, look } from './look.ts'
import { outFormat } from './output.ts'
import type { PullRequest, PullWorld, Skipped } from './request.ts'
import { localRsync, type RsyncCall, type RsyncVersion } from './rsync.ts'
import { explain } from './trouble.ts'
import { checkSource } from './validate.ts'

export type DeniedRequest = Pick<PullRequest, 'source' | 'host' | 'scratch' | 'deny' | 'signal' | 'waits'>

/**
 * Names and sizes of the files that deny rules keep on the server, quiet rules left out; contents stay there. In the order of their paths. Throws
 * CannotTell when the server could not be asked; folders that cannot be read are passed over.
 */
export async function listDenied(request: DeniedRequest, world: PullWorld): Promise<readonly Skipped[]> {
  const { source, host, deny } = request
  checkSource(source, host)
  const local = await localRsync(world)
  const ruleOf = denier(deny)
  const found: Skipped[] = []
  for (const root of source.roots)
    for (const { path, size } of await listRoot(request, root, local, world)) {
      const rule = ruleOf(path)
      if (rule !== undefined && rule.quiet !== true) found.push({ path, why: 'denied', size, rule: rule.id })
    }
  return found.sort(byPath)
}

async function listRoot(
  { source, host, scratch, deny, signal, waits = [1_000, 4_000] }: DeniedRequest,
  root: Root,
  local: RsyncVersion,
  world: PullWorld,
): Promise<readonly { path: PathBytes; size: number }[]> {
  const filter = join(scratch, 'filter-denied')
  const nothing = join(scratch, 'nothing')
  const lines = deniedOnlyLines(deny, root, source.roots).map(line => `${line}\n`)
  await world.files.write(filter, Buffer.from(lines.join(''), 'latin1'))
  await world.files.makeFolder(nothing, { mode: 0o700 })
  const options = ['-rn', '--no-links', '--no-devices', '--no-specials', '--stats', `--out-format=${outFormat}`]
  const call: RsyncCall = {
    ...{ source, host, local, scratch, from: root.from, to: nothing },
    options: [...options, `--filter=. ${filter}`],
  }
  const seen = await look(call, world, { signal, waits })
  if (!isListed(seen, root)) throw explain(failureOf(seen, call))
  return [...seen.items.values()]
    .filter(item => item.code.startsWith('>f'))
    .map(({ name, size }) => ({ path: (pathOf(root.to) + name) as PathBytes, size }))
}

function isListed({ result, complaints }: Look, { from }: Root): boolean {
  if (result.ended !== 'exit') return false
  if (result.code === 0 || result.code === 24) return true
  const rootFailed = complaints.some(({ kind, path }) => kind === 'root' || belowRoot(path, from) === '')
  return result.code === 23 && complaints.length > 0 && !rootFailed
}
