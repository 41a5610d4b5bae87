import { withOptions } from '../mysql-rewrites.ts'
import { rewrite } from '../rewrite.ts'
import { defineRule, type FileContext } from '../rule.ts'
import { type Statement, shown } from '../statement.ts'

/** MySQL 8.4 "17.12.2 Online DDL Performance and Concurrency". */
export default defineRule({
  id: 'algorithm-copy',
  title: 'ALGORITHM=COPY',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'It makes the server copy the whole table, with nobody writing to it meanwhile, also where it could do the same at once.',
  instead: 'Leave ALGORITHM out, or say INPLACE or INSTANT: the server then refuses rather than copying.',
  examples: [
    {
      bad: 'ALTER TABLE users ADD INDEX users_email (email), ALGORITHM=COPY;',
      good: 'ALTER TABLE users ADD INDEX users_email (email), ALGORITHM=INPLACE;',
    },
    {
      context: { flavour: 'mariadb' },
      bad: 'CREATE INDEX users_email ON users (email) ALGORITHM=COPY;',
      good: 'CREATE TABLE users (email text); ALTER TABLE users ADD age int, ALGORITHM=COPY;',
    },
  ],
  *check(statement, schema, context) {
    if (statement.kind !== 'table-option' || statement.option !== 'algorithm' || statement.to !== 'copy') return
    if (schema.isNewTable(statement.table)) return
    yield { what: `Says that ${shown(statement.table)} is to be copied.`, instead: withoutCopy(statement, context) }
  },
})

function withoutCopy(statement: Statement, context: FileContext): string {
  const own = statement.inside === undefined && /^(alter|create|drop)\s/i.test(statement.text)
  const text = own ? statement.text.replace(/\balgorithm\s*=?\s*copy\b/i, 'ALGORITHM=INPLACE') : undefined
  return text === undefined || withOptions(statement, context, '') === text
    ? 'Say ALGORITHM=INPLACE: the server then refuses rather than copying.'
    : rewrite('Let the server refuse rather than copy:', [`${text};`])
}
