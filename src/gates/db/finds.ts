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
]
