import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Preset } from '../../src/drift/preset.ts'
import { presets } from '../../src/drift/presets/registry.generated.ts'
import { appServer } from '../support/app-server.ts'
import { presetSource } from '../support/capture-source.ts'
import { pulling, skippedWords } from '../support/pulling.ts'

const all: readonly Preset[] = presets

/** Links as the deploy tool makes them: what is at a path of the running release, and where it leads. */
const links: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'laravel-deployer': {
    storage: '../../shared/storage',
    '.env': '../../shared/.env',
    'public/storage': '../storage/app/public',
  },
  'laravel-envoyer': { storage: '../../storage', '.env': '../../.env', 'public/storage': '../storage/app/public' },
  'bedrock-trellis': { 'web/app/uploads': '../../../../shared/uploads' },
  rails: { log: '../../shared/log', 'tmp/pids': '../../../shared/tmp/pids', storage: '../../shared/storage' },
}

/** Files of the commit in whose place there is a link on the server: they must not look deleted. */
const tracked: Readonly<Record<string, readonly string[]>> = {
  'laravel-deployer': ['storage/app/.gitignore', 'storage/logs/.gitignore', 'storage/framework/views/.gitignore'],
  'laravel-envoyer': ['storage/app/.gitignore', 'storage/logs/.gitignore', 'storage/framework/views/.gitignore'],
  laravel: ['bootstrap/cache/.gitignore', 'storage/app/private/.gitignore'],
  rails: ['log/.keep', 'tmp/pids/.keep', 'storage/.keep', 'vendor/bundle/.keep'],
}

describe.each(all.map(preset => [preset.id, preset] as const))('%s on a real server', (id, preset) => {
  test('brings exactly the files of its picture, and nothing that is tracked looks deleted', async () => {
    await using server = await appServer()
    const inRelease = (file: string) =>
      preset.strips === undefined ? file : file.replace(/^current\//, 'releases/42/')
    for (const file of [...Object.keys(preset.examples.read), ...preset.examples.left])
      await server.write(inRelease(file), `content of ${file}\n`)
    const release = preset.strips === undefined ? '' : 'releases/42/'
    if (release !== '') await symlink('releases/42', server.at('current'))
    for (const [at, target] of Object.entries(links[id] ?? {})) {
      await mkdir(dirname(server.at(release + at)), { recursive: true })
      await symlink(target, server.at(release + at))
    }
    await using here = await pulling(server, presetSource(id, server.root))
    for (const path of tracked[id] ?? []) {
      await mkdir(dirname(join(here.into, path)), { recursive: true })
      await writeFile(join(here.into, path), '*\n')
    }

    const pulled = await here.pull({ known: 100 })
    expect(await here.paths()).toEqual([...Object.values(preset.examples.read), ...(tracked[id] ?? [])].sort())
    expect(pulled.state).toBe('clean')
    const known = new Set(Object.keys(links[id] ?? {}).map(at => `${at}: link`))
    expect(skippedWords(pulled).filter(line => !known.has(line))).toEqual([])
  })
})
