import { describe, expect, test } from 'vitest'
import { wayBack } from './down-sql.ts'
import { tools } from './tools/registry.generated.ts'

const down = (id: string, path: string, files: Readonly<Record<string, string>>) =>
  wayBack(tools.find(tool => tool.id === id)!, path, new Set(Object.keys(files)), async one => files[one])

describe('the way back', () => {
  test.each([
    ['golang-migrate', 'm/1_a.up.sql', 'm/1_a.down.sql'],
    ['sql', 'm/1_a/up.sql', 'm/1_a/down.sql'],
    ['sql', 'm/1_a.sql', 'm/1_a.rollback.sql'],
    ['flyway', 'sql/V1_2__a.sql', 'sql/U1_2__take_a_back.sql'],
    ['sqitch', 'deploy/a.sql', 'revert/a.sql'],
  ])('%s: of %s stands in %s', async (id, path, other) => {
    expect(await down(id, path, { [path]: 'CREATE TABLE a (id int);', [other]: 'DROP TABLE a;' })).toBe('DROP TABLE a;')
  })

  test.each([
    ['dbmate', '-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:down\nDROP TABLE a;\n'],
    ['goose', '-- +goose Up\nCREATE TABLE a (id int);\n-- +goose Down\nDROP TABLE a;\n'],
  ])('%s: stands below its mark, at its place', async (id, text) => {
    const found = await down(id, 'db/migrations/1_a.sql', { 'db/migrations/1_a.sql': text })
    expect(found).toHaveLength(text.length)
    expect(found!.indexOf('DROP TABLE a;')).toBe(text.indexOf('DROP TABLE a;'))
    expect(found).not.toContain('CREATE')
  })

  test('is not there where nothing says it', async () => {
    expect(await down('sql', 'm/1.sql', { 'm/1.sql': 'CREATE TABLE a (id int);' })).toBeUndefined()
    const empty = '-- migrate:up\nSELECT 1;\n-- migrate:down\n-- nothing\n'
    expect(await down('dbmate', 'db/migrations/1.sql', { 'db/migrations/1.sql': empty })).toBeUndefined()
  })
})
