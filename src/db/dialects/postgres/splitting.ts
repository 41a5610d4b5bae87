import type { SplitRules } from '../../split.ts'

export const splitting: SplitRules = {
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
