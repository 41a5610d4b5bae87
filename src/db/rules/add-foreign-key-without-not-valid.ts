import { validatedLater } from '../postgres-advice.ts'
import { rewrite, sqlColumn, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { type Column, type Name, type Reference, shown } from '../statement.ts'

export default defineRule({
  id: 'add-foreign-key-without-not-valid',
  title: 'A foreign key that is proven while writes wait',
  code: 'PG306',
  alsoKnownAs: [
    'squawk: adding-foreign-key-constraint',
    'squawk: constraint-missing-not-valid',
    'strong_migrations: add_foreign_key',
  ],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'Every row is looked up in the other table while nobody can write to either of the two, and one row without its partner makes the migration fail.',
  instead: 'Add it with NOT VALID, and validate it in the next migration: that looks at the rows beside the writes.',
  examples: [
    {
      bad: 'ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;',
      good: 'ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;',
    },
    {
      bad: 'ALTER TABLE orders ADD COLUMN user_id int DEFAULT 1 REFERENCES users (id);',
      good: 'ALTER TABLE orders ADD COLUMN user_id int REFERENCES users (id);',
    },
    {
      bad: 'ALTER TABLE shop.orders ADD FOREIGN KEY (a, b) REFERENCES shop.users;',
      good: 'CREATE TABLE tags (user_id int); ALTER TABLE tags ADD FOREIGN KEY (user_id) REFERENCES users (id);',
    },
  ],
  *check(statement, schema) {
    if (statement.kind === 'add-constraint') {
      const { table, constraint } = statement
      const { type, notValid, notEnforced, references } = constraint
      if (type !== 'foreign-key' || notValid === true || notEnforced === true || references === undefined) return
      if (schema.isNewTable(table)) return
      yield {
        what: `Adds a foreign key from ${shown(table)} to ${shown(references.table)} and looks every row up.`,
        instead: validatedLater(statement, schema),
      }
    } else if (statement.kind === 'add-column' && !schema.isNewTable(statement.table))
      for (const column of statement.columns) {
        // Without a default every row holds NULL, and PostgreSQL knows it (parse_utilcmd.c, skipValidation).
        if (column.references === undefined || column.default === undefined || column.default.is === 'null') continue
        yield {
          what: `Adds ${column.name} to ${shown(statement.table)} with a default and a foreign key to ${shown(column.references.table)}, and looks every row up.`,
          instead: apart(statement.table, column, column.references),
        }
      }
  },
})

function apart(table: Name, column: Column, { table: other, columns }: Reference): string {
  const { references: _, ...plain } = column
  const at = sqlName(table, 'postgres')
  const name = sqlColumn(`${table.name}_${column.name}_fkey`.slice(0, 63), 'postgres')
  const target = columns === undefined ? '' : ` (${columns.map(one => sqlColumn(one, 'postgres')).join(', ')})`
  const key = `FOREIGN KEY (${sqlColumn(column.name, 'postgres')}) REFERENCES ${sqlName(other, 'postgres')}${target}`
  return rewrite('Add the column and the foreign key apart, and prove the rows in the next migration:', [
    `ALTER TABLE ${at} ADD COLUMN ${sqlDefinition(plain, 'postgres')};`,
    `ALTER TABLE ${at} ADD CONSTRAINT ${name} ${key} NOT VALID;`,
    '-- next migration:',
    `ALTER TABLE ${at} VALIDATE CONSTRAINT ${name};`,
  ])
}
