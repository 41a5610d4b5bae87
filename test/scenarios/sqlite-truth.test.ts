import { expect, test } from 'vitest'
import { openDatabase } from '../../src/io/database/open.ts'
import { rareCasesOf } from '../support/statement-corpus.ts'

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
