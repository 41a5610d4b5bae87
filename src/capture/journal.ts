import { join } from 'node:path'
import { z } from '../core/schema.ts'
import type { Files } from '../core/world.ts'

const oid = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)
const entrySchema = z.discriminatedUnion('did', [
  z.strictObject({ at: z.iso.datetime(), did: z.literal('approved'), base: oid, tree: oid, files: z.int() }),
  z.strictObject({ at: z.iso.datetime(), did: z.literal('committed'), commit: oid, ref: z.string() }),
  z.strictObject({ at: z.iso.datetime(), did: z.literal('merged'), commit: oid, into: z.string(), as: oid }),
  z.strictObject({ at: z.iso.datetime(), did: z.literal('left'), commit: oid, because: z.string() }),
])

/** What a capture did, one line each, written right after it was done. */
export type JournalEntry = z.output<typeof entrySchema>
/** An entry without its time. */
export type Deed = JournalEntry extends infer Entry ? (Entry extends JournalEntry ? Omit<Entry, 'at'> : never) : never

const kept = 200

/** The journal beside a mirror. Torn last lines, as a killed run leaves them, are passed over. */
export function openJournal(folder: string, files: Pick<Files, 'text' | 'write'>, now: () => Date) {
  const path = join(folder, 'journal.jsonl')
  const read = async () => parse((await files.text(path)) ?? '')
  return {
    read,
    async write(deed: Deed): Promise<void> {
      const entries = [...(await read()), { at: now().toISOString(), ...deed }].slice(-kept)
      await files.write(path, `${entries.map(entry => JSON.stringify(entry)).join('\n')}\n`, { mode: 0o600 })
    },
  }
}

export type Journal = ReturnType<typeof openJournal>

function parse(text: string): readonly JournalEntry[] {
  return text.split('\n').flatMap(line => {
    try {
      return [entrySchema.parse(JSON.parse(line))]
    } catch {
      return []
    }
  })
}
