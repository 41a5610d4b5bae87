import { defineRule } from '../rule.ts'
import { shown } from '../statement.ts'

export default defineRule({
  id: 'dynamic-sql-in-routine',
  title: 'SQL put together from values in a routine',
  code: 'SA101',
  severity: 'warning',
  dialects: ['postgres', 'mysql'],
  why: 'Whoever can choose one of these values can make the routine run any SQL with the rights of its caller or owner: that is an injection, only inside the database.',
  instead:
    'Put names in through %I or quote_ident and pass values by USING, so that what comes in stays a name or a value.',
  examples: [
    {
      dialects: ['postgres'],
      bad: "CREATE FUNCTION wipe(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM ' || t; END $$;",
      good: "CREATE FUNCTION wipe(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('DELETE FROM %I WHERE id = $1', t) USING 1; END $$;",
    },
    {
      dialects: ['postgres'],
      bad: "CREATE PROCEDURE wipe(t text) LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('DELETE FROM %s', t); END $$;",
      good: "CREATE PROCEDURE wipe(t text) LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM ' || quote_ident(t); END $$;",
    },
    {
      dialects: ['mysql'],
      bad: "CREATE PROCEDURE wipe(IN t varchar(64)) BEGIN SET @s = CONCAT('DELETE FROM ', t); PREPARE p FROM @s; EXECUTE p; END;",
      good: "CREATE PROCEDURE wipe(IN n int) BEGIN SET @s = 'DELETE FROM logs WHERE id = ?'; SET @n = n; PREPARE p FROM @s; EXECUTE p USING @n; END;",
    },
  ],
  *check(statement) {
    if (statement.kind !== 'create-routine') return
    const isDynamic = statement
      .body()
      .some(inner => inner.kind === 'unreadable' && /put together while it runs/.test(inner.because))
    if (!isDynamic) return
    yield {
      what: `The ${statement.what} ${shown(statement.name)} runs SQL that is put together from values.`,
      ...(statement.dialect === 'mysql'
        ? {
            instead:
              'Put a ? where a value comes in and pass it by USING; compare a name with a list of those that are allowed before it goes into the text.',
          }
        : {}),
    }
  },
})
