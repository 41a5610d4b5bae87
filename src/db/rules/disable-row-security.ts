import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'disable-row-security',
  title: 'Row security switched off',
  severity: 'warning',
  dialects: ['postgres'],
  why: 'From this statement on everybody who may read the table sees every row of it, those of other customers too; the policies stay and look as if they still worked.',
  instead: 'Keep row security on, and add a policy for those who must see more.',
  examples: [
    {
      bad: 'ALTER TABLE invoices DISABLE ROW LEVEL SECURITY;',
      good: 'ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;',
    },
    {
      bad: 'ALTER TABLE shop.invoices ADD COLUMN note text, DISABLE ROW LEVEL SECURITY;',
      good: 'CREATE TABLE numbers (id int); ALTER TABLE numbers DISABLE ROW LEVEL SECURITY;',
    },
  ],
  *check(statement, schema) {
    if (
      statement.kind !== 'table-option' ||
      statement.option !== 'no-row-security' ||
      schema.isNewTable(statement.table)
    )
      return
    const { table, dialect } = statement
    const policy = `${table.name}_all`.slice(0, 63)
    yield {
      what: `Switches row security of ${shown(table)} off.`,
      instead: rewrite(
        'Let those who must see every row see it by a policy (put their role in place of CURRENT_USER):',
        [
          `CREATE POLICY ${sqlName({ name: policy }, dialect)} ON ${sqlName(table, dialect)} FOR ALL TO CURRENT_USER USING (true);`,
        ],
      ),
    }
  },
})
