import { expect, test } from 'vitest'
import type { Blob } from '../core/tree.ts'
import { SmallBlobs } from './small-blobs.ts'

function reader(bytesOf: (oid: string) => number) {
  const asked: string[][] = []
  async function* read(oids: readonly string[]): AsyncIterable<Blob> {
    if (oids.length > 0) asked.push([...oids])
    for (const oid of oids) yield { oid, size: bytesOf(oid), bytes: new Uint8Array(bytesOf(oid)) }
  }
  return { asked, read }
}

async function all(blobs: AsyncIterable<Blob>): Promise<string[]> {
  const found: string[] = []
  for await (const { oid, tooBig } of blobs) found.push(tooBig ? `${oid} too big` : oid)
  return found
}

test('reads a small blob once, however often it is asked for', async () => {
  const { asked, read } = reader(() => 10)
  const small = new SmallBlobs()
  await all(small.blobs(['a', 'b'], {}, read))
  expect(await all(small.blobs(['b', 'c', 'a'], {}, read))).toEqual(['b', 'a', 'c'])
  expect(asked).toEqual([['a', 'b'], ['c']])
})

test('what is kept is still too big for who wants less', async () => {
  const { read } = reader(() => 10)
  const small = new SmallBlobs()
  await all(small.blobs(['a'], {}, read))
  expect(await all(small.blobs(['a'], { maxBytes: 9 }, read))).toEqual(['a too big'])
})

test('keeps neither large blobs nor many, and never more than its share of memory', async () => {
  const { asked, read } = reader(oid => (oid === 'large' ? 300_000 : oid.startsWith('half') ? 200_000 : 10))
  const small = new SmallBlobs()
  const many = Array.from({ length: 17 }, (_, n) => `many-${n}`)
  await all(small.blobs(['large'], {}, read))
  await all(small.blobs(many, {}, read))
  for (let n = 0; n < 30; n += 1) await all(small.blobs([`half-${n}`], {}, read))
  asked.length = 0
  for (const oid of ['large', 'many-0', 'half-0', 'half-29']) await all(small.blobs([oid], {}, read))
  expect(asked).toEqual([['large'], ['many-0'], ['half-0']])
})
