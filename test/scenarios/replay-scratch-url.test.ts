import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CannotTell, UsageError } from '../../src/core/errors.ts'
import { dropsOf, replayedOn } from '../support/replayed.ts'
import { type ScratchForTest, startScratch } from '../support/scratch.ts'

// The user's own server is played by a scratch server of ours.
describe.each([
  { flavour: 'postgres', engine: 'postgres-url', databases: 'SELECT datname AS name FROM pg_database ORDER BY 1' },
  {
    flavour: 'mariadb',
    engine: 'mysql-url',
    databases: 'SELECT schema_name AS name FROM information_schema.schemata ORDER BY 1',
  },
] as const)('a scratch URL of $flavour', ({ flavour, engine, databases }) => {
  let users: ScratchForTest
  const namesOf = async () => (await users.database.query(databases)).map(row => row.name)
  beforeAll(async () => {
    users = await startScratch({ flavour })
  })
  afterAll(() => users.stop())

  test('that is empty is used through a database of our own, which is gone afterwards', async () => {
    const before = await namesOf()
    const scratch = await startScratch({ flavour, engine, url: users.environment.url })
    const { observations } = await replayedOn(scratch, {
      base: ['CREATE TABLE users (id int);'],
      up: 'DROP TABLE users;\nDROP DATABASE elsewhere;',
      transaction: 'none',
    })
    expect(observations.flatMap(dropsOf)).toEqual([expect.stringMatching(/^table (?:public\.)?users at 1$/)])
    expect(observations[0]?.notes).toEqual(['Line 2 was not run: it reaches beyond the scratch database.'])
    await scratch.stop()
    expect(await namesOf()).toEqual(before)
  })

  test('of which a killed run left a database is swept', async () => {
    const left = `ship_guard_scratch_${(Date.now() - 600_000).toString(36)}_0123abcd`
    await users.database.execute(`CREATE DATABASE ${left}`)
    await users.database.execute('CREATE DATABASE ship_guard_scratch_of_mine')
    const scratch = await startScratch({ flavour, engine, url: users.environment.url })
    await scratch.stop()
    expect(await namesOf()).not.toContain(left)
    expect(await namesOf()).toContain('ship_guard_scratch_of_mine')
  })

  test('that holds a table is refused and stays as it is', async () => {
    await users.database.execute('CREATE TABLE precious (id int)')
    const before = await namesOf()
    const started = startScratch({ flavour, engine, url: users.environment.url })
    await expect(started).rejects.toThrow(UsageError)
    await expect(started).rejects.toThrow(/is no scratch: it holds \w+\.precious\.$/)
    await expect(started).rejects.not.toThrow(new RegExp(users.environment.password))
    expect(await namesOf()).toEqual(before)
  })

  test('that lets us not in is no answer, without the password in it', async () => {
    const wrong = users.environment.url.replace(users.environment.password, 'hunter2')
    const started = startScratch({ flavour, engine, url: wrong })
    await expect(started).rejects.toThrow(CannotTell)
    await expect(started).rejects.not.toThrow(/hunter2/)
  })
})
