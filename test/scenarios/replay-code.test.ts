import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CannotTell } from '../../src/core/errors.ts'
import type { Command } from '../../src/core/world.ts'
import { replay } from '../../src/db/replay/replay.ts'
import type { ScratchEnvironment, Tool } from '../../src/db/tool.ts'
import { costsOf, dropsOf } from '../support/replayed.ts'
import { engineWorld, startScratch } from '../support/scratch.ts'

// A tool whose migrations are shell scripts that call the database's own client: what it runs is only known by what it does.
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ship-guard-code-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function client({ flavour, host, port, user, password, database }: ScratchEnvironment, script: string): Command {
  const argv =
    flavour === 'postgres' ? ['psql', '-qv', 'ON_ERROR_STOP=1', '-f', script] : ['sh', '-c', `mariadb <"$0"`, script]
  const mariadb = { MYSQL_HOST: host, MYSQL_TCP_PORT: String(port), MYSQL_PWD: password }
  if (flavour !== 'postgres') argv.splice(2, 1, `mariadb -h 127.0.0.1 -u ${user} ${database} <"$0"`)
  const postgres = { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database }
  return { argv: argv as [string, ...string[]], env: { ...postgres, ...mariadb } }
}

const commands: NonNullable<Tool['commands']> = {
  status: () => ({ argv: ['true'] }),
  readStatus: () => ({ state: 'clean' }),
  migrate: (_, upTo, environment) => client(environment, upTo!),
  revert: (_, path, environment) => client(environment, `${path}.down`),
}
const tool = { id: 'scripts', title: 'Scripts', commands } as unknown as Tool

async function run(flavour: 'postgres' | 'mariadb', scripts: Readonly<Record<string, string>>, as: Tool = tool) {
  for (const [name, text] of Object.entries(scripts)) await writeFile(join(folder, name), text)
  await using scratch = await startScratch({ flavour })
  const paths = Object.keys(scripts).filter(name => !name.endsWith('.down'))
  return await replay({
    world: engineWorld,
    scratch: scratch.scratch,
    files: paths.map(path => ({
      path,
      text: '',
      isNew: path !== 'base',
      code: {},
      running: { transaction: 'none', down: 'present' },
    })),
    code: { tool: as, project: { tool: 'scripts', root: '' }, folder },
    down: async () => undefined,
    signal: new AbortController().signal,
  })
}

describe('migrations in code', () => {
  test('are run by their tool, and PostgreSQL says what they dropped and rewrote', async () => {
    const { observations, roundtrips } = await run('postgres', {
      base: 'CREATE TABLE users (id int, email text, name text);',
      one: 'ALTER TABLE users DROP COLUMN email; ALTER TABLE users ALTER COLUMN id TYPE bigint;',
      'one.down': 'ALTER TABLE users ADD COLUMN email text; ALTER TABLE users ALTER COLUMN id TYPE int;',
    })
    expect(observations.map(dropsOf)).toEqual([['column public.users.email']])
    expect(observations[0]?.costs).toMatchObject([{ table: 'public.users', what: 'rewrite' }])
    expect(roundtrips).toEqual([{ path: 'one', outcome: 'restored' }])
  })

  test('are run by their tool, and MariaDB is asked what its statements cost', async () => {
    const { observations, roundtrips } = await run('mariadb', {
      base: 'CREATE TABLE users (id int, email text, name varchar(20));',
      one: 'ALTER TABLE users DROP COLUMN email; ALTER TABLE users MODIFY id bigint;',
      'one.down': 'ALTER TABLE users MODIFY id int;',
    })
    expect(observations.map(dropsOf)).toEqual([['column users.email']])
    expect(observations.flatMap(costsOf).map(cost => cost.replace('undefined: ', ''))).toEqual([
      'instant users none',
      'copy users shared',
    ])
    expect(roundtrips).toEqual([{ path: 'one', outcome: 'differs', differs: ['column users.email is missing'] }])
  })

  test('that fail say the tool’s last words without the password', async () => {
    const { observations } = await run('postgres', { base: '', one: "SELECT current_setting('nothing.at.all');" })
    expect(observations[0]?.failed?.message).toMatch(/unrecognized configuration parameter/)
  })

  test('whose tool is not installed are no answer', async () => {
    const absent = {
      ...tool,
      commands: { ...commands, migrate: () => ({ argv: ['no-such-program'] }) },
    } as unknown as Tool
    await expect(run('postgres', { base: '', one: '' }, absent)).rejects.toThrow(CannotTell)
  })
})
