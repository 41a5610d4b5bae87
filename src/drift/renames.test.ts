import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Difference } from '../core/difference.ts'
import { pathOf } from '../core/path-bytes.ts'
import { findRenames } from './renames.ts'

function file(change: 'new' | 'deleted', path: string, content: string): Difference & { readonly text: string } {
  const side = { oid: createHash('sha1').update(content).digest('hex'), mode: '100644', size: content.length }
  const sides = change === 'new' ? { after: side } : { before: side }
  return {
    path: pathOf(path),
    change,
    ...sides,
    content: 'text',
    upload: false,
    ignored: false,
    holds: [],
    text: content,
  }
}

async function renamesOf(differences: readonly (Difference & { readonly text: string })[]) {
  let read = 0
  const content = async (one: Difference) => {
    read++
    return Buffer.from((one as Difference & { text: string }).text)
  }
  const { signal } = new AbortController()
  const found = await findRenames({ differences, signal, before: content, after: content })
  return {
    read,
    pairs: found.filter(one => one.change === 'renamed').map(({ from, path }) => `${from} -> ${path}`),
    found,
  }
}

const text = (word: string) => Array.from({ length: 40 }, (_, at) => `${word} on line ${at}\n`).join('')

test('of several files with one content, those of the same name belong together', async () => {
  const same = text('same')
  const { pairs } = await renamesOf([
    file('deleted', 'a/one.txt', same),
    file('deleted', 'a/two.txt', same),
    file('new', 'b/two.txt', same),
    file('new', 'b/zero.txt', same),
  ])
  expect(pairs).toEqual(['a/two.txt -> b/two.txt', 'a/one.txt -> b/zero.txt'])
})

test('files with nothing in them, or next to nothing, are not taken for each other', async () => {
  const { pairs } = await renamesOf([
    file('deleted', 'a/.gitkeep', ''),
    file('deleted', 'a/x.php', '<?php\n'),
    file('new', 'b/.gitkeep', ''),
    file('new', 'b/y.php', '<?php\n'),
  ])
  expect(pairs).toEqual([])
})

test('the likest file is taken, and one that is too different is not', async () => {
  const old = text('word')
  const { pairs } = await renamesOf([
    file('deleted', 'old.php', old),
    file('deleted', 'gone.php', text('other')),
    file('new', 'liker.php', old.replace('line 7\n', 'line seven\n')),
    file('new', 'like.php', old.replaceAll(/line [1-7]\n/g, 'row\n')),
  ])
  expect(pairs).toEqual(['old.php -> liker.php'])
})

test('a deletion that is not sure is never part of a rename', async () => {
  const gone = { ...file('deleted', 'a.txt', text('x')), holds: [{ kind: 'unsure', because: 'x' }] as const }
  const { pairs, found } = await renamesOf([gone, file('new', 'b.txt', text('x'))])
  expect(pairs).toEqual([])
  expect(found).toHaveLength(2)
})

test('very many files are matched by what they are, and none is read', async () => {
  const many = Array.from({ length: 3_000 }, (_, at) => at)
  const { read, pairs } = await renamesOf([
    ...many.map(at => file('deleted', `a/${at}.txt`, text(`t${at}`))),
    ...many.map(at => file('new', `b/${at}.txt`, text(at % 2 === 0 ? `t${at}` : `u${at}`))),
  ])
  expect(pairs).toHaveLength(1_500)
  expect(read).toBe(0)
})
