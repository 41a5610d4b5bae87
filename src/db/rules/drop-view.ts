import { allAbout } from '../beside.ts'
import { defineRule } from '../rule.ts'
import { type Name, shown } from '../statement.ts'

export default defineRule({
  id: 'drop-view',
  title: 'Dropping a view',
  severity: 'warning',
  profile: 'style',
  dialects: ['postgres', 'mysql', 'sqlite'],
  why: 'No rows are lost, but whoever still asks the view fails from this statement on: the release that still runs, a report, another team.',
  instead: 'Release code that no longer asks the view, and drop it in a later release.',
  examples: [
    {
      bad: 'DROP VIEW sales;',
      good: 'DROP VIEW sales; CREATE VIEW sales AS SELECT id FROM orders;',
    },
  ],
  *check(statement, _schema, context) {
    if (statement.kind !== 'drop-view') return
    const isMade = (view: Name) => allAbout(view, statement, context).some(one => one.kind === 'create-view')
    const gone = statement.views.filter(view => !isMade(view))
    if (gone.length > 0)
      yield { what: `Drops ${gone.length === 1 ? 'the view' : 'the views'} ${gone.map(shown).join(', ')}.` }
  },
})
