import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Difference } from '../core/difference.ts'
import { lossyText, type PathBytes, pathOf } from '../core/path-bytes.ts'
import type { Mirror } from '../core/world.ts'
import { files } from '../io/files.ts'
import { exampleText } from '../secrets/example-text.ts'
import { fingerprintOf, identityOf } from '../secrets/mask.ts'
import { type DifferenceScan, scanDifferences } from './scan.ts'

const token = exampleText('ghp_{word:36}', 3)

interface Given {
  readonly now: Readonly<Record<string, string | Uint8Array>>
  readonly before?: Readonly<Record<string, string>>
  readonly policy?: DifferenceScan['policy']
  readonly extra?: Partial<Difference>
}

async function held({ now, before = {}, policy, extra = {} }: Given): Promise<readonly Difference[]> {
  const mirror: Pick<Mirror, 'read' | 'git'> = {
    read: async (path, { from = 0, maxBytes = Number.POSITIVE_INFINITY } = {}) => {
      const content = now[lossyText(path)]
      return content === undefined ? undefined : Buffer.from(content as string).subarray(from, from + maxBytes)
    },
    git: {
      async *stream(oid: string) {
        yield Buffer.from(before[oid.slice('before '.length)]!)
      },
    } as unknown as Mirror['git'],
  }
  const differences = Object.entries(now).map(([path, content]): Difference => {
    const mode = '100644'
    return {
      path: pathOf(path),
      change: before[path] === undefined ? 'new' : 'changed',
      ...(before[path] === undefined ? {} : { before: { oid: `before ${path}`, mode, size: before[path].length } }),
      after: { oid: `after ${path}`, mode, size: Buffer.from(content as string).length },
      content: 'unknown',
      upload: false,
      ignored: false,
      holds: [],
      ...extra,
    }
  })
  const signal = new AbortController().signal
  return scanDifferences({
    mirror,
    differences,
    signal,
    progress: () => {},
    ...(policy === undefined ? {} : { policy }),
  })
}

async function holds(given: Given): Promise<Difference['holds']> {
  return (await held(given))[0]!.holds
}

test('a secret holds its file, with its place and without itself', async () => {
  const found = await holds({ now: { 'config/app.php': `<?php\n$x = '${token}';\n` } })
  expect(found).toMatchObject([
    {
      kind: 'secret',
      found: [{ rule: 'github-token', line: 2, column: 7, length: 40, masked: 'ghp_…, 40 characters' }],
    },
  ])
  expect(JSON.stringify(found)).not.toContain(token.slice(4, 12))
})

test('a file without secrets keeps its holds as they are', async () => {
  expect(await holds({ now: { 'a.php': '<?php echo 1;' }, extra: { holds: [{ kind: 'still-changing' }] } })).toEqual([
    { kind: 'still-changing' },
  ])
})

test('a secret that the deployed content has already does not hold a change elsewhere in the file; a new one does', async () => {
  const other = exampleText('ghp_{word:36}', 4)
  const before = { 'a.php': `$x = '${token}';` }
  expect(await holds({ now: { 'a.php': `$x = '${token}'; $y = 2;` }, before })).toEqual([])
  expect(await holds({ now: { 'a.php': `$x = '${other}';` }, before })).toMatchObject([{ found: [{ line: 1 }] }])
})

test('whole files that are secrets, and archives, which nobody looked into, are held', async () => {
  expect(await holds({ now: { 'deploy/.env': 'APP_KEY=abc\n' } })).toMatchObject([{ found: [{ rule: 'env-file' }] }])
  expect(await holds({ now: { 'a.docx': Uint8Array.of(0x50, 0x4b, 3, 4, 0) } })).toMatchObject([
    { kind: 'secret', found: [{ rule: 'archive-not-searched' }] },
  ])
})

test('what cannot be read is held', async () => {
  const signal = new AbortController().signal
  const [difference] = await held({ now: { 'a.php': 'x' } })
  const mirror = { read: async () => undefined, git: {} as Mirror['git'] }
  const [scanned] = await scanDifferences({ mirror, differences: [difference!], signal, progress: () => {} })
  expect(scanned!.holds).toMatchObject([{ kind: 'unreadable' }])
})

test('what brings no content is not looked at', async () => {
  const mirror = { read: () => Promise.reject(new Error('read')), git: {} as Mirror['git'] }
  const [base] = await held({ now: { 'a.php': 'x' } })
  const { after: _, ...gone } = base!
  const differences: Difference[] = [
    { ...gone, change: 'deleted' },
    { ...gone, change: 'unread' },
    { ...base!, change: 'mode' },
  ]
  const signal = new AbortController().signal
  expect(await scanDifferences({ mirror, differences, signal, progress: () => {} })).toEqual(differences)
})

test('what the config of the secrets gate allows, capture lets pass too; what it denies is held', async () => {
  const fingerprint = await fingerprintOf(identityOf(token))
  const policy = {
    allow: [{ path: 'a.php', fingerprint, reason: 'a sample' }],
    denyNames: ['*.sketch'],
    allowNames: ['.env'],
  }
  expect(await holds({ now: { 'a.php': token }, policy })).toEqual([])
  expect(await holds({ now: { 'b.php': token }, policy })).toMatchObject([{ kind: 'secret' }])
  expect(await holds({ now: { 'x/y.sketch': 'x' }, policy })).toMatchObject([{ found: [{ rule: 'denied-name' }] }])
  expect(await holds({ now: { '.env': 'APP_NAME=Shop\n' }, policy })).toEqual([])
})

test('names that are not UTF-8 are read by their bytes', async () => {
  const asked: PathBytes[] = []
  const [difference] = await held({ now: { 'a.php': 'x' } })
  const path = 'caf\xe9.php' as PathBytes
  const mirror = {
    read: async (at: PathBytes) => {
      asked.push(at)
      return Buffer.from(token)
    },
    git: {} as Mirror['git'],
  }
  const signal = new AbortController().signal
  const [scanned] = await scanDifferences({
    mirror,
    differences: [{ ...difference!, path }],
    signal,
    progress: () => {},
  })
  expect(asked).toEqual([path])
  expect(scanned!.holds).toHaveLength(1)
})

test('a file larger than is kept in memory is read in pieces, to its end', async () => {
  const asked: number[] = []
  const size = 9 * 1024 * 1024 + 17
  const content = Buffer.alloc(size, 'ab ')
  content.write(` ${token} `, size - 60)
  const mirror: Pick<Mirror, 'read' | 'git'> = {
    read: async (_, { from = 0, maxBytes = Number.POSITIVE_INFINITY } = {}) => {
      asked.push(Math.min(maxBytes, size - from))
      return content.subarray(from, from + maxBytes)
    },
    git: {} as Mirror['git'],
  }
  const [difference] = await held({ now: { 'big.txt': 'x' } })
  const signal = new AbortController().signal
  const [scanned] = await scanDifferences({ mirror, differences: [difference!], signal, progress: () => {} })
  expect(scanned!.holds).toMatchObject([{ kind: 'secret', found: [{ rule: 'github-token' }] }])
  expect(Math.max(...asked)).toBeLessThan(5 * 1024 * 1024)
})

test('what was clean is not read again, until it is something else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scan-'))
  try {
    const reads: string[] = []
    const contents = new Map(Array.from({ length: 30 }, (_, index) => [pathOf(`${index}.txt`), `harmless ${index}`]))
    const mirror: Pick<Mirror, 'read' | 'git'> = {
      read: async path => {
        reads.push(path)
        return Buffer.from(contents.get(path)!)
      },
      git: { commonDir: folder } as Mirror['git'],
    }
    const [sample] = await held({ now: { 'a.txt': 'x' } })
    const look = () =>
      scanDifferences({
        mirror,
        differences: [...contents].map(([path, text]) => {
          const after = { oid: `oid of ${text}`, mode: '100644', size: text.length }
          return { ...sample!, path, after }
        }),
        world: { files },
        signal: new AbortController().signal,
        progress: () => {},
      })
    await look()
    expect(reads.length).toBe(30)
    contents.set(pathOf('7.txt'), `now ${token}`)
    const again = await look()
    expect(reads.slice(30)).toEqual(['7.txt'])
    expect(again.filter(({ holds }) => holds.length > 0).map(({ path }) => path)).toEqual(['7.txt'])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a line feed in the name of a folder keeps no rule away', async () => {
  const policy = { allow: [], denyNames: ['*.sketch'], allowNames: [] }
  expect(await holds({ now: { 'a\nb/x.sketch': 'x' }, policy })).toMatchObject([{ found: [{ rule: 'denied-name' }] }])
  expect(await holds({ now: { 'a\nb/.htpasswd': 'ada:$apr1$x\n' } })).toMatchObject([
    { found: [{ rule: 'login-file' }] },
  ])
})

test('a key in a name holds the file, for the name alone stands in a tree', async () => {
  for (const name of [`uploads/${token}.txt`, `${token}/a.png`, `backup-${token}.json`]) {
    const [hold, ...rest] = await holds({ now: { [name]: 'nothing' } })
    expect(rest).toEqual([])
    expect(hold).toMatchObject({
      kind: 'secret',
      found: [{ title: expect.stringMatching(/ in the name of the file$/), masked: 'ghp_…, 40 characters' }],
    })
    expect(JSON.stringify(hold)).not.toContain(token)
    // Git has that name already.
    expect(await holds({ now: { [name]: 'now' }, before: { [name]: 'before' } })).toEqual([])
  }
  expect(await holds({ now: { [`img/${'0123456789abcdef'.repeat(4)}.jpg`]: 'nothing' } })).toEqual([])
})
