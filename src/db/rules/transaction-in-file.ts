import { defineRule } from '../rule.ts'

export default defineRule({
  id: 'transaction-in-file',
  title: 'BEGIN or COMMIT in a file that has its transaction',
  code: 'TX201',
  alsoKnownAs: ['squawk: transaction-nesting'],
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'The tool opens a transaction around the file. A COMMIT inside ends it early: what follows runs without one, is not taken back when it fails, and the tool may note the migration as done or undone wrongly.',
  instead: 'Take BEGIN and COMMIT out of the file, or tell the tool to run it without a transaction.',
  examples: [
    {
      dialects: ['postgres', 'sqlite'],
      context: { transaction: 'file' },
      bad: 'COMMIT;',
      good: 'ALTER TABLE users ADD COLUMN a int;',
    },
    {
      dialects: ['postgres'],
      bad: 'BEGIN; ALTER TABLE users ADD COLUMN a int; BEGIN; ALTER TABLE users ADD COLUMN b int; COMMIT;',
      good: 'BEGIN; ALTER TABLE users ADD COLUMN a int; COMMIT;',
    },
    {
      dialects: ['mysql'],
      context: { transaction: 'file' },
      bad: 'ROLLBACK;',
      good: 'SAVEPOINT half;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'transaction' || statement.inside !== undefined) return
    const { verb } = statement
    if (verb === undefined || verb === 'savepoint' || verb === 'other') return
    const word = verb.toUpperCase()
    if (context.transaction === 'file') {
      // One finding a file: the COMMIT that belongs to a BEGIN says nothing new.
      const first = context.statements.find(
        one => one.kind === 'transaction' && one.inside === undefined && isBoundary(one.verb),
      )
      if (first === statement) yield { what: `${word} in a file that the tool runs in a transaction.` }
      return
    }
    const open = schema.before.findLast(
      one => one.kind === 'transaction' && one.inside === undefined && isBoundary(one.verb),
    )
    if (verb === 'begin' && open?.kind === 'transaction' && open.verb === 'begin')
      yield {
        what: `BEGIN while the transaction of line ${open.line} is still open.`,
        why: 'Transactions do not nest: the first COMMIT ends all of it, and what stands after it runs without one.',
        instead: `Write the COMMIT of the transaction of line ${open.line} before it, or take this BEGIN out.`,
      }
  },
})

function isBoundary(verb: string | undefined): boolean {
  return verb === 'begin' || verb === 'commit' || verb === 'rollback'
}
