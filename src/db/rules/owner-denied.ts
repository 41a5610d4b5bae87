import { isPerson, ownersOf } from '../owners.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

const settings = { naming: {}, owners: [{ tables: 'audit_log', deny: ['Ada', '*@agency.example'] }] }

export default defineRule({
  id: 'owner-denied',
  title: 'A table that the author must not change',
  code: 'OW102',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'The team has said that this author does not change this table, because others must be able to rely on it.',
  instead: 'Let somebody else bring this migration.',
  examples: [
    {
      context: { settings, author: 'Ada <ada@shop.example>' },
      bad: 'ALTER TABLE audit_log ADD COLUMN note text;',
      good: 'ALTER TABLE users ADD COLUMN note text;',
    },
    {
      context: { settings, author: 'Cleo <cleo@agency.example>' },
      bad: 'UPDATE audit_log SET note = NULL WHERE id = 1;',
      good: 'UPDATE users SET note = NULL WHERE id = 1;',
    },
    {
      context: { settings },
      bad: 'ALTER TABLE audit_log ADD COLUMN note text;',
      good: 'ALTER TABLE audit_logs ADD COLUMN note text;',
    },
  ],
  *check(statement, _schema, { settings: { owners }, author }) {
    for (const { owner, table } of ownersOf(statement, owners)) {
      if (owner.deny === undefined || (author !== undefined && !owner.deny.some(entry => isPerson(author, entry))))
        continue
      yield {
        what:
          author === undefined
            ? `Changes ${shown(table)}, which some may not change, and the author is not known.`
            : `Changes ${shown(table)}, which ${author} must not change.`,
        instead: `Let somebody bring it who is none of: ${owner.deny.join(', ')} (\`owners\` in .shiprc).`,
      }
    }
  },
})
