import { broken, defineDialect, Writer } from '../../dialect.ts'
import { type SplitRules, split } from '../../split.ts'
import { type Statement, statementOf } from '../../statement.ts'
import { Reader, tokensOf } from '../../tokens.ts'
import { recognise } from './recognise.ts'

const splitting: SplitRules = {
  dashesNeedSpace: false,
  hashComments: false,
  nestedComments: false,
  returnEndsComment: false,
  versionComments: false,
  backslashes: 'never',
  doubleQuotes: 'name',
  backticks: true,
  brackets: true,
  dollarQuotes: false,
  digitsBeginNames: false,
  parenthesesHold: false,
  psql: false,
  delimiterLines: false,
  compound: 'triggers',
}

/** Past this a statement is rows, and nothing in it is looked at but its first word. */
const plainDataBytes = 65_536

export default defineDialect({
  id: 'sqlite',
  title: 'SQLite',
  why: 'Its grammar is small enough to be recognised whole; what is not recognised is called unreadable.',
  splitting,
  parse(sql) {
    const writer = new Writer('sqlite', sql)
    return split(sql, splitting).flatMap((piece): Statement[] => {
      const because = broken(piece, sql)
      if (piece.from === piece.to && because === undefined) return []
      const written = writer.written(piece)
      if (because !== undefined) return [statementOf(written, { kind: 'unreadable', because })]
      if (piece.to - piece.from > plainDataBytes && /^(insert|replace|update|delete)\b/i.test(written.text))
        return [statementOf(written, { kind: 'data' })]
      const tokens = tokensOf(sql, splitting, piece.start, piece.to)
      return recognise(new Reader(tokens)).map(effect => statementOf(written, effect))
    })
  },
})
