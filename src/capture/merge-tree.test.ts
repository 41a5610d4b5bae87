import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pathOf } from '../core/path-bytes.ts'
import { parseMergeTree } from './merge-tree.ts'

const oid = 'a'.repeat(40)

function records(...parts: string[]) {
  return parts.map(part => Buffer.from(part))
}

test('says per path what each side did', () => {
  const { tree, conflicts } = parseMergeTree(
    records(
      oid,
      ...[1, 2, 3].map(stage => `100644 ${oid} ${stage}\tconfig.php`),
      `100644 ${oid} 1\tgone here.php`,
      `100644 ${oid} 3\tgone here.php`,
      `100644 ${oid} 1\tgone there.php`,
      `100644 ${oid} 2\tgone there.php`,
      `100644 ${oid} 2\tnew.php`,
      `100644 ${oid} 3\tnew.php`,
      '',
      ...['1', 'routes.php', 'Auto-merging', 'Auto-merging routes.php\n'],
      ...['1', 'config.php', 'CONFLICT (contents)', 'CONFLICT (content): Merge conflict in config.php\n'],
    ),
  )
  expect(tree).toBe(oid)
  expect([...conflicts]).toEqual([
    ['config.php', 'changed here and there'],
    ['gone here.php', 'deleted here, changed there'],
    ['gone there.php', 'changed here, deleted there'],
    ['new.php', 'added here and there, each in its own way'],
  ])
})

test('keeps names as bytes, also with a newline, and conflicts of folders that no file has', () => {
  const name = Buffer.from([0x63, 0xe9, 0x0a])
  const { conflicts } = parseMergeTree([
    ...records(oid),
    Buffer.concat([Buffer.from(`100644 ${oid} 2\t`), name]),
    ...records('', '2', 'old/', 'new/', 'CONFLICT (directory rename split)', 'text'),
  ])
  expect([...conflicts.keys()]).toEqual(['c\xe9\n', pathOf('old/'), pathOf('new/')])
})

test('output that is cut off or strange never throws', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 12 }), rest => {
      parseMergeTree([Buffer.from(oid), Buffer.from(''), ...rest.map(bytes => Buffer.from(bytes))])
    }),
  )
})
