import { sameName } from '../beside.ts'
import { ownText } from '../postgres-advice.ts'
import { rewrite, sqlColumn, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Name, type Statement, shown } from '../statement.ts'

export default defineRule({
  id: 'alter-domain-add-constraint',
  title: 'A new constraint for a domain in use',
  alsoKnownAs: ['squawk: ban-alter-domain-with-add-constraint'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'Every row of every table that uses the domain is looked at, while nobody can write to any of them.',
  instead: 'Add it with NOT VALID, and validate it in the next migration.',
  examples: [
    {
      bad: 'ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 9);',
      good: 'ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 9) NOT VALID;',
    },
    {
      bad: 'ALTER DOMAIN positive SET NOT NULL;',
      good: 'CREATE DOMAIN tiny AS int; ALTER DOMAIN tiny ADD CHECK (VALUE < 9);',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'alter-domain' || !statement.addsConstraint || statement.notValid === true) return
    const { name } = statement
    if (schema.before.some(one => one.kind === 'create-type' && sameName(one.name, name, 'postgres'))) return
    const instead = later(statement, name)
    yield {
      what: `Adds a constraint to domain ${shown(name)} and looks at every row that uses it.`,
      ...(instead === undefined ? {} : { instead }),
    }
  },
})

function later(statement: Statement, name: Name): string | undefined {
  const text = ownText(statement, /^alter\s+domain\b[\s\S]*\bcheck\b/i)
  if (text === undefined) return undefined
  const given = /\badd\s+constraint\s+("(?:[^"]|"")+"|\S+)/i.exec(text)?.[1]
  const constraint = given ?? sqlColumn(`${name.name}_check`, 'postgres')
  return rewrite('Add it without looking at the rows, and prove them in the next migration:', [
    `${text} NOT VALID;`,
    '-- next migration:',
    `ALTER DOMAIN ${sqlName(name, 'postgres')} VALIDATE CONSTRAINT ${constraint};`,
  ])
}
