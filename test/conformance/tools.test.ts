import { describe, expect, test } from 'vitest'
import { globMatcher } from '../../src/core/glob.ts'
import type { Tool } from '../../src/db/tool.ts'
import { tools } from '../../src/db/tools/registry.generated.ts'
import db from '../../src/gates/db/index.ts'
import { type FakeTreeFacts, fakeTree, gateContext } from '../support/fake-tree.ts'
import { toolFixtures } from '../support/tool-fixtures.ts'

describe.each<Tool>([...tools])('tool $id', tool => {
  test('has a sample project, unless nothing tells it from plain SQL', () => {
    const ids = toolFixtures.map(fixture => fixture.id)
    expect(tool.id === 'sql' || ids.includes(tool.id)).toBe(true)
  })

  test('the blanked text keeps every line break and every place', () => {
    if (tool.sql === undefined) return
    const text = '-- migrate:up\nSELECT 1; -- é🦆\r\n-- migrate:down\r\nDROP TABLE a;\r\n'
    const sql = tool.sql('migrations/1.sql', text)
    expect(sql).toHaveLength(text.length)
    expect(sql.replace(/[^\r\n]/g, '')).toBe(text.replace(/[^\r\n]/g, ''))
  })

  test('names the same migrations whatever the order it is given them in', () => {
    const paths = ['migrations/10_b.sql', 'migrations/9_a.sql', 'migrations/9_a.down.sql', 'db/migrate/1.sql']
    expect(tool.migrations([...paths].reverse())).toEqual(tool.migrations(paths))
  })
})

describe.each(toolFixtures)('the sample project of $id', fixture => {
  const { project, base, drop } = fixture
  const tool = tools.find(one => one.id === fixture.id)!
  const texts = new Map(Object.entries(project))

  test('is known by what it holds, and so are its migrations, their order and their names', () => {
    const isOwn = globMatcher(tool.globs)
    const evidence = globMatcher(tool.evidence)
    const files = Object.entries(project).map(([path, text]) => ({ path, text }))
    const paths = Object.keys(project).filter(isOwn)
    expect(
      tool.detect(
        files.filter(({ path }) => evidence(path)),
        paths,
      ),
    ).not.toEqual([])
    const order = tool.migrations([...paths].reverse(), texts)
    expect(order).toEqual(fixture.order)
    expect(order.map(path => tool.nameOf(path, texts.get(path)))).toEqual(fixture.names)
  })

  test('goes through without a word against it', async () => {
    expect(await said({ base, files: project })).toEqual([])
  })

  test('is refused with its drop, at the place of the drop', async () => {
    const errors = (await said({ base: project, files: { ...project, ...drop } })).filter(one =>
      one.startsWith('error'),
    )
    expect(errors.map(one => one.replace('error ', '')).sort()).toEqual(fixture.found)
  })

  async function said(facts: FakeTreeFacts): Promise<string[]> {
    await using tree = fakeTree(facts)
    const findings = await db.check(gateContext(db, tree, { replay: 'off' }))
    return findings
      .filter(({ severity }) => severity !== 'info')
      .map(({ severity, rule, code, at }) => `${severity} ${code ?? rule} ${at?.file}:${at?.line}`)
  }
})

describe('sql', () => {
  const sql = tools.find(tool => tool.id === 'sql')!

  test.each([
    'migrations/1_a.sql',
    'db/migrations/20240101_a.sql',
    'database/migrations/a.sql',
    'prisma/migrations/20240101_a/migration.sql',
    'packages/api/prisma/migrations/20240101_a/migration.sql',
    'drizzle/0000_a.sql',
    'db/migrate/1.sql',
    'sql/migrations/deep/1.sql',
    'src/main/resources/db/migration/V1_2__a.sql',
    'anywhere/V3__b.sql',
    'supabase/migrations/2024_a.sql',
    'deploy/a.sql',
    'Data/Migrations/2024_a.sql',
  ])('finds %s', path => {
    expect(globMatcher(sql.globs)(path)).toBe(true)
  })

  test.each(['node_modules/x/migrations/1.sql', 'test/fixtures/migrations/1.sql', 'schema.sql', 'queries/users.sql'])(
    'leaves %s alone',
    path => {
      expect(globMatcher(sql.globs)(path)).toBe(false)
    },
  )

  test('runs in the order of numbers and versions, folder by folder', () => {
    const ordered = ['a/2_x.sql', 'a/10_x.sql', 'b/V1__x.sql', 'b/V1.2__x.sql', 'b/V1.10__x.sql', 'b/V2__x.sql']
    expect(sql.migrations([...ordered].reverse())).toEqual(ordered)
  })

  test('leaves out what only runs on the way down', () => {
    const up = ['m/1_a.up.sql', 'm/2_b.sql', 'm/3/up.sql', 'm/4_c_up.sql', 'm/V1__a.sql', 'm/scale_down.sql']
    const down = ['m/1_a.down.sql', 'm/2_b.rollback.sql', 'm/3/down.sql', 'm/4_c_down.sql', 'm/U1__a.sql']
    expect(new Set(sql.migrations([...up, ...down]))).toEqual(new Set(up))
  })

  test.each([
    ['dbmate', '-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down\nDROP TABLE a;\n'],
    [
      'goose',
      '-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n-- +goose StatementEnd\n-- +goose Down\nDROP TABLE a;\n',
    ],
    ['sql-migrate', '-- +migrate Up\nSELECT 1;\n-- +migrate Down\nDROP TABLE a;\n'],
    ['node-pg-migrate', '-- Up Migration\nSELECT 1;\n-- Down Migration\nDROP TABLE a;\n'],
    ['MyBatis', '-- // first\nSELECT 1;\n-- //@UNDO\nDROP TABLE a;\n'],
    ['Play', '# --- !Ups\nSELECT 1;\n# --- !Downs\nDROP TABLE a;\n'],
  ])('%s: only the part for up remains', (_, text) => {
    const up = sql.sql!('migrations/1.sql', text)
    expect(up).toContain('SELECT 1;')
    expect(up).not.toContain('DROP')
  })

  test('a down mark without its up mark hides nothing', () => {
    const text = '-- migrate:down\nDROP TABLE a;\n'
    expect(sql.sql!('migrations/1.sql', text)).toBe(text)
  })

  test('what follows a second up mark counts again', () => {
    const text = '-- migrate:up\n-- migrate:down\nDROP TABLE a;\n-- migrate:up\nDROP TABLE b;\n'
    expect(sql.sql!('migrations/1.sql', text)).toContain('DROP TABLE b;')
  })

  test('placeholders are read as names of the same length', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Flyway's placeholder
    const text = 'DROP TABLE ${schema}.a; DROP TABLE {{ index .Options "Namespace" }}.b; SELECT $${"a":1}$$;'
    const sqlText = sql.sql!('V1__a.sql', text)
    expect(sqlText).toHaveLength(text.length)
    expect(sqlText).toMatch(/^DROP TABLE __schema_\.a; DROP TABLE \w+\.b; SELECT \$\$\{"a":1\}\$\$;$/)
  })
})
