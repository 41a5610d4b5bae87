import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'routine-not-read',
  title: 'A routine whose body is not read',
  severity: 'info',
  dialects: ['postgres'],
  why: 'What it does to the schema and to the rows stays unseen here, and nothing below tells of it.',
  instead: 'Read it yourself in the review; write it in SQL or PL/pgSQL where that can be done.',
  examples: [
    {
      bad: 'CREATE FUNCTION score(a int) RETURNS int LANGUAGE plpython3u AS $$ return a * 2 $$;',
      good: 'CREATE FUNCTION score(a int) RETURNS int LANGUAGE sql AS $$ SELECT a * 2 $$;',
    },
    {
      bad: "CREATE FUNCTION score(a int) RETURNS int LANGUAGE c AS 'score', 'score';",
      good: 'CREATE FUNCTION score(a int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN a * 2; END $$;',
    },
  ],
  *check(statement) {
    if (statement.kind !== 'create-routine') return
    const language = (statement.language ?? 'sql').toLowerCase()
    if (language === 'sql' || language === 'plpgsql') return
    yield { what: `The body of ${statement.what} ${shown(statement.name)} is written in ${language} and not read.` }
  },
})
