import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

/** MySQL 8.4 "17.1.1 Benefits of Using InnoDB Tables". */
export default defineRule({
  id: 'engine-not-innodb',
  title: 'A table with another engine than InnoDB',
  profile: 'style',
  severity: 'warning',
  dialects: ['mysql'],
  why: 'Other engines lack transactions, foreign keys or safety after a crash: half a change stays, and a key that is written is not kept.',
  instead: 'Write ENGINE=InnoDB, or leave the engine out.',
  examples: [
    {
      bad: 'CREATE TABLE logs (id int PRIMARY KEY) ENGINE=MyISAM;',
      good: 'CREATE TABLE logs (id int PRIMARY KEY) ENGINE=InnoDB;',
    },
    {
      bad: 'CREATE TABLE logs (id int PRIMARY KEY) ENGINE = ARCHIVE;',
      good: 'CREATE TABLE logs (id int PRIMARY KEY);',
    },
  ],
  *check(statement) {
    if (statement.kind !== 'create-table' || statement.temporary) return
    // Behind the last parenthesis of the columns, so that a text among them is not taken for it.
    const engine = /\bengine\s*=?\s*['"]?([a-z_]+)['"]?[^()]*$/i.exec(statement.text)?.[1]
    if (engine === undefined || engine.toLowerCase() === 'innodb') return
    yield { what: `Makes ${shown(statement.table)} with the engine ${engine}.` }
  },
})
