import { defineDialect } from '../../dialect.ts'
import type { SplitRules } from '../../split.ts'
import { readStatements } from './read.ts'

const splitting: SplitRules = {
  dashesNeedSpace: true,
  hashComments: true,
  nestedComments: false,
  returnEndsComment: false,
  versionComments: true,
  backslashes: 'always',
  doubleQuotes: 'string',
  backticks: true,
  brackets: false,
  dollarQuotes: false,
  digitsBeginNames: true,
  parenthesesHold: false,
  psql: false,
  delimiterLines: true,
  compound: 'routines',
}

export default defineDialect({
  id: 'mysql',
  title: 'MySQL and MariaDB',
  why: 'No parser knows DELIMITER lines, version comments and MariaDB’s forms together, so the statements are recognised by our own reader; what it does not know, it calls unreadable.',
  splitting,
  parse: sql => readStatements(sql, splitting),
})
