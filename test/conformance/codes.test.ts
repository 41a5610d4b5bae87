import { expect, test } from 'vitest'
import { namesOf } from '../../src/db/levels.ts'
import type { Rule } from '../../src/db/rule.ts'
import { rules } from '../../src/db/rules/registry.generated.ts'

/** `MY110-113` is MY110, MY111, MY112, MY113. */
function codes(list: string): string[] {
  return list.split(/\s+/).flatMap(part => {
    const [, letters, from, to] = /^([A-Z]+)(\d+)(?:-(\d+))?$/.exec(part)!
    const count = to === undefined ? 1 : Number(to) - Number(from) + 1
    return Array.from({ length: count }, (_, at) => `${letters}${Number(from) + at}`)
  })
}

/** Every code that Atlas has published. */
const published = codes(
  `DS101-103 MF101-104 BC101-104 CD101-103 MY101-102 MY110-113 MY120-123 MY130-148 LT101 PG101-105 PG108-110 PG301-312 PG314 PG320
   TX101 TX201 NM101-106 OW101-102 SA101`,
)

/** Every rule of squawk 2.63. */
const squawk = `
  require-concurrent-index-creation require-concurrent-index-deletion ban-concurrent-index-creation-in-transaction
  require-concurrent-reindex require-concurrent-partition-detach constraint-missing-not-valid adding-foreign-key-constraint
  adding-field-with-default adding-not-nullable-field adding-required-field adding-serial-primary-key-field
  disallowed-unique-constraint changing-column-type renaming-column renaming-table ban-drop-column ban-drop-table ban-drop-database
  ban-drop-not-null ban-truncate-cascade transaction-nesting ban-uncommitted-transaction ban-duplicate-column-assignments
  ban-create-domain-with-constraint ban-alter-domain-with-add-constraint identifier-too-long require-enum-value-ordering
  prefer-robust-stmts prefer-bigint-over-int prefer-bigint-over-smallint prefer-identity prefer-text-field prefer-timestamp-tz
  ban-char-field prefer-repack require-lock-timeout require-statement-timeout require-table-schema syntax-error`
  .trim()
  .split(/\s+/)

/** Told, but not by a rule about a statement. */
const toldOtherwise: Readonly<Record<string, string>> = {
  'unused-ignore': 'an allowance that allows nothing is the finding `unused-allowance`, whosever comment it is',
}

const all: readonly Rule[] = rules
const names = new Set(all.flatMap(namesOf))

test('there is a rule for every published code', () => {
  expect(published).toHaveLength(77)
  expect(published.filter(code => !names.has(code))).toEqual([])
})

test('no two rules carry one code', () => {
  const carried = all.flatMap(rule => rule.code ?? [])
  expect(carried.filter((code, at) => carried.indexOf(code) !== at)).toEqual([])
})

test('no rule carries a code that nobody published', () => {
  expect(all.flatMap(rule => rule.code ?? []).filter(code => !published.includes(code))).toEqual([])
})

test('every rule of squawk is known by its name', () => {
  expect(
    [...squawk, ...Object.keys(toldOtherwise)].filter(name => !names.has(name) && !(name in toldOtherwise)),
  ).toEqual([])
})

test('what squawk calls style or asks for by choice is off until a team wants it', () => {
  const chosen = /^(prefer-(?!repack)|require-table-schema|ban-char-field)/
  const loud = all.filter(rule => namesOf(rule).some(name => chosen.test(name)) && rule.profile !== 'style')
  expect(loud.map(rule => rule.id)).toEqual([])
})

test('only a loss for good and what cannot be read stop a push', () => {
  expect(all.filter(rule => rule.severity === 'error').map(rule => rule.id)).toEqual([
    'drop-column',
    'drop-schema',
    'drop-table',
    'unreadable-statement',
  ])
})
