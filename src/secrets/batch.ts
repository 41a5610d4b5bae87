import type { Threads } from '../core/world.ts'
import { fileRules } from './file-names.ts'
import { type Inspected, inspect } from './inspect.ts'

/** Contents for a thread, side by side in one piece of memory that goes over to it. */
export interface Batch {
  readonly memory: ArrayBuffer
  readonly pieces: readonly { readonly size: number; readonly cut: boolean; readonly paths: readonly string[] }[]
}

type Told = readonly (readonly [path: string, Omit<Inspected, 'file'> & { readonly file?: string }])[]

export interface PieceOfBatch {
  readonly bytes: Uint8Array
  readonly cut: boolean
  readonly paths: readonly string[]
}

/** Has a thread inspect these contents; the answers come in their order. */
export async function askBatch(
  threads: Threads,
  pieces: readonly PieceOfBatch[],
): Promise<readonly ReadonlyMap<string, Inspected>[]> {
  const memory = new ArrayBuffer(pieces.reduce((sum, { bytes }) => sum + bytes.byteLength, 0))
  const all = new Uint8Array(memory)
  let at = 0
  for (const { bytes } of pieces) {
    all.set(bytes, at)
    at += bytes.byteLength
  }
  const batch: Batch = {
    memory,
    pieces: pieces.map(({ bytes, cut, paths }) => ({ size: bytes.byteLength, cut, paths })),
  }
  const told = (await threads.ask(batch, [memory])) as readonly Told[]
  return told.map(one => new Map(one.map(([path, { file, ...rest }]) => [path, { ...rest, ...fileOf(file) }])))
}

// Rules are functions, which do not travel: their names do.
function fileOf(id: string | undefined): Pick<Inspected, 'file'> {
  const file = fileRules.find(rule => rule.id === id)
  return file === undefined ? {} : { file }
}

/** In the thread. */
export async function answerBatch({ memory, pieces }: Batch): Promise<readonly Told[]> {
  const answers: Told[] = []
  let at = 0
  for (const { size, cut, paths } of pieces) {
    const inspected = await inspect({ bytes: new Uint8Array(memory, at, size), cut }, paths)
    answers.push(
      [...inspected].map(([path, { file, ...rest }]) => [path, { ...rest, ...(file && { file: file.id }) }] as const),
    )
    at += size
  }
  return answers
}
