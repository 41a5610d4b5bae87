import { rewrite, sqlName, sqlString } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'add-enum-value-without-place',
  title: 'A new enum value without its place',
  alsoKnownAs: ['squawk: require-enum-value-ordering'],
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres'],
  why: 'It goes to the end, which is how ORDER BY and comparisons see it, and the place cannot be changed later.',
  instead: 'Say BEFORE or AFTER which value it belongs.',
  examples: [{ bad: "ALTER TYPE mood ADD VALUE 'glad';", good: "ALTER TYPE mood ADD VALUE 'glad' AFTER 'sad';" }],
  *check(statement, schema) {
    if (statement.kind !== 'add-enum-value' || statement.placed) return
    const { type, value, ifNotExists } = statement
    const last = schema.enumMembers(type)?.at(-1)
    yield {
      what: `Adds '${value}' to ${shown(type)} without saying where.`,
      ...(last === undefined
        ? {}
        : {
            instead: rewrite('If it belongs to the end, say so:', [
              `ALTER TYPE ${sqlName(type, 'postgres')} ADD VALUE ${ifNotExists === true ? 'IF NOT EXISTS ' : ''}${sqlString(value, 'postgres')} AFTER ${sqlString(last, 'postgres')};`,
            ]),
          }),
    }
  },
})
