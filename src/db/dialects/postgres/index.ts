import { defineDialect } from '../../dialect.ts'
import type { SplitRules } from '../../split.ts'
import { loadEngine } from './engine.ts'
import { readStatements } from './read.ts'

const splitting: SplitRules = {
  dashesNeedSpace: false,
  hashComments: false,
  nestedComments: true,
  returnEndsComment: true,
  versionComments: false,
  backslashes: 'after-e',
  doubleQuotes: 'name',
  backticks: false,
  brackets: false,
  dollarQuotes: true,
  digitsBeginNames: false,
  parenthesesHold: true,
  psql: true,
  delimiterLines: false,
  compound: 'atomic',
}

export default defineDialect({
  id: 'postgres',
  title: 'PostgreSQL',
  why: 'Read by PostgreSQL’s own parser (libpg-query), so that what it accepts is what the server accepts.',
  splitting,
  load: loadEngine,
  parse: sql => readStatements(sql, splitting),
})
