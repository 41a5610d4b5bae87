import { membersChanged, redefined, refusesCost, typeCopies } from '../mysql-columns.ts'
import { columnBeside } from '../mysql-rewrites.ts'
import { sqlType } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

const before =
  'CREATE TABLE users (id int PRIMARY KEY, age int, name varchar(20), code varchar(20) CHARACTER SET latin1, fee decimal(8, 2));'

/** MySQL 8.4 "17.12.1 Online DDL Operations" (Changing the column data type, Extending VARCHAR column size); MariaDB 10.11 asked itself. */
export default defineRule({
  id: 'change-column-type-copies',
  title: 'A column type that copies the table',
  code: 'MY130',
  alsoKnownAs: ['squawk: changing-column-type', 'strong_migrations: change_column'],
  severity: 'warning',
  dialects: ['mysql'],
  why: 'The server writes the whole table anew, and nobody can write to it until that is done: minutes or hours on a large one.',
  instead: 'Add a column of the new type, copy in small steps, and drop the old column in a later release.',
  examples: [
    {
      before,
      bad: 'ALTER TABLE users MODIFY age bigint;',
      good: 'ALTER TABLE users MODIFY age int(11);',
    },
    {
      before,
      bad: 'ALTER TABLE users MODIFY name varchar(300);',
      good: 'ALTER TABLE users MODIFY name varchar(60);',
    },
    {
      before,
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE users CHANGE name name text;',
      good: 'ALTER TABLE users MODIFY name varchar(300), MODIFY code varchar(256) CHARACTER SET latin1;',
    },
    {
      before,
      bad: 'ALTER TABLE users MODIFY fee decimal(10, 2);',
      good: "ALTER TABLE users MODIFY fee decimal(8, 2) COMMENT 'in euros';",
    },
    {
      before: 'CREATE TABLE users (id int PRIMARY KEY, age int); ALTER TABLE users CHANGE age years int;',
      bad: 'ALTER TABLE users MODIFY years decimal(12, 0);',
      good: 'ALTER TABLE users MODIFY years bigint, ALGORITHM=INPLACE;',
    },
  ],
  *check(statement, schema, context) {
    const change = redefined(statement, schema)
    if (change === undefined || refusesCost(statement, context, 'copies')) return
    if (membersChanged(change, 'enum') !== undefined || membersChanged(change, 'set') !== undefined) return
    if (!typeCopies(change, context.flavour)) return
    const { table, before: old, to } = change
    const [from, next] = [old.type, to.type].map(type => (type === undefined ? '' : sqlType(type, 'mysql')))
    yield {
      what: `Copies ${shown(table)} to change ${to.name} from ${from} to ${next}.`,
      instead: columnBeside(table, to, context),
    }
  },
})
