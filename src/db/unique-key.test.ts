import { expect, test } from 'vitest'
import { lint } from './lint.ts'
import type { DialectId } from './statement.ts'

const base = `CREATE TABLE users (id int PRIMARY KEY, tenant int, email varchar(99));
  CREATE UNIQUE INDEX users_email ON users (email); CREATE INDEX users_tenant ON users (tenant);`

async function found(sql: string, dialect: DialectId = 'sqlite'): Promise<string[]> {
  const files = [
    { path: '1.sql', text: base, isNew: false },
    { path: '2.sql', text: sql, isNew: true },
  ]
  const { findings } = await lint({ files, dialects: [dialect] })
  return findings.flatMap(({ code }) => (code?.startsWith('MF') ? [code] : []))
}

test('a wider unique index cannot fail where a narrower one stands, or stood until this file', async () => {
  expect(await found('CREATE UNIQUE INDEX i ON users (tenant, email);')).toEqual([])
  expect(await found('DROP INDEX users_email; CREATE UNIQUE INDEX i ON users (email, tenant);')).toEqual([])
  expect(await found('CREATE UNIQUE INDEX i ON users (tenant);')).toEqual(['MF101'])
})

test('an index of the same columns that was not unique turns unique, whatever its new name', async () => {
  expect(await found('DROP INDEX users_tenant; CREATE UNIQUE INDEX other ON users (tenant);')).toEqual(['MF102'])
})

test('a new column without a default cannot collide; one with a default can', async () => {
  expect(await found('ALTER TABLE users ADD COLUMN a int; CREATE UNIQUE INDEX i ON users (tenant, a);')).toEqual([])
  expect(
    await found('ALTER TABLE users ADD COLUMN a int DEFAULT 0; CREATE UNIQUE INDEX i ON users (tenant, a);'),
  ).toEqual(['MF101'])
})

test('a unique column with a default collides with itself', async () => {
  expect(await found('ALTER TABLE users ADD COLUMN a int DEFAULT 0 UNIQUE;', 'postgres')).toEqual(['MF101'])
  expect(await found('ALTER TABLE users ADD COLUMN a uuid DEFAULT gen_random_uuid() UNIQUE;', 'postgres')).toEqual([])
})

test('an index that stands already is only taken over by a constraint', async () => {
  expect(await found('ALTER TABLE users ADD CONSTRAINT k UNIQUE USING INDEX users_tenant;', 'postgres')).toEqual([])
})
