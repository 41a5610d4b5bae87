import { sameName } from '../beside.ts'
import { outside, ownText } from '../postgres-advice.ts'
import { rewrite, sqlCreateIndex } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'create-index-without-concurrently',
  title: 'Building an index while writes wait',
  code: 'PG101',
  alsoKnownAs: ['squawk: require-concurrent-index-creation', 'strong_migrations: add_index'],
  severity: 'warning',
  dialects: ['postgres'],
  why: 'Nobody can write to the table until the whole index is built: seconds for a small table, minutes or hours for a large one.',
  instead: 'Build it with CREATE INDEX CONCURRENTLY, outside of a transaction.',
  examples: [
    {
      bad: 'CREATE INDEX users_email_idx ON users (email);',
      good: 'CREATE INDEX CONCURRENTLY users_email_idx ON users (email);',
    },
    {
      bad: "DO $$ BEGIN EXECUTE 'CREATE INDEX users_email_idx ON users (lower(email))'; END $$;",
      good: 'CREATE TABLE tags (name text); CREATE INDEX tags_name_idx ON tags (name);',
    },
    {
      bad: 'CREATE INDEX tags_i ON tags (name);',
      good: 'CREATE MATERIALIZED VIEW totals AS SELECT 1 AS a; CREATE INDEX totals_i ON totals (a); CREATE INDEX i ON ONLY parts (a);',
    },
    {
      before: 'CREATE TABLE events (at date) PARTITION BY RANGE (at);',
      bad: 'CREATE INDEX IF NOT EXISTS shop_i ON shop.orders USING gin (tags) WHERE open;',
      good: 'CREATE INDEX events_at_idx ON ONLY events (at);',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'create-index' || statement.concurrently) return
    const { table, index } = statement
    // A partitioned table takes no CONCURRENTLY: that is told by its own rule.
    if (schema.isNewTable(table) || schema.table(table)?.partitioned === true) return
    const text = ownText(statement, /^create\s+(unique\s+)?index\b/i)
    // ON ONLY is written for partitioned tables, where nothing is built yet.
    if (text !== undefined && /\bon\s+only\b/i.test(text)) return
    if (schema.before.some(one => one.kind === 'create-view' && sameName(one.view, table, 'postgres'))) return
    yield {
      what: `Builds ${index.name === undefined ? 'an index' : `index ${index.name}`} on ${shown(table)} while writes to it wait.`,
      instead: rewrite(
        'Build it beside the writes that go on:',
        [
          text === undefined
            ? sqlCreateIndex(table, index, 'postgres')
            : `${text.replace(/\bindex\b/i, 'INDEX CONCURRENTLY')};`,
        ],
        `${outside} When it fails it leaves an invalid index behind: drop that before the next try.`,
      ),
    }
  },
})
