import type { FindingKind } from '../../core/finding.ts'

/** Ids of what the db gate reports besides the rules for single statements. */
export const finds: readonly FindingKind[] = [
  {
    id: 'edited-migration',
    title: 'A migration that was edited after it was on the branch',
    why: 'Databases that have run it will not run it again: from now on they differ from new ones.',
    instead:
      'Restore the file and write the change as a new migration. If no database has run it, write into the file: -- ship-guard:allow edited-migration <reason>',
  },
  {
    id: 'renamed-migration',
    title: 'A migration that was renamed after it was on the branch',
    why: 'Most tools know a migration by its name: databases that have run it will run it again.',
    instead: 'Give it its old name back, unless no database has run it.',
  },
  {
    id: 'deleted-migration',
    title: 'A migration that is deleted',
    why: 'Databases that have run it keep what it made; new ones will not have it.',
    instead:
      'Keep the file and undo it in a new migration, unless this replaces old migrations by one that makes the same.',
  },
  {
    id: 'unreadable-migration',
    title: 'A migration that cannot be read',
    why: 'What cannot be read may drop anything, and a guard that lets it pass guards nothing.',
    instead: 'Save it as plain SQL text in UTF-8, under 20 MB.',
  },
  {
    id: 'migration-in-code',
    title: 'A migration that is not written in SQL',
    why: 'Of these the calls that drop by name are seen; a drop made in another way is not.',
    instead: 'Read it for drops before you push.',
  },
  {
    id: 'guessed-dialect',
    title: 'Nothing says which database runs the migrations',
    why: 'The same text can mean other things to another database.',
    instead: 'Set `dialect` of the gate `db` in .shiprc.',
  },
  {
    id: 'allowance-without-reason',
    title: 'An allowance without a reason',
    why: 'Whoever reads the migration later must learn why losing the data was right.',
    instead: 'Write it as: -- ship-guard:allow <rule> <reason>',
  },
  {
    id: 'unused-allowance',
    title: 'An allowance that allows nothing',
    why: 'Where no such statement stands it may hide one that is written later.',
    instead: 'Remove it, or put it on the line directly above the statement that it is meant for.',
  },
  {
    id: 'unknown-allowance',
    title: 'An allowance that names no rule',
    why: 'It allows nothing: whoever wrote it believes otherwise.',
    instead: 'See the names of the rules: npx ship-guard explain',
  },
  {
    id: 'unread-code',
    title: 'Code in a migration that cannot be read',
    why: 'What a migration calls there may change the schema or the data, and nobody has looked at it.',
    instead: 'Write it with the tool’s own calls or in plain SQL, or read it yourself and allow it with a reason.',
  },
  {
    id: 'out-of-order-migration',
    title: 'A migration that sorts before one that is on the branch',
    why: 'Databases that have run the later one run this one after it, new ones before it; some tools refuse to run it at all.',
    instead: 'Give it a version after the last one of the branch.',
  },
  {
    id: 'duplicate-migration-version',
    title: 'Two migrations with the same number',
    why: 'Tools that remember the number run only one of them, and say nothing.',
    instead: 'Give the new one the next free number.',
  },
  {
    id: 'duplicate-migration',
    title: 'The same migration twice',
    why: 'The second one fails where the first one has run, or does its work twice.',
    instead: 'Remove one of them.',
  },
  {
    id: 'several-heads',
    title: 'Migrations that branch and are not joined',
    why: 'The tool refuses to go on while two migrations both say that they are the last.',
    instead: 'Join them: alembic merge heads, or manage.py makemigrations --merge.',
  },
  {
    id: 'environment-status',
    title: 'An environment has run its migrations',
    why: 'A push that meets a database in another state than the one it was written for fails there, or worse, half-runs.',
    instead: 'Nothing to do.',
  },
  {
    id: 'environment-pending',
    title: 'An environment has not run its migrations',
    why: 'A push that meets a database in another state than the one it was written for fails there, or worse, half-runs.',
    instead: 'Run them there, or find out why they have not run: npx ship-guard db status',
  },
  {
    id: 'environment-diverged',
    title: 'An environment has another history than the code',
    why: 'A push that meets a database in another state than the one it was written for fails there, or worse, half-runs.',
    instead: 'Find out who ran what there, and bring it into the repository: npx ship-guard db status',
  },
  {
    id: 'replayed',
    title: 'Migrations that were run on a scratch database',
    why: 'What a statement takes along by CASCADE or in dynamic SQL shows only when it runs.',
    instead: 'See what they did there: npx ship-guard db replay',
  },
  {
    id: 'not-replayed',
    title: 'Migrations that were read, not run',
    why: 'What a statement takes along by CASCADE or in dynamic SQL shows only when it runs.',
    instead: 'Run them on a scratch database: npx ship-guard db replay',
  },
  {
    id: 'atlas-opinion',
    title: 'Something that Atlas says and we have no rule for',
    why: 'Atlas looked at what the statements do to a real schema.',
    instead: 'Read what Atlas says about this code, and change the migration or tell Atlas that it is meant.',
  },
  {
    id: 'migration-fails',
    title: 'A migration that does not run',
    why: 'The deploy would stop in the middle of it, with what came before it already done.',
    instead: 'Correct it, and see that it runs: npx ship-guard db replay',
  },
  {
    id: 'down-does-not-restore',
    title: 'A way down that does not restore the schema',
    why: 'Whoever goes back after a bad release has another schema than before it.',
    instead: 'Let it undo all that its way up does: npx ship-guard db replay shows what differs.',
  },
  {
    id: 'table-rewrite',
    title: 'A table that is written anew',
    why: 'Every row is written anew while nobody can read or write the table.',
    instead: 'Add a new column, fill it in batches, and switch over in a later release.',
  },
  {
    id: 'table-copy',
    title: 'A table that is copied',
    why: 'On a large table that takes hours, and whoever writes to it waits.',
    instead: 'Split it into steps that the server does INSTANT or INPLACE, or change the table with gh-ost.',
  },
  {
    id: 'renumbered-migration',
    title: 'A migration that got another number after it was on the branch',
    why: 'Databases that have run it under its old number run it again, or in another order.',
    instead: 'Give it its old number back, unless no database has run it.',
  },
  {
    id: 'checksum-mismatch',
    title: 'A migration that does not agree with its checksum',
    why: 'The tool trusts its list of checksums, and refuses to run what was edited, added or removed without it.',
    instead: 'Restore the migration, or bring the list up to date with the tool’s own command (atlas migrate hash).',
  },
  {
    id: 'ledger-out-of-date',
    title: 'A list of migrations that does not agree with the files',
    why: 'The tool goes by its list (Drizzle’s journal, sqitch.plan): what is not in it never runs.',
    instead: 'Let the tool write its list anew, and commit it with the migrations.',
  },
  {
    id: 'migration-not-read',
    title: 'A file among migrations that is not read',
    why: 'What it does to the data is not known, and nobody has looked at it.',
    instead: 'Read it for drops before you push, or write it in SQL (in a file that ends in .sql).',
  },
]
