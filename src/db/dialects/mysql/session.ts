import type { Effect } from '../../statement.ts'
import { type Reader, type Token, textOf } from '../../tokens.ts'

/** SET of system variables, one effect each; what it sets for itself (user variables, names, roles) changes nothing that we watch. */
export function setVariables(reader: Reader): Effect[] {
  if (changesQuotes(reader.tokens)) {
    const because =
      'it changes how quotes and blocks are read (sql_mode), so that the rest of the file cannot be trusted'
    return [{ kind: 'unreadable', because }]
  }
  if (reader.sees('PASSWORD')) return [{ kind: 'other' }]
  const effects: Effect[] = []
  do {
    const effect = assignment(reader.part())
    if (effect !== undefined) effects.push(effect)
  } while (reader.take(','))
  return effects.length === 0 ? [{ kind: 'other' }] : effects
}

function changesQuotes(tokens: readonly Token[]): boolean {
  return (
    tokens.some(token => token.word === 'SQL_MODE') &&
    tokens.some(token => token.kind === 'string' && /NO_BACKSLASH_ESCAPES|ORACLE/i.test(token.value))
  )
}

/** `GLOBAL name = value`, `@@session.name := value`. Undefined for a user variable and for forms without a sign. */
function assignment(part: readonly Token[]): Effect | undefined {
  const at = part.findIndex(token => token.word === '=')
  if (at < 1) return undefined
  const end = part[at - 1]?.word === ':' ? at - 1 : at
  const left = part.slice(0, end)
  const isUserVariable = left[0]?.word === '@' && left[1]?.word !== '@'
  const name = left.at(-1)?.value.toLowerCase()
  if (isUserVariable || name === undefined) return undefined
  const value = part.slice(at + 1)
  const shown = value.length === 1 ? value[0]!.value : textOf(value)
  return { kind: 'set', name, value: shown, local: false }
}

type Verb = NonNullable<Extract<Effect, { kind: 'transaction' }>['verb']>

/** Statements that begin, end or mark a transaction (MySQL 8.4, "15.3 Transactional and Locking Statements"). */
export function transactionVerb(word: string, reader: Reader): Effect {
  if (word === 'START' && !reader.sees('TRANSACTION')) return { kind: 'other' }
  if (word === 'ROLLBACK') {
    reader.take('WORK')
    return { kind: 'transaction', rollsBack: true, verb: reader.sees('TO') ? 'savepoint' : 'rollback' }
  }
  return { kind: 'transaction', rollsBack: false, verb: verbs[word] ?? 'other' }
}

const verbs: Readonly<Record<string, Verb>> = {
  BEGIN: 'begin',
  START: 'begin',
  COMMIT: 'commit',
  END: 'commit',
  SAVEPOINT: 'savepoint',
  RELEASE: 'savepoint',
}
