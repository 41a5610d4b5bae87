import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { explained } from '../src/cli/explain/explained.ts'
import { sourceRoot } from './support/package-root.ts'

const known = explained.map(topic => topic.id)
// How secretlint calls its rules is no id of ours: they are renamed before anybody sees them. Rules that keep a file on a server say their reason
// beside each file, and are no findings.
const elsewhere = /engine-rules|explain\/|^drift\//

function written(): { path: string; id: string }[] {
  return readdirSync(join(sourceRoot, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts') && !path.endsWith('.test.ts') && !elsewhere.test(path))
    .flatMap(path => {
      const text = readFileSync(join(sourceRoot, 'src', path), 'utf8')
      const lines = [...text.matchAll(/\brule: [^,}\n]*/g)].map(([line]) => line)
      return lines.flatMap(line => [...line.matchAll(/'([a-z]+(?:-[a-z]+)*)'/g)].map(([, id]) => ({ path, id: id! })))
    })
}

test('every id that a finding can carry can be explained', () => {
  const ids = written()
  expect(ids.length).toBeGreaterThan(20)
  expect(ids.filter(({ id }) => !known.includes(id))).toEqual([])
})

test('nothing is explained that is never reported, and no id twice', () => {
  const ids = written().map(({ id }) => id)
  const findings = explained.filter(topic => topic.kind === 'finding').map(topic => topic.id)
  expect(findings.filter(id => !ids.includes(id))).toEqual([])
  expect(known).toEqual([...new Set(known)])
})
