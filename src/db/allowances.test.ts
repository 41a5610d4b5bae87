import { describe, expect, test } from 'vitest'
import type { ClassShape, Script } from './code/script.ts'
import { CodeWriter } from './code/writer.ts'
import { directivesIn } from './directives.ts'
import { dialectOf, lint, type MigrationFile } from './lint.ts'

const drop = 'ALTER TABLE users DROP COLUMN email;'
/** A warning with a code and a name of squawk's. */
const rename = 'ALTER TABLE users RENAME COLUMN email TO mail;'

async function said(file: string | Partial<MigrationFile>): Promise<string[]> {
  const own = typeof file === 'string' ? { text: file } : file
  const { findings } = await lint({
    files: [{ path: 'a.sql', text: '', isNew: true, ...own }],
    dialects: ['postgres'],
  })
  return findings.map(({ severity, code, rule }) => `${severity} ${code ?? rule}`)
}

describe('a comment for Atlas', () => {
  test.each([
    '-- atlas:nolint',
    '--atlas:nolint BC102',
    '/* atlas:nolint DS103 BC102 */',
    '/*atlas:nolint incompatible*/',
    '-- atlas:nolint data_depend incompatible',
  ])('`%s` allows a warning', async comment => {
    expect((await said(`${comment}\n${rename}`))[0]).toBe('info BC102')
  })

  test('takes away a stop only with a reason', async () => {
    expect(await said(`-- atlas:nolint DS103\n${drop}`)).toEqual(['error DS103', 'error allowance-without-reason'])
    expect(await said(`-- atlas:nolint DS103 -- moved to profiles\n${drop}`)).toEqual(['info DS103'])
    expect(await said(`-- atlas:nolint destructive -- moved to profiles\n${drop}`)).toEqual(['info DS103'])
  })

  test('at the top, with an empty line below, speaks for the whole file', async () => {
    const two = `SELECT 1;\n${rename}`
    expect(await said(`-- atlas:nolint incompatible\n\n${two}`)).toEqual(['info BC102'])
    expect(await said(`-- atlas:nolint\n\n${two}`)).toEqual(['info BC102'])
    expect(await said(`-- atlas:nolint incompatible\n${two}`)).toEqual(['warning BC102', 'warning unused-allowance'])
  })

  test('of a name that nobody knows, or that allows nothing, is told', async () => {
    expect(await said(`-- atlas:nolint DS109\n${drop}`)).toEqual(['error DS103', 'warning unknown-allowance'])
    expect(await said(`-- atlas:nolint MF101\n${drop}`)).toEqual(['error DS103', 'warning unused-allowance'])
  })
})

describe('a comment for squawk', () => {
  test.each([
    '-- squawk-ignore renaming-column',
    '-- squawk-ignore ban-drop-table, renaming-column',
    '-- squawk-ignore',
  ])('`%s` allows a warning', async comment => {
    expect((await said(`${comment}\n${rename}`))[0]).toBe('info BC102')
  })

  test('takes away a stop with its reason', async () => {
    expect(await said(`-- squawk-ignore ban-drop-column\n${drop}`)).toEqual([
      'error DS103',
      'error allowance-without-reason',
    ])
    expect(await said(`-- squawk-ignore ban-drop-column -- moved\n${drop}`)).toEqual(['info DS103'])
  })

  test('for the whole file may stand anywhere', async () => {
    expect(await said(`${rename}\n-- squawk-ignore-file renaming-column\n`)).toEqual(['info BC102'])
    expect(await said(`-- squawk-ignore-file ban-drop-column -- moved\nSELECT 1;\n${drop}`)).toEqual(['info DS103'])
  })
})

describe('our own', () => {
  test('may name several rules', async () => {
    const both = 'ALTER TABLE users DROP COLUMN email, ADD CONSTRAINT c CHECK (age > 0);'
    expect(await said(`-- ship-guard:allow drop-column, DS102 moved\n${both}`)).toContain('info DS103')
  })

  test('knows a rule by any of its names', async () => {
    expect(await said(`-- ship-guard:allow ban-drop-column moved\n${drop}`)).toEqual(['info DS103'])
  })

  test('is printed shorter for a warning', async () => {
    const { findings } = await lint({ files: [{ path: 'a', text: rename, isNew: true }], dialects: ['postgres'] })
    expect(findings[0]?.instead).toMatch(/\nOr allow it: -- ship-guard:allow rename-column <reason>$/)
  })
})

describe('how the file is run', () => {
  const transaction = (text: string) => directivesIn(text, dialectOf('postgres')).transaction

  test.each<[string, 'file' | 'none' | undefined]>([
    ['-- atlas:txmode none\n\nSELECT 1;', 'none'],
    ['-- atlas:txmode none\nSELECT 1;', undefined],
    ['-- atlas:txmode file\n\nSELECT 1;', 'file'],
    ['SELECT 1;\n-- squawk-disable-assume-in-transaction\n', 'none'],
    ['-- atlas:nolint\n-- atlas:txmode none\n\nSELECT 1;', 'none'],
    ["SELECT '-- atlas:txmode none\n\n';", undefined],
  ])('%j: %s', (text, expected) => {
    expect(transaction(text)).toBe(expected)
  })
})

describe('in code', () => {
  /** A class whose `up` calls what stands in each of these lines of the text. */
  function migration(text: string, ...calls: string[]): Partial<MigrationFile> {
    const steps = calls.map(source => {
      const offset = text.indexOf(source)
      const span = { offset, endOffset: offset + source.length }
      const call = { ...span, is: 'call' as const, on: undefined, name: 'x', args: [], named: new Map() }
      return { call, maybe: false, repeated: false }
    })
    const up = { name: 'up', parameters: [], steps, offset: 0, endOffset: text.length }
    const shape = {
      name: '',
      extends: undefined,
      routines: [up],
      members: new Map(),
      steps: [],
      offset: 0,
      endOffset: 0,
    }
    const comments = [...text.matchAll(/\/\/[^\n]*/g)].map(({ index, 0: all }) => ({
      offset: index,
      endOffset: index + all.length,
    }))
    const script: Script = {
      language: 'php',
      path: 'a.php',
      text,
      classes: [shape as ClassShape],
      routines: [],
      values: new Map(),
      steps: [],
      broken: [],
      comments,
    }
    return {
      path: 'a.php',
      text,
      code: {
        script,
        read(dialect) {
          const writer = new CodeWriter(script, dialect)
          for (const { call } of steps)
            writer.effect(call, { kind: 'drop-column', table: { name: 'users' }, columns: ['a'] })
          if (text.includes('mystery()'))
            writer.unread({ offset: text.indexOf('mystery()'), endOffset: 9 }, 'nobody knows `mystery`')
          return writer.reading()
        },
      },
    }
  }

  const call = "$t->dropColumn('a')"

  test.each([
    `  // ship-guard:allow drop-column moved\n  ${call};`,
    `  // ship-guard:allow drop-column moved\n  // and more\n  ${call};`,
    `  ${call}; // ship-guard:allow drop-column moved`,
  ])('stands above the call or at its end: %j', async text => {
    expect(await said(migration(text, call))).toEqual(['info DS103'])
  })

  test.each([
    `  // ship-guard:allow drop-column moved\n\n  ${call};`,
    `  $x; // ship-guard:allow drop-column moved\n  ${call};`,
  ])('allows nothing elsewhere: %j', async text => {
    expect(await said(migration(text, call))).toEqual(['error DS103', 'warning unused-allowance'])
  })

  test('stands above its statement in a string of several lines', async () => {
    const sql = 'ALTER TABLE users DROP COLUMN a;'
    const text = `  DB::statement(<<<SQL\n  -- ship-guard:allow drop-column moved\n  ${sql}\n  SQL);`
    expect(await said(migration(text, sql))).toEqual(['info DS103'])
    expect(await said(migration(text.replace(sql, `SELECT 1;\n  ${sql}`), sql))).toEqual([
      'error DS103',
      'warning unused-allowance',
    ])
  })

  test('is printed as the language writes it', async () => {
    const { findings } = await lint({
      files: [{ path: 'a', text: '', isNew: true, ...migration(call, call) }],
      dialects: ['mysql'],
    })
    expect(findings[0]?.instead).toContain('\n// ship-guard:allow drop-column <reason>')
  })

  test('what could not be read is told once, and can be answered', async () => {
    expect(await said(migration('mystery(); mystery();'))).toEqual(['warning unread-code'])
    expect(await said(migration('// ship-guard:allow unread-code only seeds\nmystery();'))).toEqual([
      'info unread-code',
    ])
  })
})
