import { isPerson, ownersOf } from '../owners.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

const settings = { naming: {}, owners: [{ tables: 'billing_*', allow: ['*@billing.example'] }] }

export default defineRule({
  id: 'owner-not-allowed',
  title: 'A table of other people',
  code: 'OW101',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'The team has said who changes this table, because others cannot know what depends on it.',
  instead: 'Ask one of those who may change it to bring this migration, or to be added as its author.',
  examples: [
    {
      context: { settings, author: 'Ada <ada@shop.example>' },
      bad: 'ALTER TABLE billing_items ADD COLUMN note text;',
      good: 'ALTER TABLE users ADD COLUMN note text;',
    },
    {
      context: { settings },
      bad: 'UPDATE billing_items SET note = NULL WHERE id = 1;',
      good: 'UPDATE users SET note = NULL WHERE id = 1;',
    },
  ],
  *check(statement, _schema, { settings: { owners }, author }) {
    for (const { owner, table } of ownersOf(statement, owners)) {
      if (owner.allow === undefined || (author !== undefined && owner.allow.some(entry => isPerson(author, entry))))
        continue
      const who = author === undefined ? 'an author who is not known' : author
      yield {
        what: `Changes ${shown(table)}, but ${who} is not among those who may change ${owner.tables}.`,
        instead: `Let one of them bring it: ${owner.allow.join(', ')} (\`owners\` in .shiprc).`,
      }
    }
  },
})
