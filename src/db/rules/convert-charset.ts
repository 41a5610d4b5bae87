import { charsetOf, refusesCost } from '../mysql-columns.ts'
import { onlineTool, untouched } from '../mysql-rewrites.ts'
import { rewrite, sqlDefinition, sqlName } from '../rewrite.ts'
import { defineRule, type FileContext, type Flavour } from '../rule.ts'
import type { Schema } from '../schema.ts'
import { type Column, type Name, shown } from '../statement.ts'

/** MySQL 8.4 "17.12.1 Online DDL Operations" (Converting a character set); MariaDB 10.11: COPY unless every text is kept as it is. */
export default defineRule({
  id: 'convert-charset',
  title: 'Converting a table to another character set',
  code: 'MY136',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Every text of the table is written anew: the server copies the whole table, nobody can write to it until that is done, and a text column may become a longer type.',
  instead:
    'Give new columns the new character set, and convert the table with a tool that copies it beside the writes.',
  examples: [
    {
      bad: 'ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;',
      good: 'ALTER TABLE users DEFAULT CHARACTER SET utf8mb4;',
    },
    {
      before: 'CREATE TABLE users (id int PRIMARY KEY, name varchar(40) CHARACTER SET latin1);',
      context: { flavour: 'mariadb' },
      bad: 'ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4;',
      good: 'CREATE TABLE points (id int, x int); ALTER TABLE points CONVERT TO CHARACTER SET utf8mb4;',
    },
    {
      before: 'CREATE TABLE sums (id int PRIMARY KEY, at datetime, total decimal(8, 2));',
      bad: 'ALTER TABLE notes CONVERT TO CHARACTER SET latin1;',
      good: 'ALTER TABLE sums CONVERT TO CHARACTER SET utf8mb4;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'table-option' || statement.option !== 'convert-charset') return
    const { table, to = '' } = statement
    if (schema.isNewTable(table) || refusesCost(statement, context, 'copies')) return
    const texts = schema.columns(table)?.filter(isText)
    if (texts?.every(column => isKept(column, to, context.flavour)) === true) return
    yield {
      what: `Copies ${shown(table)} to write all its texts in ${to}.`,
      instead: advice(table, to, schema, context),
    }
  },
})

const textTypes = /^(char|varchar|tinytext|text|mediumtext|longtext|enum|set)$/

function isText({ type }: Column): boolean {
  return type === undefined || textTypes.test(type.name)
}

function isKept(column: Column, to: string, flavour: Flavour): boolean {
  if (flavour !== 'mariadb') return false
  const from = charsetOf(column)
  return from !== undefined && (from === to || (from === 'utf8mb3' && to === 'utf8mb4'))
}

function advice(table: Name, to: string, schema: Schema, context: FileContext): string {
  const at = sqlName(table, 'mysql')
  const text = schema.columns(table)?.find(column => isText(column) && column.type !== undefined)
  const example: Column = text ?? { name: 'name', type: { name: 'varchar', args: ['100'] } }
  const definition = sqlDefinition({ ...example, name: `${example.name}_next`, charset: to }, 'mysql', [
    'not-null',
    'default',
  ])
  return rewrite(
    'Let new columns have the character set, which costs nothing, and where few columns need it, put new ones beside them:',
    [
      `ALTER TABLE ${at} DEFAULT CHARACTER SET ${to};`,
      `ALTER TABLE ${at} ADD COLUMN ${definition}, ${untouched(context)};`,
    ],
    `For the whole table: ${onlineTool}`,
  )
}
