import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pathOf } from '../../core/path-bytes.ts'
import { belowRoot, readComplaint } from './complaint.ts'
import { type Event, lineReader, readLine, unescaped } from './output.ts'

/** As rsync prints a name in the C locale: log.c, filtered_fwrite(). */
function escaped(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1')
  return text
    .replace(/\\(?=#[0-9]{3})/g, '\\#134')
    .replace(/[^\x20-\x7e]/g, char => `\\#${char.charCodeAt(0).toString(8).padStart(3, '0')}`)
}

test('every name comes back as its bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 30 }), bytes => {
      expect(unescaped(escaped(bytes))).toBe(Buffer.from(bytes).toString('latin1'))
    }),
  )
})

test('an item is read whatever its name, also one that looks like another message', () => {
  const line = '>f+++++++++ 12 2026/11/22-04:50:07 skipping non-regular file "x" is over max-size'
  expect(readLine(line)).toEqual({
    kind: 'item',
    code: '>f+++++++++',
    size: 12,
    mtimeMs: Date.UTC(2026, 10, 22, 4, 50, 7),
    name: 'skipping non-regular file "x" is over max-size',
  })
})

test('the lines of rsync 3.1 to 3.5 mean the same', () => {
  const read = (line: string) => readLine(line)
  expect(read('*deleting   0 1970/01/01-00:00:00 x/y/z')).toMatchObject({
    kind: 'item',
    code: '*deleting  ',
    name: 'x/y/z',
  })
  expect(read('skipping non-regular file "a "b""')).toEqual({ kind: 'not-regular', name: 'a "b"' })
  expect(read('big.bin is over max-size')).toEqual({ kind: 'too-big', name: 'big.bin' })
  expect(read('Number of files: 1,016 (reg: 1,007, dir: 5, link: 3, special: 1)')).toEqual({
    kind: 'count',
    files: 1007,
    links: 3,
    specials: 1,
  })
  expect(read('Number of files: 0')).toEqual({ kind: 'count', files: 0, links: 0, specials: 0 })
  expect(read('Number of deleted files: 3 (reg: 1, dir: 2)')).toEqual({ kind: 'deleted', files: 1 })
  expect(read('         32,768   0%    0.00kB/s    0:00:00  ')).toEqual({ kind: 'progress', bytes: 32768 })
  expect(read('IO error encountered -- skipping file deletion')).toEqual({ kind: 'no-deletions' })
  expect(read('Total bytes received: 753')).toEqual({ kind: 'received', bytes: 753 })
  expect(read('sent 189 bytes  received 745 bytes  1868.00 bytes/sec')).toBeUndefined()
})

test('lines are the same however the stream is cut, and a line without end costs no memory', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^\r\n]{1,20}$/)), fc.array(fc.nat(40)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''), 'utf8')
      const seen: string[] = []
      const reader = lineReader(line => seen.push(line))
      const places = [0, ...cuts.map(cut => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
      for (const [at, place] of places.slice(1).entries()) reader.add(bytes.subarray(places[at]!, place))
      reader.end()
      expect(seen).toEqual(lines.map(line => pathOf(line)))
    }),
  )
  const seen: string[] = []
  const reader = lineReader(line => seen.push(line))
  for (let at = 0; at < 100; at += 1) reader.add(Buffer.alloc(10_000, 'x'))
  reader.end()
  expect(seen[0]!.length).toBeLessThanOrEqual(65_536)
})

test('nothing that a server can make rsync print breaks the reading', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[<>ch.*][fdLDS.+ ]{10} \d+ .*$/)), line => {
      const event: Event | undefined = readLine(line)
      if (event?.kind === 'item') expect(event.size).toBeGreaterThanOrEqual(0)
      readComplaint(line)
    }),
  )
})

test('complaints name the file and the side, in the words of old and new versions', () => {
  const of = (line: string) => readComplaint(line)
  const denied = { kind: 'unreadable', path: '/srv/app/no.txt', because: 'Permission denied' }
  expect(of('rsync: [sender] send_files failed to open "/srv/app/no.txt": Permission denied (13)')).toEqual(denied)
  expect(of('rsync: send_files failed to open "/srv/app/no.txt": Permission denied (13)')).toEqual(denied)
  expect(of('rsync: [sender] opendir "/srv/app/no.txt" failed: Permission denied (13)')).toEqual(denied)
  expect(of('rsync: readlink_stat("/srv/app/no.txt") failed: Permission denied (13)')).toEqual(denied)
  expect(of('rsync: [sender] send_files failed to open "/srv/app/x": No such file or directory (2)')?.kind).toBe(
    'vanished',
  )
  expect(of('file has vanished: "/srv/app/a\\#012b"')).toMatchObject({ kind: 'vanished', path: '/srv/app/a\nb' })
  expect(of('rsync: [sender] change_dir "/srv/nix" failed: No such file or directory (2)')?.kind).toBe('root')
  expect(of('rsync: [receiver] mkstemp "/home/x" failed: No space left on device (28)')).toBeUndefined()
})

test('a path that was complained about is found below its root, also behind rrsync', () => {
  const below = (path: string) => belowRoot(pathOf(path), '/srv/app/')
  expect(below('/srv/app/a/b')).toBe('a/b')
  expect(below('/srv/app')).toBe('')
  expect(below('/proc/self/fd/3/a/b')).toBe('a/b')
  expect(below('a/b')).toBe('a/b')
  expect(below('/etc/passwd')).toBeUndefined()
})
