import { memberFindings } from '../mysql-members.ts'
import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'grow-enum-storage',
  title: 'An ENUM of more than 255 members',
  code: 'MY113',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'From the 256th member on a value takes two bytes instead of one: the whole table is copied, and nobody can write to it meanwhile.',
  instead: 'So many values belong in a table of their own, with a foreign key.',
  examples: [
    {
      before: `CREATE TABLE orders (id int PRIMARY KEY, state enum(${members(255)}));`,
      bad: `ALTER TABLE orders MODIFY state enum(${members(256)});`,
      good: `ALTER TABLE orders MODIFY state enum(${members(255)}) COMMENT 'full';`,
    },
  ],
  check: (statement, schema, context) => memberFindings(statement, schema, context, { type: 'enum', change: 'grown' }),
})

/** `'v1', 'v2' …` */
function members(count: number): string {
  return Array.from({ length: count }, (_, at) => `'v${at + 1}'`).join(', ')
}
