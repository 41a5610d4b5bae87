import { rewrite, sqlName } from '../rewrite.ts'
import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'security-definer-without-search-path',
  title: 'SECURITY DEFINER without a search_path',
  severity: 'warning',
  dialects: ['postgres'],
  why: 'It runs with its owner’s rights but looks its names up in the caller’s search_path: a caller who puts a table or function of the same name in front makes the owner run theirs.',
  instead: 'Set search_path in the routine itself, with pg_temp last.',
  examples: [
    {
      bad: 'CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ SELECT count(*) FROM orders $$;',
      good: 'CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = shop, pg_temp AS $$ SELECT count(*) FROM orders $$;',
    },
  ],
  *check(statement, schema) {
    if (statement.kind !== 'create-routine' || statement.securityDefiner !== true || statement.setsSearchPath === true)
      return
    const { name, what, dialect } = statement
    const isSetLater = schema.after.some(
      ({ text }) =>
        /^alter\s+(function|procedure|routine)\b/i.test(text) &&
        /\bset\s+search_path\b/i.test(text) &&
        text.includes(name.name),
    )
    if (isSetLater) return
    yield {
      what: `The ${what} ${shown(name)} is SECURITY DEFINER and sets no search_path.`,
      instead: rewrite('Set it in the routine, or right after it, with the schemas that it uses and pg_temp last:', [
        `ALTER ${what.toUpperCase()} ${sqlName(name, dialect)} SET search_path = ${sqlName({ name: name.schema ?? 'public' }, dialect)}, pg_temp;`,
      ]),
    }
  },
})
