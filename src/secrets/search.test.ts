import { expect, test } from 'vitest'
import { openThreads } from '../io/threads.ts'
import { exampleText } from './example-text.ts'
import { type Searched, type Sought, search } from './search.ts'

const filler = Buffer.from('const a = 1 // nothing here\n'.repeat(40_000))

async function* sought(count: number): AsyncIterable<Sought<number>> {
  for (let key = 0; key < count; key++) {
    const token = exampleText('ghp_{word:36}', key + 1)
    const bytes = key % 3 === 0 ? Buffer.concat([filler, Buffer.from(token)]) : filler
    if (key === 25) {
      const chunks = async function* () {
        for (let piece = 0; piece < 9; piece++) yield filler
        yield Buffer.from(token)
      }
      yield { key, paths: ['large.txt'], content: { chunks, most: Number.POSITIVE_INFINITY } }
    } else yield { key, paths: [`${key}.ts`, key % 7 === 0 ? '.env' : 'a.p12'], content: { bytes, cut: key % 5 === 0 } }
  }
}

async function all(found: AsyncIterable<Searched<number>>): Promise<readonly Searched<number>[]> {
  const list: Searched<number>[] = []
  for await (const one of found) list.push(one)
  return list
}

const { signal } = new AbortController()

test('threads find the same as one thread alone, in the same order, and end', async () => {
  let opened = 0
  const alone = await all(search(sought(40), { signal }))
  const shared = await all(
    search(sought(40), {
      signal,
      enough: 4_000_000,
      threads: () => {
        opened++
        return openThreads('')
      },
    }),
  )
  expect(opened).toBe(1)
  expect(shared.map(({ key }) => key)).toEqual(alone.map(({ key }) => key))
  expect(shared).toEqual(alone)
  expect(alone.filter(({ found }) => [...found.values()].some(({ hits }) => hits.length > 0)).length).toBe(15)
})

test('a little starts no threads', async () => {
  const threads = () => {
    throw new Error('started')
  }
  expect(await all(search(sought(3), { signal, threads }))).toHaveLength(3)
})

test('a thread that fails is an error, not a pass', async () => {
  let closed = false
  const threads = () => ({
    count: 2,
    ask: () => Promise.reject(new Error('out of memory')),
    close: async () => {
      closed = true
    },
  })
  await expect(all(search(sought(20), { signal, threads, enough: 1 }))).rejects.toThrow('out of memory')
  expect(closed).toBe(true)
})

test('searching stops when it is not wanted any more', async () => {
  const stop = new AbortController()
  async function* some(): AsyncIterable<Sought<number>> {
    for await (const one of sought(10)) {
      if (one.key === 4) stop.abort(new Error('enough'))
      yield one
    }
  }
  await expect(all(search(some(), { signal: stop.signal }))).rejects.toThrow('enough')
})
