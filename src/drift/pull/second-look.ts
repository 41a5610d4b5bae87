// What the first look leaves open, asked in one dry run over just these files: whether they changed again, how big the big ones are, and what
// the ones are that are no files.
import type { Root } from '../../core/environment.ts'
import { bytesOf, type PathBytes } from '../../core/path-bytes.ts'
import { belowRoot } from './complaint.ts'
import { type Look, type LookOptions, look } from './look.ts'
import { outFormat } from './output.ts'
import type { PullWorld, Skipped } from './request.ts'
import type { RsyncCall } from './rsync.ts'

export interface SecondLook {
  /** Below the root. */
  readonly unsettled: ReadonlySet<PathBytes>
  readonly facts: ReadonlyMap<PathBytes, Fact>
  readonly look: Look
}

/** What is known of a file that did not come. */
export type Fact = Pick<Skipped, 'size' | 'target'> & { readonly why: 'link' | 'special' | 'too-big' }

export interface Asked {
  readonly call: Omit<RsyncCall, 'options' | 'input'>
  readonly root: Root
  readonly received: ReadonlySet<PathBytes>
  readonly others: ReadonlySet<PathBytes>
}

export async function secondLook(asked: Asked, world: PullWorld, options: LookOptions): Promise<SecondLook> {
  const names = [...asked.received, ...asked.others].filter(name => !/(?:^|\/)\.\.(?:\/|$)/.test(name))
  const call: RsyncCall = {
    ...asked.call,
    options: ['-ntlD', '--no-implied-dirs', '--from0', '--files-from=-', `--out-format=${outFormat}%L`],
    input: Buffer.concat(names.map(name => Buffer.concat([bytesOf(name), Buffer.of(0)]))),
  }
  const seen = await look(call, world, options)
  const unsettled = new Set<PathBytes>()
  const facts = new Map<PathBytes, Fact>()
  for (const { code, size, name: shown } of seen.items.values()) {
    const [name, target] = nameAndTarget(shown, asked)
    if (code[1] === 'f' && asked.received.has(name) && code[0] === '>') unsettled.add(name)
    else if (code[1] === 'f') facts.set(name, { why: 'too-big', size })
    else if (code[1] === 'L') facts.set(name, { why: 'link', ...(target === undefined ? {} : { target }) })
    else if (code[1] === 'D' || code[1] === 'S') facts.set(name, { why: 'special' })
  }
  for (const { path } of seen.complaints) {
    const name = belowRoot(path, asked.root.from)
    if (name !== undefined && asked.received.has(name)) unsettled.add(name)
  }
  return { unsettled, facts, look: seen }
}

// `%L` adds ` -> target`, and a name may hold an arrow too; the names are known.
function nameAndTarget(shown: PathBytes, { others, received }: Asked): readonly [PathBytes, string?] {
  for (let at = shown.indexOf(' -> '); at >= 0; at = shown.indexOf(' -> ', at + 1)) {
    const name = shown.slice(0, at) as PathBytes
    if (others.has(name) && !received.has(shown)) return [name, shown.slice(at + 4)]
  }
  return [shown]
}
