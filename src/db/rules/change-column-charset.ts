import { charsetCopies, charsetOf, redefined, refusesCost, typeCopies } from '../mysql-columns.ts'
import { columnBeside } from '../mysql-rewrites.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

const before = 'CREATE TABLE users (id int PRIMARY KEY, name varchar(40) CHARACTER SET latin1);'

/** MySQL 8.4 "17.12.1 Online DDL Operations"; MariaDB 10.11 takes utf8mb3 to utf8mb4, and another collation, without a copy. */
export default defineRule({
  id: 'change-column-charset',
  title: 'Another character set or collation of a column',
  code: 'MY148',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Every value is written anew: the server copies the whole table, and nobody can write to it until that is done.',
  instead: 'Add a column of the new character set, copy in small steps, and drop the old column in a later release.',
  examples: [
    {
      before,
      bad: 'ALTER TABLE users MODIFY name varchar(40) CHARACTER SET utf8mb4;',
      good: 'ALTER TABLE users MODIFY name varchar(50) CHARACTER SET latin1;',
    },
    {
      before: 'CREATE TABLE users (id int PRIMARY KEY, name varchar(40) COLLATE utf8mb4_general_ci);',
      bad: 'ALTER TABLE users MODIFY name varchar(40) COLLATE utf8mb4_bin;',
      good: 'ALTER TABLE users MODIFY name varchar(40) COLLATE utf8mb4_general_ci;',
    },
    {
      before,
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE users MODIFY name varchar(40) CHARACTER SET utf8mb4;',
      good: 'ALTER TABLE users ADD nick varchar(9) CHARACTER SET utf8mb3; ALTER TABLE users MODIFY nick varchar(9) CHARACTER SET utf8mb4;',
    },
  ],
  *check(statement, schema, context) {
    const change = redefined(statement, schema)
    if (change === undefined || refusesCost(statement, context, 'copies')) return
    if (typeCopies(change, context.flavour) || !charsetCopies(change, context.flavour)) return
    const { table, before: old, to } = change
    const [from, next] =
      charsetOf(old) === charsetOf(to) ? [old.collation, to.collation] : [charsetOf(old), charsetOf(to)]
    yield {
      what: `Copies ${shown(table)} to change ${to.name} from ${from} to ${next}.`,
      instead: columnBeside(table, to, context),
    }
  },
})
