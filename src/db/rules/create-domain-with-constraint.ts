import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'create-domain-with-constraint',
  title: 'A domain with a constraint',
  alsoKnownAs: ['squawk: ban-create-domain-with-constraint'],
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres'],
  why: 'A constraint of a domain cannot be changed without looking at every table that uses the domain, under a lock on all of them.',
  instead: 'Make the domain without it, and put a CHECK on the columns.',
  examples: [
    { bad: 'CREATE DOMAIN positive AS int CHECK (VALUE > 0);', good: 'CREATE DOMAIN positive AS int DEFAULT 1;' },
    { bad: 'CREATE DOMAIN name AS text NOT NULL;', good: "CREATE TYPE mood AS ENUM ('sad');" },
  ],
  *check(statement) {
    if (statement.kind !== 'create-type' || statement.is !== 'domain' || statement.constrained !== true) return
    yield { what: `Makes domain ${shown(statement.name)} with a constraint.` }
  },
})
