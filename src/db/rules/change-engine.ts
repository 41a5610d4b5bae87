import { refusesCost } from '../mysql-columns.ts'
import { onlineTool } from '../mysql-rewrites.ts'
import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

/** MySQL 8.4 "15.1.9 ALTER TABLE" (ENGINE) and "17.12.1 Online DDL Operations"; MariaDB 10.11 refuses LOCK=NONE for another engine. */
export default defineRule({
  id: 'change-engine',
  title: 'ENGINE on a table with rows',
  code: 'MY138',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'The server writes the whole table anew, and for another engine nobody can write to it until that is done; an engine without transactions or foreign keys drops them without a word.',
  instead: 'Copy the table beside the writes with gh-ost or pt-online-schema-change.',
  examples: [
    { bad: 'ALTER TABLE users ENGINE=MyISAM;', good: 'CREATE TABLE users (id int) ENGINE=InnoDB;' },
    {
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE users ENGINE = InnoDB;',
      good: 'CREATE TABLE notes (id int); ALTER TABLE notes ENGINE = InnoDB;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'table-option' || statement.option !== 'engine') return
    const { table, to = '' } = statement
    if (schema.isNewTable(table) || refusesCost(statement, context, 'rebuilds')) return
    const same = to === 'innodb'
    yield {
      what: `Writes ${shown(table)} anew with the engine ${to}.`,
      instead: same
        ? rewrite(
            'Where the table is InnoDB already, this only rebuilds it; let the server refuse where it would block:',
            [`ALTER TABLE ${sqlName(table, 'mysql')} ENGINE=InnoDB, ALGORITHM=INPLACE, LOCK=NONE;`],
            `From another engine: ${onlineTool}`,
          )
        : `Stay with InnoDB if you can: it alone has both transactions and foreign keys. ${onlineTool}`,
    }
  },
})
