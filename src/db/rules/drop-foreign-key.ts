import { lostConstraints, replacedBy, shownLost } from '../lost-constraint.ts'
import { defineRule } from '../rule.ts'

const before =
  'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int, user_id int, CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id));'

export default defineRule({
  id: 'drop-foreign-key',
  title: 'Dropping a foreign key',
  code: 'CD101',
  severity: 'warning',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'From now on rows may point at rows that do not exist, what ON DELETE did stays undone, and the key cannot come back until every stray row is found and repaired.',
  instead: 'Keep the key, or add the one that takes its place in the same migration.',
  examples: [
    {
      dialects: ['postgres'],
      before,
      bad: 'ALTER TABLE posts DROP CONSTRAINT posts_user_id_fkey;',
      good: 'ALTER TABLE posts DROP CONSTRAINT posts_user_id_fkey, ADD CONSTRAINT posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;',
    },
    {
      dialects: ['mysql'],
      before,
      bad: 'ALTER TABLE posts DROP FOREIGN KEY posts_user_id_fkey;',
      good: 'CREATE TABLE likes (id int, user_id int, CONSTRAINT likes_fk FOREIGN KEY (user_id) REFERENCES users (id)); ALTER TABLE likes DROP FOREIGN KEY likes_fk;',
    },
    {
      dialects: ['sqlite'],
      before,
      bad: 'CREATE TABLE new_posts (id int, user_id int); INSERT INTO new_posts SELECT id, user_id FROM posts; DROP TABLE posts; ALTER TABLE new_posts RENAME TO posts;',
      good: 'CREATE TABLE new_posts (id int, user_id int REFERENCES users (id) ON DELETE CASCADE); INSERT INTO new_posts SELECT id, user_id FROM posts; DROP TABLE posts; ALTER TABLE new_posts RENAME TO posts;',
    },
  ],
  *check(statement, schema, context) {
    for (const lost of lostConstraints(statement, schema, context, 'foreign-key')) {
      const instead = replacedBy(
        lost,
        statement.dialect,
        'If another takes its place, add that one first, with the clauses that it should have:',
      )
      yield { what: `Drops the foreign key ${shownLost(lost)}.`, ...(instead === undefined ? {} : { instead }) }
    }
  },
})
