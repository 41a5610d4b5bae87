import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/io/database/open.ts'
import { rareCasesOf } from '../support/statement-corpus.ts'

const before = process.cwd()
let folder = before

// Some of the statements write files beside the database.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ship-guard-sqlite-'))
  process.chdir(folder)
})
afterAll(() => {
  process.chdir(before)
  rmSync(folder, { recursive: true, force: true })
})

test.each(rareCasesOf('sqlite'))('$sql is SQL to SQLite', async ({ sql }) => {
  const database = await openDatabase({ kind: 'sqlite', file: ':memory:' })
  try {
    const refused = await database.execute(sql.trim()).then(
      () => '',
      (error: Error) => error.message,
    )
    expect(refused).not.toMatch(/syntax error|unrecognized token|incomplete input/)
  } finally {
    await database.close()
  }
})
