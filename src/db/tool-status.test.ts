// Tools that cannot be installed here: their words as their manuals show them.
import { expect, test } from 'vitest'
import type { CommandResult } from '../core/world.ts'
import type { Tool } from './tool.ts'
import { tools } from './tools/registry.generated.ts'

function ended(output: string, code = 0): CommandResult {
  const bytes = new TextEncoder().encode(output)
  return { stdout: bytes, stderr: new Uint8Array(), output: bytes, droppedBytes: 0, tookMs: 1, ended: 'exit', code }
}

const prisma = ['20240101_a', '20240102_b']
const found = '2 migrations found in prisma/migrations\n\n'
const flyway = (state: string) =>
  JSON.stringify(
    {
      migrations: [
        { version: '1', state: 'Success' },
        { version: '2', state },
      ],
    },
    null,
    2,
  )
const atlas = (more: object) => JSON.stringify({ Applied: [{ Version: '1' }], Status: 'OK', ...more })
const goose = '2024/01/01 00:00:00     Applied At                  Migration\n2024/01/01 00:00:00     =====\n'

test.each<[tool: string, output: string, code: number, known: string[], state: string]>([
  ['prisma', `${found}Database schema is up to date!\n`, 0, prisma, 'clean'],
  ['prisma', `${found}Following migration have not yet been applied:\n20240102_b\n\nTo apply`, 1, prisma, 'pending'],
  [
    'prisma',
    `${found}Your local migration history and the migrations table from your database are different:\n\nThe last common migration is: 20240101_a\n`,
    1,
    prisma,
    'diverged',
  ],
  ['prisma', `${found}Following migration have failed:\n20240102_b\n\n`, 1, prisma, 'diverged'],
  ['prisma', "Error: P1001: Can't reach database server at `db:5432`", 1, prisma, 'unreachable'],
  ['prisma', '', 0, prisma, 'unknown'],
  ['prisma', 'Database schema is up to date!', 1, prisma, 'unknown'],
  ['flyway', flyway('Success'), 0, ['1', '2'], 'clean'],
  ['flyway', flyway('Pending'), 0, ['1', '2'], 'pending'],
  ['flyway', flyway('Missing'), 0, ['1'], 'diverged'],
  ['flyway', flyway('Failed'), 0, ['1', '2'], 'diverged'],
  ['flyway', 'ERROR: Unable to obtain connection from database: Connection refused', 1, ['1'], 'unreachable'],
  ['flyway', 'garbage', 0, ['1'], 'unknown'],
  ['golang-migrate', '2\n', 0, ['1', '2'], 'clean'],
  ['golang-migrate', '1\n', 0, ['1', '2'], 'pending'],
  ['golang-migrate', '2 (dirty)\n', 0, ['1', '2'], 'diverged'],
  ['golang-migrate', '3\n', 0, ['1', '2'], 'diverged'],
  ['golang-migrate', 'error: no migration\n', 1, ['1'], 'pending'],
  ['golang-migrate', 'error: dial tcp 127.0.0.1:5432: connect: connection refused', 1, ['1'], 'unreachable'],
  ['golang-migrate', 'what', 0, ['1'], 'unknown'],
  ['goose', `${goose}2024/01/01 00:00:00     Sun Jan  6 11:25:03 2013 -- 1_a.sql\n`, 0, ['1_a.sql'], 'clean'],
  ['goose', `${goose}2024/01/01 00:00:00     Pending                  -- 1_a.sql\n`, 0, ['1_a.sql'], 'pending'],
  ['goose', 'goose run: failed to connect to database: dial tcp: connection refused', 1, ['1_a.sql'], 'unreachable'],
  ['goose', 'goose: what', 1, ['1_a.sql'], 'unknown'],
  ['atlas', atlas({ Pending: [] }), 0, ['1'], 'clean'],
  ['atlas', atlas({ Pending: [{ Version: '2' }], Status: 'PENDING' }), 0, ['1', '2'], 'pending'],
  ['atlas', atlas({ Applied: [{ Version: '0' }] }), 0, ['1'], 'diverged'],
  ['atlas', atlas({ Error: 'Error 1050: Table exists' }), 0, ['1'], 'diverged'],
  ['atlas', 'Error: dial tcp 127.0.0.1:3306: connect: connection refused', 1, ['1'], 'unreachable'],
  ['atlas', '', 0, ['1'], 'unknown'],
])('%s: %j, ended with %i', (id, output, code, known, state) => {
  const tool: Tool = tools.find(one => one.id === id)!
  expect(tool.commands!.readStatus(ended(output, code), known).state).toBe(state)
})
