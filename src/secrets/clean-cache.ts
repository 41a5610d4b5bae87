import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Oid } from '../core/push.ts'
import { secretlintVersion, version } from '../core/version.generated.ts'
import type { Files } from '../core/world.ts'
import { engineRules } from './engine-rules.ts'
import { fileRules } from './file-names.ts'
import type { Inspected } from './inspect.ts'
import { secretRules } from './rules/all.ts'

/** Contents in which nothing was found, under the paths that they had. Which they are cannot be told from it, nor anything that was found. */
export interface CleanCache {
  isClean(oid: Oid, path: string): boolean
  /** Notes it when there was nothing at all to say of it. */
  note(oid: Oid, path: string, inspected: Inspected): void
  /** Keeps what was noted; never fails: at worst it is looked at again. */
  save(): Promise<void>
}

const keyBytes = 16
// 4.8 MB. When there are more it starts anew.
const mostKeys = 300_000
// For less, looking again is as quick as keeping.
const worthKeeping = 20

/** The cache of this repository for the rules as they are now. One file; an old one of other rules is removed. */
export async function openCleanCache(
  files: Pick<Files, 'read' | 'write' | 'list' | 'remove' | 'makeFolder'>,
  commonDir: string,
): Promise<CleanCache> {
  const folder = join(commonDir, 'ship-guard', 'secrets')
  const rules = ruleSet()
  const path = join(folder, `clean-${rules}`)
  const kept = whole(await files.read(path).catch(() => undefined))
  const fresh = new Map<string, Buffer>()
  return {
    isClean: (oid, at) => has(kept, keyOf(rules, oid, at)),
    note(oid, at, { hits, file, unseen }) {
      if (hits.length > 0 || file !== undefined || unseen !== undefined) return
      const key = keyOf(rules, oid, at)
      fresh.set(key.toString('latin1'), key)
    },
    async save() {
      if (fresh.size < worthKeeping) return
      try {
        await files.makeFolder(join(commonDir, 'ship-guard'), { mode: 0o700 })
        await files.makeFolder(folder, { mode: 0o700 })
        await files.write(path, merged(kept, [...fresh.values()]), { mode: 0o600 })
        for (const name of await files.list(folder))
          if (name.startsWith('clean-') && name !== `clean-${rules}`) await files.remove(join(folder, name))
      } catch {
        // A full disk or a read-only git dir must not stop a push.
      }
    },
  }
}

/** Everything that an answer depends on: another set of rules has another name. */
function ruleSet(): string {
  const written = JSON.stringify([version, secretlintVersion, secretRules, fileRules, engineRules], (_, value) =>
    typeof value === 'function' || value instanceof RegExp ? String(value) : value,
  )
  return createHash('sha256').update(written).digest('hex').slice(0, 16)
}

function keyOf(rules: string, oid: Oid, path: string): Buffer {
  return createHash('sha256').update(`${rules}\0${oid}\0${path}`).digest().subarray(0, keyBytes)
}

function whole(bytes: Uint8Array | undefined): Buffer {
  if (bytes === undefined || bytes.byteLength % keyBytes !== 0) return Buffer.alloc(0)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Keys lie in rising order. */
function has(keys: Buffer, key: Buffer): boolean {
  let [low, high] = [0, keys.length / keyBytes]
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = keys.compare(key, 0, keyBytes, middle * keyBytes, (middle + 1) * keyBytes)
    if (order === 0) return true
    if (order < 0) low = middle + 1
    else high = middle
  }
  return false
}

function merged(kept: Buffer, fresh: readonly Buffer[]): Buffer {
  const old = kept.length / keyBytes + fresh.length > mostKeys ? [] : slices(kept)
  return Buffer.concat([...old, ...fresh.slice(0, mostKeys)].sort(Buffer.compare))
}

function slices(keys: Buffer): Buffer[] {
  return Array.from({ length: keys.length / keyBytes }, (_, at) => keys.subarray(at * keyBytes, (at + 1) * keyBytes))
}
