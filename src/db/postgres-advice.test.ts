import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lint } from './lint.ts'

async function judge(text: string) {
  const { findings } = await lint({
    files: [{ path: 'new.sql', text, isNew: true }],
    dialects: ['postgres'],
    profiles: ['style'],
  })
  return findings
}

test('an ALTER TABLE with thousands of actions is judged in time that grows with its size', async () => {
  const actions = Array.from({ length: 3000 }, (_, at) => `ADD CONSTRAINT c${at} CHECK (a > ${at})`)
  const started = performance.now()
  const findings = await judge(`ALTER TABLE public.t ${actions.join(', ')};`)
  expect(findings.filter(finding => finding.rule === 'add-check-without-not-valid')).toHaveLength(3000)
  expect(performance.now() - started).toBeLessThan(10_000)
})

test('each of several constraints is rewritten as it is written', async () => {
  const findings = await judge(
    'ALTER TABLE public."Ö" ADD COLUMN a int, ADD FOREIGN KEY (a) REFERENCES b ON DELETE CASCADE, ADD CONSTRAINT "x, y" CHECK (a IN (1, 2));',
  )
  expect(findings.map(({ instead }) => instead).join('\n')).toContain(
    'ALTER TABLE public."Ö" ADD CONSTRAINT "Ö_a_fkey" FOREIGN KEY (a) REFERENCES b ON DELETE CASCADE NOT VALID;',
  )
  expect(findings.map(({ instead }) => instead).join('\n')).toContain(
    'ALTER TABLE public."Ö" ADD CONSTRAINT "x, y" CHECK (a IN (1, 2)) NOT VALID;',
  )
})

const actions = fc.constantFrom(
  ...`ADD COLUMN a int|ADD b serial PRIMARY KEY|ADD COLUMN IF NOT EXISTS c uuid DEFAULT gen_random_uuid() UNIQUE|DROP COLUMN a|ALTER a TYPE text USING a::text
ALTER a SET NOT NULL|ALTER a DROP NOT NULL|ADD CHECK (a > 0)|ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES o|VALIDATE CONSTRAINT k|DROP CONSTRAINT t_pkey
ADD PRIMARY KEY (a)|ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX i|SET LOGGED|REPLICA IDENTITY FULL|ADD EXCLUDE USING gist (a WITH =)|ADD d json`.split(
    /[|\n]/,
  ),
)
const statements = fc.oneof(
  fc.array(actions, { minLength: 1, maxLength: 4 }).map(list => `ALTER TABLE t ${list.join(', ')};`),
  fc.constantFrom(
    ...`CREATE TABLE t (a int, b text, b text);|BEGIN;|COMMIT;|ROLLBACK;|CREATE INDEX i ON t (a);|DROP INDEX i;|DROP TABLE t;|ALTER TABLE t RENAME TO o;
SET lock_timeout = 0;|SET search_path = x;|DO $$ BEGIN CREATE INDEX CONCURRENTLY j ON t (a); END $$;|TRUNCATE t CASCADE;|REINDEX TABLE t;|CREATE TYPE m AS ENUM ();
ALTER TYPE m ADD VALUE 'x';|CREATE DOMAIN d AS int CHECK (VALUE > 0);|ALTER DOMAIN d SET NOT NULL;|UPDATE t SET a = 1, a = 2;|VACUUM FULL;|FROBNICATE;`.split(
      /[|\n]/,
    ),
  ),
)

test('no order of statements makes a rule throw, and every finding says what, why and what instead', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(statements, { maxLength: 8 }), async list => {
      for (const { what, why, instead } of await judge(list.join('\n'))) {
        expect(what).not.toMatch(/undefined|\[object|NaN/)
        expect(instead).not.toMatch(/undefined|\[object|NaN/)
        expect(why).not.toBe('')
      }
    }),
    { numRuns: 300 },
  )
})
