import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CaptureSource, Root } from '../../src/core/environment.ts'
import type { Preset } from '../../src/drift/preset.ts'
import { presets } from '../../src/drift/presets/registry.generated.ts'
import { presetSource } from '../support/capture-source.ts'
import { exec, tempRepo } from '../support/temp-repo.ts'

const all: readonly Preset[] = presets

describe.each(all.map(preset => [preset.id, preset] as const))('%s', (id, preset) => {
  test('is a config by its name alone', () => {
    const source = presetSource(id, preset.examples.path)
    expect(source.preset).toBe(id)
    expect(source.hosts).toEqual([{ ssh: 'app' }])
    for (const root of source.roots) {
      expect(root.from).toMatch(/^\/.*\/$/)
      expect(root.to).toMatch(/^$|^[^/].*\/$/)
    }
    for (const file of source.revision) expect(file).toMatch(/^\/.*[^/]$/)
  })

  test('brings each file of its picture to its place, and leaves what was made there', async () => {
    const source = presetSource(id, preset.examples.path)
    const top = topOf(preset)
    const wanted = Object.keys(preset.examples.read)
    const belongs = new Map([...wanted, ...preset.examples.left].map(file => [file, placeOf(`${top}/${file}`, source)]))
    const ignored = await ignoredBy(
      source.exclude,
      [...belongs.values()].filter(path => path !== undefined),
    )

    const arrived = [...belongs].filter(([, to]) => to !== undefined && !ignored.has(to))
    expect(Object.fromEntries(arrived)).toEqual(preset.examples.read)
  })

  test('leaves every file that says which commit is deployed', async () => {
    const source = presetSource(id, preset.examples.path)
    const places = source.revision.map(file => placeOf(file, source)).filter(path => path !== undefined)
    expect(await ignoredBy(source.exclude, places)).toEqual(new Set(places))
  })

  test('takes the same folder with and without what it strips', () => {
    if (preset.strips === undefined) return
    expect(presetSource(id, `${topOf(preset)}/${preset.strips}/`)).toEqual(presetSource(id, topOf(preset)))
  })

  test('tells itself by paths inside a repository', () => {
    for (const path of preset.tells.flat()) expect(path).toMatch(/^[^/].*[^/]$/)
  })
})

test('no two presets are told by the same files', () => {
  const tells = all.flatMap(preset => preset.tells.map(paths => [...paths].sort().join(' ')))
  expect(new Set(tells).size).toBe(tells.length)
})

function topOf({ examples, strips }: Preset): string {
  return strips === undefined ? examples.path : examples.path.replace(new RegExp(`/${strips}$`), '')
}

/** Where a file of the server belongs; undefined when no root reads it. Of nested roots the inner one counts. */
function placeOf(file: string, { roots }: CaptureSource): string | undefined {
  return roots
    .filter(root => file.startsWith(root.from))
    .map((root): [Root, string] => [root, root.to + file.slice(root.from.length)])
    .filter(
      ([root, path]) => !roots.some(other => other.to.length > root.to.length && path.startsWith(other.to)),
    )[0]?.[1]
}

/** As git itself reads the patterns. */
async function ignoredBy(patterns: readonly string[], paths: readonly string[]): Promise<Set<string>> {
  await using repo = await tempRepo()
  const folder = repo.dir
  await writeFile(join(folder, '.git/info/exclude'), `${patterns.join('\n')}\n`)
  if (paths.length === 0) return new Set()
  const { stdout } = await exec('git', ['check-ignore', '--no-index', ...paths], { cwd: folder })
  return new Set(stdout.split('\n').filter(Boolean))
}
